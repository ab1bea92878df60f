using System.Globalization;
using QEngine.Collections;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Indexing;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Demo;

/// <summary>
/// The demo from start to end: documentation, vocabulary, contrastive training and evaluation of each model, then model
/// folder, index and example searches of the last one.
/// </summary>
/// <remarks>
/// There is no masked-language-model training before: for the same time, contrastive training alone reached more
/// (NDCG@10 on the development queries 0.397 against 0.362 of QBEC-64 in 65 and 47 + 54 seconds).
/// </remarks>
/// <param name="session">Threads, seed and progress.</param>
/// <param name="plan">How much work.</param>
/// <param name="folder">Where the results go.</param>
internal sealed class DemoRun(Session session, DemoPlan plan, string folder)
{
    /// <summary>Members shown for a query.</summary>
    internal const int FoundPerSearch = 3;

    /// <summary>The example queries.</summary>
    internal static readonly string[] Searches =
    [
        "read all lines of a text file asynchronously",
        "convert a string to upper case",
        "wait until all tasks have finished",
        "compute a SHA-256 hash of a byte array",
        "remove whitespace from the start and end of a string",
    ];

    private readonly DemoProgress _progress = new(session.Progress, 60 * plan.Minutes);

    private string Texts => Path.Combine(folder, "documents.jsonl");

    /// <summary>Runs everything.</summary>
    /// <param name="packs">Where the documentation is.</param>
    public DemoReport Run(ReferencePacks packs)
    {
        OutputFolder.Make(folder);
        ModelFolder.RequireWritable(Path.Combine(folder, "model"));
        IndexFolder.RequireWritable(Path.Combine(folder, "index"));
        AtomicFile.Require(Texts);
        DemoData data = DemoData.Load(packs, session, _progress);
        DemoEvaluation evaluation = new(data.Set);
        _progress.Begin("searching with BM25", 2);
        List<DemoRow> rows = [evaluation.Bm25()];
        _progress.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{data.Corpus.Members.Count:N0} members, {data.Training.Examples.Count:N0} training pairs, ")
            + $"BM25 NDCG@10 {Number(rows[0].Ndcg)}");

        BertConfiguration configuration = DemoPlan.Encoder(data.Tokenizer.Vocabulary.Count);
        SentenceEmbedder? kept = null;
        foreach (HeadConfiguration head in DemoPlan.Heads(configuration.HiddenSize))
        {
            (kept, TimeSpan time) = Train(data, configuration, head);
            _progress.Begin($"evaluating {head.PaperName}", DemoPlan.EvaluationSeconds);
            rows.Add(evaluation.Model(kept, time, _progress));
            _progress.Line($"{rows[^1].Name}: NDCG@10 {Number(rows[^1].Ndcg)}");
        }
        IReadOnlyList<DemoSearch> searches = Keep(data, kept!);
        _progress.End();
        return new DemoReport(rows, searches, data.Corpus.Members.Count, data.Set.Test.Count, folder, _progress.Elapsed);
    }

    private (SentenceEmbedder Embedder, TimeSpan Time) Train(DemoData data, BertConfiguration configuration, HeadConfiguration head)
    {
        _progress.Begin($"training {head.PaperName}", plan.TrainingSeconds);
        EmbeddingModel<float> model = new(configuration, head);
        model.Parameters.Initialize(session.Seed);
        TrainingOptions options = new()
        {
            Steps = plan.StepsPerModel,
            BatchSize = DemoPlan.BatchSize,
            LearningRate = DemoPlan.LearningRate,
            Negatives = 1,
            InBatchNegatives = true,
            Seed = session.Seed,
        };
        IScore<float> score = SimilarityScore.Of<float>(head.Similarity);
        Objective<float> objective = new(score, new RankingLoss<float>());
        EmbeddingTrainer trainer = new(model, data.Training, objective, options, session.Workers);
        TrainingLoop loop = new(trainer, new TrainingLoopOptions { Progress = _progress });
        loop.Run(Session.Cancellation);
        return (new SentenceEmbedder(model, data.Tokenizer, DemoPlan.MaximumLength, session.Workers), loop.Progress.Elapsed);
    }

    /// <summary>Saves the model and an index of the full texts, and runs the example searches on them.</summary>
    private List<DemoSearch> Keep(DemoData data, SentenceEmbedder embedder)
    {
        _progress.Begin("indexing", DemoPlan.EvaluationSeconds);
        ModelFolder.Save(embedder, Path.Combine(folder, "model"));
        WriteTexts(data, Texts);
        IndexFolder.Create(Path.Combine(folder, "index"), embedder, TextSource.From(Texts), CodeBits.Eight, session.Progress);
        using SearchIndex index = SearchIndex.Open(Path.Combine(folder, "index"), session.Workers);

        Dictionary<string, ApiMember> byId = data.Corpus.Members.ToDictionary(member => member.Id, StringComparer.Ordinal);
        List<DemoSearch> searches = [];
        foreach (string query in Searches)
        {
            List<(double, string, string)> found = [];
            foreach (SearchHit hit in index.Search(query, FoundPerSearch))
            {
                ApiMember member = byId[hit.Id];
                double score = embedder.Similarity.IsFidelity() ? Math.Exp(hit.Score) : hit.Score;
                found.Add((score, member.Signature, member.Summary));
            }
            searches.Add(new DemoSearch(query, found));
        }
        return searches;
    }

    private static void WriteTexts(DemoData data, string path)
    {
        MemberText texts = new(data.Corpus);
        using AtomicFile file = AtomicFile.Create(path);
        using (DocumentWriter writer = new(file))
            foreach (ApiMember member in data.Corpus.Members) writer.Write(new IdText(member.Id, texts.Index(member)));
        file.Commit();
    }

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
