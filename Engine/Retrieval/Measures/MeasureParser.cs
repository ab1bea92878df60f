using System.Globalization;

namespace QEngine.Retrieval;

/// <summary>Reads the text of a <see cref="Measure"/>. A new measure is one row of <see cref="Families"/>.</summary>
internal static class MeasureParser
{
    // How it is written; another name; the parameters it takes; how it is made.
    private static readonly Family[] Families =
    [
        new("nDCG[@k]", "nDCG", "dcg", static a => new NormalizedDiscountedGain(a.Cutoff, a.Exponential)),
        new("AP[@k]", "MAP", "rel", static a => new AveragePrecision(a.Cutoff, a.Relevance)),
        new("RR[@k]", "MRR", "rel", static a => new ReciprocalRank(a.Cutoff, a.Relevance)),
        new("P@k", "Precision", "rel", static a => RelevantShare.Precision(a.Cutoff!.Value, a.Relevance)),
        new("R@k", "Recall", "rel", static a => RelevantShare.Recall(a.Cutoff!.Value, a.Relevance)),
        new("Success@k", "Success", "rel", static a => new SuccessAt(a.Cutoff!.Value, a.Relevance)),
        new("Rprec", "Rprec", "rel", static a => RelevantShare.RPrecision(a.Relevance)),
        new("Bpref", "Bpref", "rel", static a => new BinaryPreference(a.Relevance)),
        new("RBP[@k]", "RBP", "p rel", static a => new RankBiasedPrecision(a.Cutoff, a.Relevance, a.Persistence)),
        new("RBPResidual[@k]", "RBPResidual", "p", static a => new RankBiasedResidual(a.Cutoff, a.Persistence)),
        new("Judged[@k]", "Judged", "", static a => new JudgedAt(a.Cutoff)),
        new("SetP", "SetP", "rel", static a => RelevantShare.SetPrecision(a.Relevance)),
        new("SetR", "SetR", "rel", static a => RelevantShare.SetRecall(a.Relevance)),
        new("NumQ", "NumQ", "", static _ => new QueryCount()),
        // ir_measures writes NumRelRet as NumRet(rel=1).
        new("NumRet", "NumRet", "rel", static a => a.NamesRelevance ? new RelevantRetrievedCount(a.Relevance) : new RetrievedCount()),
        new("NumRel", "NumRel", "rel", static a => new RelevantCount(a.Relevance)),
        new("NumRelRet", "NumRelRet", "rel", static a => new RelevantRetrievedCount(a.Relevance)),
    ];

    /// <summary>Reads a measure.</summary>
    /// <param name="text">Name, optionally parameters in brackets, optionally <c>@k</c>.</param>
    /// <param name="relevance">The least relevant grade where the text names none.</param>
    /// <exception cref="QEngineException">The text is no measure, or a number is outside its range.</exception>
    public static Measure Parse(string text, int relevance)
    {
        if (relevance < 1) throw new QEngineException($"measure: expected a least relevant grade of at least 1, found {relevance}");
        ReadOnlySpan<char> name = text.AsSpan().Trim();
        Arguments arguments = new() { Relevance = relevance };
        int at = name.LastIndexOf('@');
        if (at >= 0)
        {
            arguments.Cutoff = WholeNumber(name[(at + 1)..], "'@'", text);
            name = name[..at];
        }
        int open = name.IndexOf('(');
        ReadOnlySpan<char> brackets = open >= 0 ? name[open..] : [];
        Family family = Find(open >= 0 ? name[..open] : name, text);
        if (family.NeedsCutoff && arguments.Cutoff is null)
            throw new QEngineException($"measure: expected a cutoff such as {family.Name}@10, found '{text}'");
        if (!family.TakesCutoff && arguments.Cutoff is not null)
            throw new QEngineException($"measure: expected {family.Name} without a cutoff, found '{text}'");
        if (open >= 0) ReadParameters(brackets, family, text, ref arguments);
        return family.Create(arguments);
    }

    private static Family Find(ReadOnlySpan<char> name, string text)
    {
        foreach (Family family in Families)
        {
            if (name.Equals(family.Name, StringComparison.OrdinalIgnoreCase)
                || name.Equals(family.Alias, StringComparison.OrdinalIgnoreCase))
                return family;
        }
        string[] known = new string[Families.Length];
        for (int i = 0; i < known.Length; i++) known[i] = Families[i].Usage;
        throw new QEngineException($"measure: expected one of {string.Join(", ", known)}, found '{text}'");
    }

    private static void ReadParameters(ReadOnlySpan<char> brackets, Family family, string text, ref Arguments arguments)
    {
        if (brackets[^1] != ')') throw new QEngineException($"measure: expected ')' before '@' or the end, found '{text}'");
        ReadOnlySpan<char> inside = brackets[1..^1];
        foreach (Range range in inside.Split(','))
        {
            ReadOnlySpan<char> parameter = inside[range].Trim();
            int equals = parameter.IndexOf('=');
            string key = equals >= 0 ? parameter[..equals].Trim().ToString() : "";
            if (!Array.Exists(family.Parameters, known => known == key)) throw new QEngineException(family.WrongParameter(text));
            arguments.Set(key, parameter[(equals + 1)..].Trim(), text);
        }
    }

    private static int WholeNumber(ReadOnlySpan<char> digits, string after, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1
            ? number
            : throw new QEngineException($"measure: expected a number of at least 1 after {after}, found '{text}'");

    /// <summary>What a text may say about a measure beside its name.</summary>
    private struct Arguments()
    {
        public int? Cutoff { get; set; } = null;

        public int Relevance { get; set; } = 1;

        public bool NamesRelevance { get; private set; } = false;

        public double Persistence { get; private set; } = RankBiasedPrecision.DefaultPersistence;

        public bool Exponential { get; private set; } = false;

        public void Set(string key, ReadOnlySpan<char> value, string text)
        {
            switch (key)
            {
                case "rel":
                    (Relevance, NamesRelevance) = (WholeNumber(value, "'rel='", text), true);
                    break;
                case "p":
                    bool number = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double p);
                    Persistence = number && p > 0 && p < 1
                        ? p
                        : throw new QEngineException($"measure: expected a number between 0 and 1 after 'p=', found '{text}'");
                    break;
                default:
                    ReadOnlySpan<char> formula = value.Trim("'\"");
                    Exponential = formula is "exp-log2" || (formula is "log2"
                        ? false
                        : throw new QEngineException($"measure: expected dcg='log2' or dcg='exp-log2', found '{text}'"));
                    break;
            }
        }
    }

    private sealed class Family(string usage, string alias, string parameters, Func<Arguments, Measure> create)
    {
        public string Usage => Parameters.Length == 0 ? usage : Name + $"({string.Join(',', Parameters)})" + usage[Name.Length..];

        public string Name { get; } = usage.Split('[', '@')[0];

        public string Alias => alias;

        public string[] Parameters { get; } = parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        public bool TakesCutoff => usage.Contains('@');

        public bool NeedsCutoff => TakesCutoff && !usage.Contains('[');

        public Func<Arguments, Measure> Create => create;

        public string WrongParameter(string text) => Parameters.Length == 0
            ? $"measure: expected {Name} without parameters, found '{text}'"
            : $"measure: expected {Name} with {string.Join("=.. or ", Parameters)}=.. in brackets, found '{text}'";
    }
}
