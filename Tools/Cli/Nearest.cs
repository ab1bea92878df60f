namespace QEngine.Tools.Cli;

/// <summary>Finds what a mistyped name may have been meant for.</summary>
internal static class Nearest
{
    // Nobody means a name by more; the table of distances stays small.
    private const int LongestText = 64;

    /// <summary>The name that the fewest slips lead to from a text, or null where none is near.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="names">The names; of equally near ones the first.</param>
    public static string? Find(string text, IEnumerable<string> names)
    {
        string plain = Plain(text);
        if (plain.Length is < 2 or > LongestText) return null;
        string? nearest = null;
        int minSlips = int.MaxValue;
        foreach (string name in names)
        {
            string other = Plain(name);
            // What was begun and not finished counts as one slip.
            int slips = other.StartsWith(plain, StringComparison.Ordinal) && other != plain ? 1 : Slips(plain, other);
            // A third of the letters may be wrong.
            if (slips > Math.Max(1, Math.Max(plain.Length, other.Length) / 3) || slips >= minSlips) continue;
            (nearest, minSlips) = (name, slips);
        }
        return nearest;
    }

    // Case, dashes before it and underscores for dashes are slips that say nothing about what was meant.
    private static string Plain(string name) => name.TrimStart('-').Replace('_', '-').ToLowerInvariant();

    /// <summary>
    /// Letters left out, put in, replaced, or exchanged with their neighbour: the distance of Damerau and Levenshtein, each letter moved
    /// once.
    /// </summary>
    internal static int Slips(string one, string other)
    {
        int[,] slips = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++) slips[i, 0] = i;
        for (int j = 0; j <= other.Length; j++) slips[0, j] = j;
        for (int i = 1; i <= one.Length; i++)
        {
            for (int j = 1; j <= other.Length; j++)
            {
                int replaced = slips[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                slips[i, j] = Math.Min(replaced, 1 + Math.Min(slips[i - 1, j], slips[i, j - 1]));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    slips[i, j] = Math.Min(slips[i, j], slips[i - 2, j - 2] + 1);
            }
        }
        return slips[one.Length, other.Length];
    }
}
