namespace QEngine.Tools.Cli;

/// <summary>Values of options that the engine reads itself.</summary>
internal static class Usage
{
    /// <summary>Alternatives as they stand in a message: <c>a, b or c</c>.</summary>
    public static string Either(IEnumerable<string> words)
    {
        string[] all = [.. words];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }

    /// <summary>Reads a value; what the engine says against it is said of the command line.</summary>
    /// <exception cref="UsageException">The engine refused the value.</exception>
    public static T Read<T>(Func<T> read)
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
