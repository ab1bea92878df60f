using System.Text;
using Microsoft.Win32.SafeHandles;
using QEngine.Tools.Mpi;

namespace QEngine.Tools.Cli;

/// <summary>The process's three streams, as they were when it started: a terminal, a file, a pipe, or closed by who started it.</summary>
internal static class StandardStreams
{
    private const int Input = 0, Output = 1, Error = 2;

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Whether standard input was closed (<c>&lt;&amp;-</c>): there is nothing to wait for.</summary>
    public static bool InputIsClosed { get; } = IsClosed(Input);

    /// <summary>Whether standard output was closed (<c>&gt;&amp;-</c>): results have nowhere to go.</summary>
    public static bool OutputIsClosed { get; } = IsClosed(Output);

    /// <summary>Whether results go to a terminal, where people read them, or to a file or program. Set by tests.</summary>
    public static bool OutputIsTerminal { get; set; } = !Console.IsOutputRedirected && !MpiLauncher.IsPresent;

    /// <summary>Puts writers that know of closed pipes behind <see cref="Console.Out"/> and <see cref="Console.Error"/>.</summary>
    public static void Open()
    {
        // Open MPI collects output by a pseudo-terminal, for which the runtime would write control characters.
        if (MpiLauncher.IsPresent) Environment.SetEnvironmentVariable("TERM", "dumb");
        // Windows would put redirected output through a code page that lacks most characters.
        Console.OutputEncoding = Encoding;
        if (OutputIsClosed) Console.SetOut(TextWriter.Null);
        else if (Console.IsOutputRedirected) Console.SetOut(Writer(OpenOutput()));
        if (IsClosed(Error)) Console.SetError(TextWriter.Null);
        else if (Console.IsErrorRedirected) Console.SetError(Writer(Bytes(Error, Console.OpenStandardError)));
    }

    /// <summary>Standard output as bytes.</summary>
    public static Stream OpenOutput() => Bytes(Output, Console.OpenStandardOutput);

    private static StreamWriter Writer(Stream bytes) => new(bytes, Encoding) { AutoFlush = true };

    private static OutputStream Bytes(int descriptor, Func<Stream> open)
    {
        FileStream? pipe = Pipe(descriptor);
        return new OutputStream(pipe ?? open(), mayBlock: pipe is not null, isError: descriptor == Error);
    }

    /// <summary>
    /// A pipe's own stream, whose writes fail when its reader has gone; the console's would take no notice. Null for a file, which other
    /// programs may share: the console's stream goes on where they stopped.
    /// </summary>
    private static FileStream? Pipe(int descriptor)
    {
        if (OperatingSystem.IsWindows()) return null;
        FileStream stream = new(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? null : stream;
    }

    // The runtime's own pipes and files take the numbers of closed streams. They are closed when another program starts, which those
    // that were there at the start cannot have been: that flag of Linux tells them apart.
    private static bool IsClosed(int descriptor)
    {
        const int CloseOnExecute = 0x80000;
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            foreach (string line in File.ReadLines($"/proc/self/fdinfo/{descriptor}"))
                if (line.StartsWith("flags:", StringComparison.Ordinal))
                    return (Convert.ToInt32(line["flags:".Length..].Trim(), 8) & CloseOnExecute) != 0;
            return false;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return missing is FileNotFoundException && Directory.Exists("/proc/self/fdinfo");
        }
    }
}
