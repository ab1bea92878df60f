using QEngine.Retrieval;
using QEngine.Text;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>Training rows read once: for the vocabulary, if one has to be trained, and for the training set.</summary>
/// <remarks>Rows of query, positive and negatives, and pairs made of texts without queries (<see cref="InverseCloze"/>).</remarks>
internal sealed class TriplesSource
{
    private const int PairsPerText = 2;

    private readonly List<TrainingTriple> _rows = [];

    /// <summary>Reads files.</summary>
    /// <param name="files">TSV files.</param>
    /// <param name="maximumPerQuery">Most rows of one query, in the order of the files; 0 for all.</param>
    public TriplesSource(IReadOnlyList<string> files, int maximumPerQuery)
    {
        Dictionary<string, int> counts = [];
        foreach (TrainingTriple row in TriplesFile.Read(files))
        {
            int seen = counts.GetValueOrDefault(row.Query);
            if (maximumPerQuery > 0 && seen >= maximumPerQuery) continue;
            counts[row.Query] = seen + 1;
            _rows.Add(row);
        }
        Queries = counts.Count;
    }

    /// <summary>Adds pairs of a sentence and the rest of its text.</summary>
    /// <param name="file">Texts: .txt, .tsv or .jsonl.</param>
    /// <param name="seed">Picks the sentences.</param>
    public void AddInverseCloze(string file, ulong seed)
    {
        SplittableRandom random = new(seed);
        foreach (IdText text in IdTextFile.Read(file))
            foreach ((string sentence, string rest) in InverseCloze.Pairs(text.Text, PairsPerText, ref random)) _rows.Add(new TrainingTriple(sentence, rest, []));
    }

    /// <summary>Number of rows taken.</summary>
    public int Rows => _rows.Count;

    /// <summary>Number of distinct queries in the files.</summary>
    public int Queries { get; }

    /// <summary>Every distinct text once, in order of appearance.</summary>
    public IEnumerable<string> Texts()
    {
        HashSet<string> seen = [];
        foreach (TrainingTriple row in _rows)
        {
            if (seen.Add(row.Query)) yield return row.Query;
            if (seen.Add(row.Positive)) yield return row.Positive;
            foreach (string negative in row.Negatives)
                if (seen.Add(negative)) yield return negative;
        }
    }

    /// <summary>Tokenises the rows.</summary>
    public TrainingSet Tokenise(BertTokenizer tokenizer, int maximumLength)
    {
        TrainingSet set = new(tokenizer, maximumLength);
        foreach (TrainingTriple row in _rows) set.Add(row.Query, row.Positive, row.Negatives);
        return set;
    }
}
