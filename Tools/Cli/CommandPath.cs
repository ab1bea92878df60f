using System.CommandLine.Parsing;
using QEngine.Storage;

namespace QEngine.Tools.Cli;

/// <summary>A file or folder that an option of the command line names.</summary>
/// <param name="option">The option.</param>
/// <param name="given">The path as it was given.</param>
internal abstract class CommandPath(string option, string given)
{
    /// <summary>What stands for standard input, or output.</summary>
    public const string Dash = "-";

    /// <summary>The option, as users write it.</summary>
    public string Option { get; } = option;

    /// <summary>The path as it was given.</summary>
    public string Given { get; } = given;

    /// <summary>What results and messages call it.</summary>
    public virtual string Name => Given;

    /// <summary>The path as it was given: help shows a default so.</summary>
    public override string ToString() => Given;

    /// <summary>
    /// The path that all names of one file share; that of a standard stream where <c>-</c> is given and the system tells.
    /// </summary>
    /// <param name="given">The path.</param>
    /// <param name="number">The descriptor that <c>-</c> means: 0 for standard input, 1 for standard output.</param>
    protected static string IdentityOf(string given, int number) =>
        given != Dash ? RealPath.Resolve(given) : StandardIdentity(number) ?? Dash;

    /// <summary>Whether a path is a standard stream by another name, <c>/dev/stdin</c> for instance.</summary>
    /// <param name="identity">The path's <see cref="IdentityOf"/>.</param>
    /// <param name="number">The stream's descriptor.</param>
    protected static bool IsStandard(string identity, int number) => identity == Dash || identity == StandardIdentity(number);

    private static string? StandardIdentity(int number)
    {
        string descriptor = $"/proc/self/fd/{number}";
        return Path.Exists(descriptor) ? RealPath.Resolve(descriptor) : null;
    }

    /// <summary>Reads the value of an option, which the library's parser gives as it stands.</summary>
    protected static T Parse<T>(ArgumentResult result, Func<string, string, T> create) => create(NameOf(result), result.Tokens[^1].Value);

    /// <summary>The same for an option of several values.</summary>
    protected static T[] ParseAll<T>(ArgumentResult result, Func<string, string, T> create) =>
        [.. result.Tokens.Select(token => create(NameOf(result), token.Value))];

    private static string NameOf(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
}
