using System.Text;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Experiments;

namespace QEngine.Tests.Tools.Experiments.Reporting;

/// <summary>A run's folder with cells that have something for every section.</summary>
public abstract class ReportFixture : CommandFixture
{
    protected const string Definition = """
        {
          "name": "sizes-and-shares", "description": "Which head, and how much does it need?", "seeds": "1..3",
          "backbones": [{ "name": "tiny" }],
          "models": [
            { "name": "one", "head": "linear" }, { "name": "two", "head": "quantum" },
            { "name": "all", "head": "none" }, { "name": "cut", "head": "truncate" }
          ],
          "sizes": [8, 4], "fractions": [0.1, 1], "bits": [32, 8],
          "training": { "triples": ["rows.tsv"] },
          "tests": [{ "name": "t", "ranking": "folder", "judged_only": true }, { "name": "p", "pairs": "pairs.tsv" }],
          "comparisons": [{ "first": "two", "second": "one" }, { "first": "two", "second": "all" }]
        }
        """;

    /// <summary>The folder of the run.</summary>
    protected string RunFolder => In("run");

    /// <summary>All cells of the definition with two of its three seeds.</summary>
    private protected static IEnumerable<CellResult> Cells() =>
        from seed in new ulong[] { 1, 2 }
        from model in new[] { "one", "two", "all", "cut" }
        from size in model == "all" ? new[] { 16 } : [8, 4]
        from fraction in model == "cut" ? new[] { 1.0 } : [0.1, 1]
        select Cell(model, size, fraction, seed);

    private protected static CellResult Cell(string model, int size, double fraction, ulong seed)
    {
        SplittableRandom random = new((ulong)HashCode(model, size, fraction, seed));
        double[] values = [.. Enumerable.Range(0, 12).Select(i => Math.Clamp(0.4 + (0.02 * i) + (model == "two" ? 0.05 : 0) + (0.05 * random.NextDouble()), 0, 1))];
        bool learns = model is "one" or "two";
        return new CellResult
        {
            Format = CellResult.CurrentFormat,
            Experiment = "sizes-and-shares",
            Key = FormattableString.Invariant($"tiny.{model}.k{size}.p{100 * fraction}.s{seed}"),
            Backbone = "tiny",
            Model = model,
            Size = size,
            Fraction = fraction,
            Seed = seed,
            Similarity = model == "two" ? "fidelity" : "cosine",
            InputDimension = 16,
            Parameters = new CellParameters(learns ? 10 * size : 0, 1000, 2000),
            Training = new CellWork((int)(100 * fraction), (int)(50 * fraction), 10),
            Epochs = learns ? [Epoch(1, 0.9, model), Epoch(2, 0.7, model)] : [],
            Tests =
            [
                .. new[] { 32, 8 }.SelectMany(bits => (CellTestResult[])
                [
                    new(
                        "t", bits, size * bits / 8, new Dictionary<string, double?> { ["nDCG@10"] = values.Average(), ["RR@10"] = values.Average() },
                        new Dictionary<string, double[]> { ["nDCG@10"] = values, ["RR@10"] = values }, [.. Enumerable.Range(0, 12).Select(i => $"q{i}")]),
                    new(
                        "p", bits, size * bits / 8, new Dictionary<string, double?> { ["spearman"] = values.Average(), ["pearson"] = 0.5 },
                        new Dictionary<string, double[]> { ["spearman"] = values }),
                ]),
            ],
            Settings = new SortedDictionary<string, string> { ["batch"] = "8", ["head"] = model },
            Data = new Dictionary<string, string> { ["rows.tsv"] = "ab12", ["folder/queries.tsv"] = "cd34" },
            BackboneFingerprint = null,
            Version = "0.1.0",
            Times = new CellTimes(1, 100, 10, 2),
        };
    }

    /// <summary>Writes a run.</summary>
    private protected void WriteRun(IEnumerable<CellResult> cells, string definition = Definition)
    {
        Directory.CreateDirectory(Path.Combine(RunFolder, "cells"));
        File.WriteAllText(Path.Combine(RunFolder, "experiment.json"), "{\"format\":1,\"definition\":" + definition + ",\"data\":{},\"backbones\":{}}");
        foreach (CellResult cell in cells) CellFile.Write(Path.Combine(RunFolder, "cells", $"{cell.Key}.json"), cell);
    }

    private protected CommandLine Report(string file, params string[] more) => CommandLine.Run(["report", RunFolder, "--out", In(file), .. more]);

    private static CellEpoch Epoch(int epoch, double loss, string model) => new(
        epoch, new Dictionary<string, double> { ["loss"] = loss, ["accuracy"] = 1 - loss }, new Dictionary<string, double>(),
        model == "two" ? [1, 2, 3, 4, 4, 3, 2, 1] : []);

    // Not that of the runtime, which is another in every process.
    private static int HashCode(string model, int size, double fraction, ulong seed) =>
        Encoding.ASCII.GetBytes(FormattableString.Invariant($"{model}{size}{fraction}{seed}")).Aggregate(17, (hash, c) => unchecked((31 * hash) + c)) & int.MaxValue;
}
