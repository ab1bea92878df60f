using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Experiments;

namespace QEngine.Tests.Tools.Experiments;

/// <summary>A small experiment over a small random encoder, whose cells take parts of a second.</summary>
public abstract class ExperimentFixture : CommandFixture
{
    protected const string Models = """
        { "name": "BT", "head": "none" },
        { "name": "QBT", "head": "none", "similarity": "fidelity" },
        { "name": "BEC", "head": "linear" },
        { "name": "QBEC", "head": "quantum" },
        { "name": "fid", "head": "linear", "similarity": "fidelity" },
        { "name": "cos", "head": "quantum", "similarity": "cosine" },
        { "name": "cut", "head": "linear", "matryoshka": [4, 8] },
        { "name": "QBFEC", "head": "quantum", "training": { "layers": "none" } },
        { "name": "whole", "head": "none", "method": "head" },
        { "name": "encoded", "head": "none", "method": "head", "similarity": "fidelity" },
        { "name": "first", "head": "truncate" },
        { "name": "PCA", "head": "pca" },
        { "name": "tempered", "head": "tempered-pca" },
        { "name": "random", "head": "random" },
        { "name": "linear", "head": "linear", "method": "head", "activation": "identity" },
        { "name": "grouped", "head": "grouped", "method": "head" },
        { "name": "quantum", "head": "quantum", "method": "head" },
        { "name": "state", "head": "entangled" },
        { "name": "entangled", "head": "entangled", "method": "head" }
        """;

    /// <summary>Where the experiment's files are.</summary>
    protected string Data => In("data");

    protected string Cells(string run) => Path.Combine(In(run), "cells");

    [SetUp]
    public void WriteData()
    {
        Directory.CreateDirectory(Path.Combine(Data, "set"));
        string[] words = ["red", "green", "blue", "car", "tree", "sky", "fast", "old", "cars", "trees"];
        SplittableRandom random = new(3);
        string Text(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => words[random.NextInt(words.Length)]));
        File.WriteAllLines(Path.Combine(Data, "rows.tsv"), Enumerable.Range(0, 24).Select(i => $"{Text(2)}\t{Text(4)}\t{Text(5)}"));
        File.WriteAllLines(Path.Combine(Data, "set", "queries.tsv"), Enumerable.Range(0, 6).Select(i => $"q{i}\t{Text(2)}"));
        File.WriteAllLines(Path.Combine(Data, "set", "passages.tsv"), Enumerable.Range(0, 30).Select(i => $"p{i}\t{Text(5)}"));
        File.WriteAllLines(
            Path.Combine(Data, "set", "qrels.txt"),
            Enumerable.Range(0, 6).SelectMany(q => Enumerable.Range(0, 12).Select(i => $"q{q} 0 p{(5 * q + i) % 30} {(i * q + i) % 3}")));
        File.WriteAllLines(Path.Combine(Data, "pairs.tsv"), Enumerable.Range(0, 20).Select(i => $"{Text(3)}\t{Text(3)}\t{i % 6}"));
    }

    /// <summary>Writes an experiment; its data is the fixture's.</summary>
    /// <param name="models">The models.</param>
    /// <param name="more">Further members, each after a comma.</param>
    /// <param name="training">Further settings of training.</param>
    protected string Experiment(string models = Models, string more = "", string training = "", string name = "small") => Write($"{name}.json", $$"""
        {
          "name": "{{name}}", "description": "A small one.", "seeds": "5..6",
          "backbones": [{ "name": "plain", "model": {{System.Text.Json.JsonSerializer.Serialize(Plain)}} }],
          "models": [{{models}}],
          "sizes": [4],
          "training": { "triples": ["rows.tsv"], "batch": 8, "in_batch": true, "negatives": 1, "max_length": 8, "learning_rate": 1e-3{{training}} },
          "tests": [
            { "name": "set", "ranking": "set", "judged_only": true },
            { "name": "pairs", "pairs": "pairs.tsv" }
          ]{{more}}
        }
        """);

    private protected CommandLine Run(string experiment, string run, params string[] more) =>
        CommandLine.Run(["experiment", experiment, "--data", Data, "--out", In(run), .. more]);

    private protected CellResult[] Results(string run) =>
        [.. Directory.GetFiles(Cells(run)).Order(StringComparer.Ordinal).Select(CellFile.Read)];

    /// <summary>The text of all cells but for their times.</summary>
    protected string[] Texts(string run) =>
        [.. Directory.GetFiles(Cells(run)).Order(StringComparer.Ordinal).Select(path => File.ReadAllText(path) is var text ? text[..text.IndexOf("\"times\":", StringComparison.Ordinal)] : "")];
}
