namespace QEngine.Tools.Cli;

/// <summary>Standard output as bytes, for a file that is written to it.</summary>
internal static class StandardOutput
{
    /// <summary>How messages call it.</summary>
    public const string Name = "standard output";

    /// <summary>Receives the bytes instead of the process's; set by tests.</summary>
    internal static Stream? Substitute { get; set; }

    /// <summary>The bytes.</summary>
    public static Stream Open() => Substitute ?? StandardStreams.OpenOutput();
}
