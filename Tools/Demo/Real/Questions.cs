using QEngine.Storage;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Demo.Real;

/// <summary>The user's own queries, one a line, answered as they come.</summary>
internal static class Questions
{
    /// <summary>Answers until an empty line, or the last.</summary>
    /// <param name="lines">The queries.</param>
    /// <param name="index">What is searched.</param>
    /// <param name="results">Where answers are shown.</param>
    public static void Answer(Utf8Lines lines, GrowingIndex index, ResultWriter results)
    {
        Console.Out.WriteLine("Ask in your words; an empty line ends.");
        foreach (DemoSearch answer in index.Search(Read(lines))) answer.WriteTable(results);
    }

    private static IEnumerable<string> Read(Utf8Lines lines)
    {
        while (true)
        {
            Console.Out.Write("> ");
            Console.Out.Flush();
            if (!lines.MoveNext() || string.IsNullOrWhiteSpace(lines.Text)) yield break;
            yield return lines.Text;
        }
    }
}
