namespace QEngine.Tools.Cli;

/// <summary>
/// The one way to standard error: messages on lines of their own, and a progress line on a terminal that is rewritten in place.
/// </summary>
internal static class StandardError
{
    private static readonly Lock Gate = new();

    // Characters of the progress line that the cursor stands behind.
    private static int s_progressLength;

    /// <summary>Writes a line; a progress line gives way to it.</summary>
    public static void Line(string line)
    {
        lock (Gate)
        {
            Erase();
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>Writes the progress line in the place of the last one, cut to the terminal's width.</summary>
    public static void Progress(string line)
    {
        lock (Gate)
        {
            int room = Math.Max(20, TerminalWidth() - 1);
            if (line.Length > room) line = line[..room];
            Console.Error.Write('\r' + line.PadRight(s_progressLength));
            s_progressLength = line.Length;
        }
    }

    /// <summary>Leaves the progress line as it is: what follows starts on a fresh line.</summary>
    public static void EndProgress()
    {
        lock (Gate)
        {
            if (s_progressLength == 0) return;
            Console.Error.WriteLine();
            s_progressLength = 0;
        }
    }

    /// <summary>Takes the progress line away, before results are written to the same terminal.</summary>
    public static void ClearProgress()
    {
        lock (Gate) Erase();
    }

    private static void Erase()
    {
        if (s_progressLength == 0) return;
        Console.Error.Write('\r' + new string(' ', s_progressLength) + '\r');
        s_progressLength = 0;
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
