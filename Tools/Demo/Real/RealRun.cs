using System.Diagnostics;
using System.Globalization;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Heads;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Demo.Real;

/// <summary>
/// The demo with a pretrained encoder, from start to end: documentation, an index that answers while it grows, then heads over its
/// vectors, measured on held-out queries.
/// </summary>
internal sealed class RealRun
{
    /// <summary>Longest text in tokens, where the encoder bears more; three of four documents are shorter.</summary>
    public const int MaximumLength = 64;

    // Members of a segment of the index, until all are in.
    private const int MembersPerPart = 8192;

    // Measured on two free cores: of a member embedding, and all that follows; making a head.
    private const double EmbeddingSeconds = 0.0035, MeasuringSeconds = 0.00005, HeadSeconds = 4;
    private const int Heads = 5;

    private readonly Session _session;
    private readonly string _folder;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Checks that results can be written.</summary>
    /// <param name="session">Threads, seed and progress.</param>
    /// <param name="folder">Where they go.</param>
    /// <exception cref="QEngineException">They cannot be written there.</exception>
    public RealRun(Session session, string folder)
    {
        (_session, _folder) = (session, folder);
        OutputFolder.Make(folder);
        ModelFolder.RequireWritable(PathOf("model"));
        IndexFolder.RequireWritable(PathOf("index"));
    }

    /// <summary>Runs everything.</summary>
    /// <param name="packs">Where the documentation is.</param>
    /// <param name="modelFolder">The encoder.</param>
    /// <returns>What is shown, and the index, for further queries.</returns>
    /// <exception cref="QEngineException">The encoder or the documentation is not fit for it.</exception>
    public (DemoReport Report, GrowingIndex Index) Run(ReferencePacks packs, string modelFolder)
    {
        SentenceEmbedder model = LoadModel(modelFolder);
        _session.Progress.Line("reading the API documentation");
        ApiCorpus corpus = ApiCorpus.Load(packs);
        RetrievalSet set = RetrievalSetBuilder.Build(corpus, new RetrievalOptions(_session.Seed));
        RequireEnough(corpus, set);
        int members = corpus.Members.Count;
        DemoProgress progress = new(_session.Progress, (members * (EmbeddingSeconds + (Heads * MeasuringSeconds))) + (Heads * HeadSeconds));

        GrowingIndex index = new(PathOf("index"), model, corpus);
        MemberVectors vectors = new(Short(model), corpus, set.EvaluationDocuments);
        TimeSpan first = Embed(corpus, vectors, index, progress);
        (IReadOnlyList<MeasuredWay> ways, string kept) = Compare(set, model, vectors, progress);
        IReadOnlyList<DemoSearch> searches = [.. index.Search(DemoRun.Searches)];
        progress.End();
        DemoReport report = new([.. ways.Select(way => way.Row)], searches, members, set.Test.Count, _folder, _watch.Elapsed)
        {
            Encoder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelFolder))),
            FirstAnswers = first,
            Findings = Finding.Describe(ways),
            Remarks = Remarks(set),
            Kept = $"the encoder with {kept}",
        };
        return (report, index);
    }

    private SentenceEmbedder LoadModel(string folder)
    {
        SentenceEmbedder model = ModelFolder.Load(folder, _session.Workers);
        return model.Similarity == Similarity.Cosine
            ? model
            : throw new QEngineException($"expected a model compared by cosine, to put other heads on, found one with qubits: {folder}");
    }

    /// <summary>The same model, which sees the start of a text only.</summary>
    private static SentenceEmbedder Short(SentenceEmbedder model) =>
        new(model.Model, model.Tokenizer, Math.Min(MaximumLength, model.MaximumLength), model.Workers) { Prompts = model.Prompts };

    private static void RequireEnough(ApiCorpus corpus, RetrievalSet set)
    {
        if (set.Test.Count > 0 && TrainingRows.Members(set).Length > 1) return;
        throw new QEngineException(
            $"expected documentation of enough types to hold some out, found {corpus.Members.Count} members of "
            + $"{corpus.Members.DistinctBy(member => member.OuterType).Count()} types");
    }

    /// <summary>Embeds all members into vectors and index; answers the example queries once the most used namespaces are in.</summary>
    /// <returns>When that was.</returns>
    private TimeSpan Embed(ApiCorpus corpus, MemberVectors vectors, GrowingIndex index, DemoProgress progress)
    {
        NamespaceOrder order = NamespaceOrder.Create(corpus);
        progress.Begin("embedding", corpus.Members.Count * EmbeddingSeconds);
        EmbeddingCounter count = new(new TextCount(progress), vectors.Texts);
        TimeSpan? first = null;
        int done = 0;
        foreach (IReadOnlyList<int> part in order.Parts(MembersPerPart))
        {
            vectors.Embed(part, count);
            index.Add(part, vectors.Whole(part));
            done += part.Count;
            if (first is not null || done < order.MostUsed) continue;
            ShowFirst(index, done, corpus.Members.Count, progress);
            first = _watch.Elapsed;
        }
        if (order.Members.Count > MembersPerPart) index.Complete();
        return first!.Value;
    }

    private void ShowFirst(GrowingIndex index, int done, int members, DemoProgress progress)
    {
        if (done == members) return;
        progress.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"first answers after {ProgressReporter.Time(_watch.Elapsed)}, of {done:N0} of {members:N0} members:"));
        foreach (DemoSearch search in index.Search(DemoRun.Searches))
            progress.Line($"  {search.Query}: {search.Found[0].Signature}");
    }

    private static string[] Remarks(RetrievalSet set) =>
    [
        string.Create(
            CultureInfo.InvariantCulture,
            $"Texts are cut to {MaximumLength} tokens. Linear and quantum heads are trained on {TrainingRows.Members(set).Length:N0} ")
        + "pairs of the other types, PCA on their vectors. The encoder is as it was published: after fine-tuning it all texts would have "
        + "to be embedded again.",
    ];

    /// <summary>Measures all ways, and saves the encoder with the head that is kept.</summary>
    private (IReadOnlyList<MeasuredWay> Ways, string Kept) Compare(
        RetrievalSet set, SentenceEmbedder model, MemberVectors vectors, DemoProgress progress)
    {
        double measuring = set.EvaluationDocuments.Count * MeasuringSeconds;
        progress.Begin("searching with BM25 and full vectors", measuring);
        VectorComparison comparison = new(_session, set, Short(model), vectors.Documents);
        comparison.AddFull();
        string kept = "";
        foreach (DemoHead head in DemoHeads.Make(_session, TrainingRows.Create(set, vectors), phase => progress.Begin(phase, HeadSeconds)))
        {
            progress.Begin($"searching with {head.Name}", measuring);
            comparison.Add(head);
            if (!head.IsKept) continue;
            ModelFolder.Save(model.WithHead(head.Made.Head), PathOf("model"));
            kept = head.Name;
        }
        return (comparison.Ways, kept);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
