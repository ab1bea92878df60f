using System.CommandLine;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>The options of BM25.</summary>
internal sealed class Bm25Options
{
    private static readonly Bm25Settings Defaults = new();

    private readonly Option<double> _k1 = new("--k1") { DefaultValueFactory = _ => Defaults.K1, Description = "BM25: saturation of the term frequency, at least 0." };
    private readonly Option<double> _b = new("--b") { DefaultValueFactory = _ => Defaults.B, Description = "BM25: strength of the length normalisation, 0 to 1." };
    private readonly Option<bool> _stem = new("--stem") { Description = "BM25: reduce English words to Porter's stems, so that \"car\" finds \"cars\"." };

    /// <summary>Adds the options to a command.</summary>
    public Bm25Options(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_k1, _b, _stem]) command.Options.Add(option);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="UsageException">A number is out of its range.</exception>
    public Bm25Settings Read(ParseResult parse)
    {
        double k1 = parse.GetValue(_k1), b = parse.GetValue(_b);
        if (!(k1 >= 0 && double.IsFinite(k1))) throw new UsageException($"expected --k1 of at least 0, found {k1}");
        if (!(b >= 0 && b <= 1)) throw new UsageException($"expected --b from 0 to 1, found {b}");
        return new Bm25Settings { K1 = k1, B = b, Stem = parse.GetValue(_stem) };
    }
}
