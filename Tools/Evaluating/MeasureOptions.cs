using System.CommandLine;
using System.Globalization;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>The options <c>--measures</c> and <c>--ties</c> of commands that measure rankings.</summary>
internal static class MeasureOptions
{
    /// <summary>Describes <c>--measures</c>.</summary>
    public static Option<string[]> Measures() => new("--measures")
    {
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["nDCG@10", "RR@10", "AP", "P@10", "R@100"],
        Description = "Measures in ir_measures' spelling: nDCG@k, nDCG(dcg='exp-log2')@k, RR@k, AP, P@k, R@k, Success@k, Rprec, Bpref, "
            + "RBP(p=0.8), RBPResidual(p=0.8), Judged@k, SetP, SetR, NumQ, NumRet, NumRel, NumRelRet; "
            + "(rel=2) before @ sets the least relevant grade.",
        HelpName = "M",
    };

    /// <summary>Defines <c>--ties</c>.</summary>
    public static ChoiceOption<TiePolicy> Ties() => new("--ties", ("trec_eval", TiePolicy.TrecEval), ("average", TiePolicy.Average))
    {
        Default = "trec_eval",
        Synonym = ("trec", "trec_eval"),
        Description = "Equal scores: by document id as trec_eval (also: trec), or the average over all orders.",
    };

    /// <summary>Reads <c>--measures</c>: several arguments, or several measures in one with spaces between.</summary>
    /// <exception cref="UsageException">None, or something that is no measure.</exception>
    public static Measure[] Read(ParseResult parse, Option<string[]> option)
    {
        List<Measure> measures = [];
        try
        {
            foreach (string text in (parse.GetValue(option) ?? []).SelectMany(Words))
            {
                Measure measure = Measure.Parse(text);
                // One asked for twice is computed once.
                if (!measures.Contains(measure)) measures.Add(measure);
            }
        }
        catch (QEngineException wrong)
        {
            throw new UsageException(wrong.Message);
        }
        return measures.Count > 0 ? [.. measures] : throw new UsageException("expected measures after --measures, found none");
    }

    /// <summary>The policy as JSON has it.</summary>
    public static string Name(TiePolicy ties) => ties == TiePolicy.Average ? "average" : "trec_eval";

    /// <summary>Measures and their values by name, in their order.</summary>
    public static IReadOnlyDictionary<string, double> Values(IReadOnlyList<Measure> measures, Func<int, double> value)
    {
        Dictionary<string, double> values = [];
        for (int i = 0; i < measures.Count; i++) values[measures[i].ToString()] = value(i);
        return values;
    }

    /// <summary>The policy as it stands below a table.</summary>
    public static string Describe(TiePolicy ties) =>
        ties == TiePolicy.Average ? "averaged over all orders" : "by document id, descending (trec_eval)";

    /// <summary>A measure's value in a table: four decimals as trec_eval prints them, or a whole number.</summary>
    public static string Format(Measure measure, double value)
    {
        if (measure.IsCount) return value.ToString("F0", CultureInfo.InvariantCulture);
        // C rounds what lies exactly between two decimals to the even one, .NET away from 0. Such binary numbers are the odd multiples of
        // 1/32.
        if (Math.Abs(value * 32 % 2) == 1) value = Math.Round(value * 10_000, MidpointRounding.ToEven) / 10_000;
        return value.ToString("F4", CultureInfo.InvariantCulture);
    }

    // A space within brackets, as after a comma, parts nothing.
    private static IEnumerable<string> Words(string argument)
    {
        int start = 0, depth = 0;
        for (int i = 0; i <= argument.Length; i++)
        {
            bool end = i == argument.Length;
            if (!end && argument[i] == '(') depth++;
            if (!end && argument[i] == ')') depth--;
            if (!end && (depth > 0 || !char.IsWhiteSpace(argument[i]))) continue;
            if (i > start) yield return argument[start..i];
            start = i + 1;
        }
    }
}
