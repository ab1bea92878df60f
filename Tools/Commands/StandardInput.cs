using QEngine.Storage;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary>Standard input as checked UTF-8 lines.</summary>
internal static class StandardInput
{
    /// <summary>Bytes to read instead of the process's; set by tests.</summary>
    internal static Stream? Substitute { get; set; }

    /// <summary>Whether a file or another program provides the input, rather than somebody at a terminal or nobody at all.</summary>
    public static bool IsProvided => Substitute is not null || (Console.IsInputRedirected && !StandardStreams.InputIsClosed);

    /// <summary>What there is where nothing is provided, as it stands in a message.</summary>
    public static string Instead => StandardStreams.InputIsClosed ? "it closed" : "a terminal";

    /// <summary>Starts reading.</summary>
    /// <param name="beforeReading">Called before more is waited for: results so far are to be written by then.</param>
    public static Utf8Lines Lines(Action? beforeReading = null) => new(Open(beforeReading), "standard input");

    /// <summary>The bytes; waiting for them ends when the user interrupts.</summary>
    /// <exception cref="QEngineException">Whoever started the program closed standard input.</exception>
    public static Stream Open(Action? beforeReading = null)
    {
        if (Substitute is not null) return Substitute;
        if (StandardStreams.InputIsClosed) throw new QEngineException("expected bytes on standard input, found it closed");
        return new InputStream(Console.OpenStandardInput(), beforeReading);
    }
}
