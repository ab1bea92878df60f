using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;

namespace QEngine.Tools.Training;

/// <summary>A named retrieval test: queries, passages and judgements of a folder.</summary>
internal sealed class TestSet
{
    // trec_eval's customary depth of a run.
    private const int Depth = 1000;

    private static readonly string[] QueryFiles = ["queries.tsv", "queries.jsonl"], PassageFiles = ["passages.tsv", "corpus.tsv", "corpus.jsonl", "collection.tsv"];
    private static readonly string[] QrelsFiles = ["qrels.txt", "qrels.tsv", "qrels/test.tsv"];

    private readonly JudgedQueries _queries;
    private readonly string _passages;
    private readonly bool _judgedOnly;

    private TestSet(string name, JudgedQueries queries, string passages, bool judgedOnly) => (Name, _queries, _passages, _judgedOnly) = (name, queries, passages, judgedOnly);

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
        JudgedQueries queries = JudgedQueries.Read(Find(folder, QueryFiles), Find(folder, QrelsFiles));
        return new TestSet(name, queries, Find(folder, PassageFiles), judgedOnly);
    }

    /// <summary>NDCG@10 of a model.</summary>
    public double Ndcg(Session session, SentenceEmbedder embedder)
    {
        HashSet<string>? judged = _judgedOnly ? _queries.JudgedPassages() : null;
        EmbeddingRetriever retriever = new(session, embedder, _passages, id => judged is null || judged.Contains(id));
        Run run = _judgedOnly ? _queries.Rerank(retriever) : _queries.Search(retriever, Depth);
        return Evaluation.Of(_queries.Qrels, run, [QEngine.Retrieval.Measure.Parse("nDCG@10")], new() { Complete = true }).Summary(0);
    }

    private static string Find(string folder, string[] names)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path)) return path;
        }
        throw new QEngineException($"expected one of {string.Join(", ", names)} in a test's folder, found none in {folder}");
    }
}
