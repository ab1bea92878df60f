using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Codes of the embeddings of a model that was trained: what they miss of exact search.</summary>
[Category("Slow")]
public sealed class TrainedCodesTests : CommandFixture
{
    private const int Questions = 500, Top = 10;

    [Test]
    public void Of_a_trained_models_best_ten_the_rescored_nearest_by_codes_hold_nearly_all()
    {
        string data = Shared.Path("data"), triples = Path.Combine(data, "msmarco", "train_triples.tsv"), questions = Path.Combine(data, "squad", "question_paragraph.tsv");
        CommandLine.Run(
            "train", "--triples", triples, questions, "--encoder", "tiny", "--vocab", Path.Combine(data, "minilm-layout", "vocab.txt"), "--head", "quantum", "--dim", "64",
            "--epochs", "1", "--batch", "64", "--lr", "5e-4", "--in-batch", "--negatives", "1", "--max-per-query", "3", "--max-length", "32", "--out", In("model")).Succeeded();
        CommandLine.Run("index", "--model", In("model"), "--input", Path.Combine(data, "trecdl-2019"), "--codes", "8", "--output", In("index")).Succeeded();
        // Questions that follow each other are about one paragraph.
        string[] lines = File.ReadAllLines(questions);
        Write("queries.tsv", string.Concat(Enumerable.Range(0, Questions).Select(i => $"q{i}\t{lines[i * lines.Length / Questions].Split('\t')[0]}\n")));
        Run exact = Search("--exact");

        Assert.That(Recall(exact, Search("--codes", "8", "--rescore", "20")), Is.GreaterThanOrEqualTo(0.99));
        CommandLine.Run("index", "--compact", "--codes", "4", "--output", In("index")).Succeeded();
        Assert.That(Recall(exact, Search("--exact")), Is.EqualTo(1));
        Assert.That(Recall(exact, Search("--codes", "4", "--rescore", "50")), Is.GreaterThanOrEqualTo(0.99));
        CommandLine.Run("index", "--compact", "--codes", "1", "--output", In("index")).Succeeded();
        Assert.That(Recall(exact, Search("--codes", "1", "--rescore", "2000")), Is.GreaterThanOrEqualTo(0.99));
    }

    private static double Recall(Run exact, Run found) =>
        exact.QueryIds.Average(query => Ids(exact, query).Intersect(Ids(found, query)).Count() / (double)Top);

    private static IEnumerable<string> Ids(Run run, string query) => run.TryGet(query, out RankedList? list) ? list.AsSpan().ToArray().Select(document => document.Id) : [];

    private Run Search(params string[] options)
    {
        CommandLine.Run(["search", "--index", In("index"), "--queries", In("queries.tsv"), "--top", $"{Top}", "--run", In("out.trec"), .. options]).Succeeded();
        return RunFile.Read(In("out.trec"));
    }
}
