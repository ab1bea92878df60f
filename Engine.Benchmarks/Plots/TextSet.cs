using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Benchmarks;

/// <summary>Texts and their ids.</summary>
/// <param name="Ids">Each once.</param>
/// <param name="Texts">One an id.</param>
internal sealed record TextSet(string[] Ids, string[] Texts)
{
    /// <summary>Reads a file of texts.</summary>
    /// <exception cref="QEngineException">It is malformed, or an id occurs twice.</exception>
    internal static TextSet Read(string path)
    {
        IdText[] rows = [.. IdTextFile.Read(path)];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (IdText row in rows)
        {
            if (!seen.Add(row.Id)) throw new QEngineException($"expected each id once, found {Printable.Quote(row.Id)} again in {Printable.OneLine(path)}");
        }
        return new TextSet([.. rows.Select(row => row.Id)], [.. rows.Select(row => row.Text)]);
    }
}
