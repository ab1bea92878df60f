using QEngine.Retrieval;
using QEngine.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo.Docs;
using QEngine.Training;

namespace QEngine.Tools.Demo;

/// <summary>The API documentation as the demo needs it: texts to search, held-out queries, and training examples.</summary>
internal sealed class DemoData
{
    // Ranks of BM25 from which hard negatives are taken: the very first are often unlabelled answers.
    private const int FirstRank = 2;
    private const int LastRank = 20;

    private DemoData(ApiCorpus corpus, RetrievalSet set, BertTokenizer tokenizer, TrainingSet training) =>
        (Corpus, Set, Tokenizer, Training) = (corpus, set, tokenizer, training);

    /// <summary>The documented members.</summary>
    public ApiCorpus Corpus { get; }

    /// <summary>Held-out queries and the documents they are searched in.</summary>
    public RetrievalSet Set { get; }

    /// <summary>Tokenizer over a vocabulary trained on the documentation.</summary>
    public BertTokenizer Tokenizer { get; }

    /// <summary>Training examples with hard negatives.</summary>
    public TrainingSet Training { get; }

    /// <summary>Reads the documentation and prepares everything.</summary>
    /// <param name="packs">Where the documentation is.</param>
    /// <param name="session">Threads and seed.</param>
    /// <param name="progress">Where progress is shown.</param>
    public static DemoData Load(ReferencePacks packs, Session session, DemoProgress progress)
    {
        progress.Begin("reading the API documentation", 5);
        ApiCorpus corpus = ApiCorpus.Load(packs);
        RetrievalSet set = RetrievalSetBuilder.Build(corpus, new RetrievalOptions(session.Seed));
        Session.Cancellation.ThrowIfCancellationRequested();

        progress.Begin("training the vocabulary", 2);
        WordPieceTrainerOptions options = new() { VocabularySize = DemoPlan.VocabularySize };
        BertTokenizer tokenizer = new(WordPieceTrainer.Train(TrainingTexts(set), options, cancellationToken: Session.Cancellation));

        progress.Begin("mining hard negatives with BM25", 5);
        TrainingSet training = Examples(set, tokenizer, session);
        return new DemoData(corpus, set, tokenizer, training);
    }

    private static IEnumerable<string> TrainingTexts(RetrievalSet set)
    {
        foreach (TrainingPair pair in set.Training)
        {
            yield return pair.Query;
            yield return pair.Document;
        }
    }

    private static TrainingSet Examples(RetrievalSet set, BertTokenizer tokenizer, Session session)
    {
        // Negatives are documents of the same kind as the positive: without their summaries.
        List<string> documents = [], queries = [];
        List<int> groups = [];
        Dictionary<int, HashSet<int>> answers = [];
        foreach (TrainingPair pair in set.Training)
        {
            if (pair.Kind != PairKind.Summary) continue;
            if (!answers.TryGetValue(pair.Group, out HashSet<int>? members)) answers.Add(pair.Group, members = []);
            members.Add(documents.Count);
            documents.Add(pair.Document);
            queries.Add(pair.Query);
            groups.Add(pair.Group);
        }
        List<IReadOnlySet<int>> positives = [];
        foreach (int group in groups) positives.Add(answers[group]);
        int[][] mined = HardNegatives.Mine(Bm25Index.Build(documents), queries, positives, 1, FirstRank, LastRank, session.Workers.Count);

        TrainingSet training = new(tokenizer, DemoPlan.MaximumLength);
        int summary = 0;
        foreach (TrainingPair pair in set.Training)
        {
            string[] negatives = [];
            if (pair.Kind == PairKind.Summary && mined[summary++] is [int hardest, ..]) negatives = [documents[hardest]];
            training.Add(pair.Query, pair.Document, negatives, $"group {pair.Group}");
        }
        return training;
    }
}
