namespace QEngine.Tools.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>A file, a value or the machine did not allow it.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Stopped because its terminal was closed, as shells report it: 128 and the signal's number.</summary>
    public const int HungUp = 129;

    /// <summary>Stopped by Ctrl-C, as shells report it: 128 and the signal's number.</summary>
    public const int Interrupted = 130;

    /// <summary>Nobody reads the output any more, as shells report it of programs that end by SIGPIPE.</summary>
    public const int OutputClosed = 141;

    /// <summary>Stopped by a termination signal, as shells report it.</summary>
    public const int Terminated = 143;
}
