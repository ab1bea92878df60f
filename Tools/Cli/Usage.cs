namespace QEngine.Tools.Cli;

/// <summary>Values of options that the engine reads itself.</summary>
internal static class Usage
{
    /// <summary>Reads a value; what the engine says against it is said of the command line.</summary>
    /// <exception cref="UsageException">The engine refused the value.</exception>
    public static T Of<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (QEngineException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
