using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>Seeds as files and options have them: <c>42..61</c>, <c>42,43,50</c>, or both.</summary>
internal static class SeedList
{
    private const int MaxSeeds = 10_000;

    /// <summary>What is expected, for messages.</summary>
    public const string Expected = "seeds as 42..61 or 42,43";

    /// <summary>Reads seeds.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The seeds, each once; null where it is no such text.</returns>
    public static ulong[]? Parse(string text)
    {
        List<ulong> seeds = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split("..");
            if (ends.Length > 2 || !NumberText.TryWhole(ends[0], out ulong first)) return null;
            ulong last = first;
            if (ends.Length == 2 && !NumberText.TryWhole(ends[1], out last)) return null;
            if (last < first || last - first >= MaxSeeds || seeds.Count + (int)(last - first) >= MaxSeeds) return null;
            for (ulong seed = first; ; seed++)
            {
                if (seeds.Contains(seed)) return null;
                seeds.Add(seed);
                if (seed == last) break;
            }
        }
        return [.. seeds];
    }
}
