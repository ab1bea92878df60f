using QEngine.Storage;

namespace QEngine.Tools.Commands;

/// <summary>Standard input as checked UTF-8 lines.</summary>
internal static class StandardInput
{
    /// <summary>Bytes to read instead of the process's; set by tests.</summary>
    internal static Stream? Substitute { get; set; }

    /// <summary>Whether a file or another program provides the input, rather than somebody at a terminal.</summary>
    public static bool IsProvided => Substitute is not null || Console.IsInputRedirected;

    /// <summary>Starts reading.</summary>
    public static Utf8Lines Lines() => new(Substitute ?? Console.OpenStandardInput(), "standard input");
}
