using System.CommandLine;

namespace QEngine.Tools.Cli;

/// <summary>An option whose value is a text, which may be empty; names, files and numbers may not.</summary>
/// <param name="name">Its name.</param>
internal sealed class TextOption(string name) : Option<string?>(name);
