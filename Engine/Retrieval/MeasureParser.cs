using System.Globalization;

namespace QEngine.Retrieval;

/// <summary>Reads the text of a <see cref="Measure"/>. A new measure is one row of <see cref="Families"/>.</summary>
internal static class MeasureParser
{
    private static readonly Family[] Families =
    [
        new("nDCG", "nDCG", false, false, static (cutoff, _) => new NormalizedDiscountedGain(cutoff)),
        new("AP", "MAP", false, true, static (cutoff, relevance) => new AveragePrecision(cutoff, relevance)),
        new("RR", "MRR", false, true, static (cutoff, relevance) => new ReciprocalRank(cutoff, relevance)),
        new("P", "Precision", true, true, static (cutoff, relevance) => new PrecisionAt(cutoff!.Value, relevance)),
        new("R", "Recall", true, true, static (cutoff, relevance) => new RecallAt(cutoff!.Value, relevance)),
        new("Success", "Success", true, true, static (cutoff, relevance) => new SuccessAt(cutoff!.Value, relevance)),
    ];

    /// <summary>Reads a measure.</summary>
    /// <param name="text">Name, optionally <c>(rel=N)</c>, optionally <c>@k</c>.</param>
    /// <param name="relevance">The least relevant grade where the text names none.</param>
    /// <exception cref="QEngineException">The text is no measure, or a number is below 1.</exception>
    public static Measure Parse(string text, int relevance)
    {
        if (relevance < 1) throw new QEngineException($"measure: expected a least relevant grade of at least 1, found {relevance}");
        ReadOnlySpan<char> name = text.AsSpan().Trim();
        int? cutoff = null;
        int at = name.IndexOf('@');
        if (at >= 0)
        {
            cutoff = Number(name[(at + 1)..], text);
            name = name[..at];
        }
        int open = name.IndexOf('(');
        bool named = open >= 0;
        if (named)
        {
            ReadOnlySpan<char> option = name[open..];
            if (!option.StartsWith("(rel=") || option[^1] != ')') throw Malformed(text);
            relevance = Number(option[5..^1], text);
            name = name[..open];
        }
        foreach (Family family in Families)
        {
            if (!name.Equals(family.Name, StringComparison.OrdinalIgnoreCase)
                && !name.Equals(family.Alias, StringComparison.OrdinalIgnoreCase)) continue;
            if (family.NeedsCutoff && cutoff is null)
                throw new QEngineException($"measure: expected a cutoff such as {family.Name}@10, found '{text}'");
            if (named && !family.TakesRelevance)
                throw new QEngineException($"measure: expected {family.Name} without (rel=N), as it uses the grades, found '{text}'");
            return family.Create(cutoff, relevance);
        }
        throw Malformed(text);
    }

    private static int Number(ReadOnlySpan<char> digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1
            ? number
            : throw new QEngineException($"measure: expected a number of at least 1 after '@' or '(rel=', found '{text}'");

    private static QEngineException Malformed(string text) =>
        new($"measure: expected nDCG@k, AP, RR, RR@k, P@k, R@k or Success@k, perhaps with (rel=N) before '@', found '{text}'");

    private sealed record Family(string Name, string Alias, bool NeedsCutoff, bool TakesRelevance, Func<int?, int, Measure> Create);
}
