namespace QEngine.Tools.Cli;

/// <summary>An option that makes no sense: one line on stderr, exit code 2.</summary>
/// <param name="message">What was expected and what was found.</param>
internal sealed class UsageException(string message) : Exception(message);
