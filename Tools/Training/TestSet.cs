using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Training;

/// <summary>A named retrieval test: queries, passages and judgements of a folder.</summary>
internal sealed class TestSet
{
    // trec_eval's customary depth of a run.
    private const int Depth = 1000;

    private readonly JudgedQueries _queries;
    private readonly TextSource _passages;
    private readonly bool _judgedOnly;

    private TestSet(string name, JudgedQueries queries, TextSource passages, bool judgedOnly) => (Name, _queries, _passages, _judgedOnly) = (name, queries, passages, judgedOnly);

    /// <summary>Its name in the reports.</summary>
    public string Name { get; }

    /// <summary>The name of its measure.</summary>
    public string Measure => $"{Name}_ndcg@10";

    /// <summary>Reads <c>NAME=FOLDER</c>, or a folder whose name is the test's.</summary>
    /// <param name="text">The text.</param>
    /// <param name="judgedOnly">Whether each query's judged passages alone are ranked.</param>
    /// <exception cref="QEngineException">A file is missing or malformed.</exception>
    public static TestSet Read(string text, bool judgedOnly)
    {
        int equals = text.IndexOf('=');
        string folder = Path.TrimEndingDirectorySeparator(equals < 0 ? text : text[(equals + 1)..]), name = equals < 0 ? Path.GetFileName(Path.GetFullPath(folder)) : text[..equals];
        if (name.Length == 0 || folder.Length == 0) throw new UsageException($"expected --test NAME=FOLDER, found '{text}'");
        if (!Directory.Exists(folder)) throw new QEngineException($"expected the folder of a test, found none: {folder}");
        return new TestSet(name, JudgedQueries.Read(folder, folder), TextSource.Of(DataFolder.Passages(folder)), judgedOnly);
    }

    /// <summary>NDCG@10 of a model.</summary>
    public double Ndcg(Session session, SentenceEmbedder embedder)
    {
        HashSet<string>? judged = _judgedOnly ? _queries.JudgedPassages() : null;
        EmbeddingRetriever retriever = new(session, embedder, _passages, id => judged is null || judged.Contains(id));
        Run run = _judgedOnly ? _queries.Rerank(retriever) : _queries.Search(retriever, Depth);
        return Evaluation.Of(_queries.Qrels, run, [QEngine.Retrieval.Measure.Parse("nDCG@10")], new() { Complete = true }).Summary(0);
    }
}
