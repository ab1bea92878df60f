using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tools.Demo.Real;

/// <summary>
/// Two vectors of every member: of its documentation without the summary, and of the summary's opening. So each text goes through the
/// encoder once, and documents do not hold the summaries that are the held-out queries.
/// </summary>
internal sealed class MemberVectors
{
    private readonly SentenceEmbedder _embedder;
    private readonly IReadOnlyList<string> _texts;
    private readonly List<string> _openings = [];
    private readonly int[] _opening;
    private readonly float[] _documents, _summaries;
    private readonly bool[] _embedded;

    /// <summary>Makes room.</summary>
    /// <param name="embedder">The encoder.</param>
    /// <param name="corpus">The members.</param>
    /// <param name="documents">Of each its documentation without the summary.</param>
    public MemberVectors(SentenceEmbedder embedder, ApiCorpus corpus, IReadOnlyList<string> documents)
    {
        (_embedder, _texts) = (embedder, documents);
        // Many members are described alike.
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        _opening = new int[corpus.Members.Count];
        for (int member = 0; member < _opening.Length; member++)
        {
            string opening = Sentences.Opening(corpus.Members[member].Summary);
            if (places.TryAdd(opening, _openings.Count)) _openings.Add(opening);
            _opening[member] = places[opening];
        }
        _documents = new float[_opening.Length * embedder.Dimension];
        _summaries = new float[_openings.Count * embedder.Dimension];
        _embedded = new bool[_openings.Count];
    }

    /// <summary>Numbers of a vector.</summary>
    public int Dimension => _embedder.Dimension;

    /// <summary>How many texts there are to embed.</summary>
    public int Texts => _opening.Length + _openings.Count;

    /// <summary>[members, dimension], the documentation without the summaries.</summary>
    public float[] Documents => _documents;

    /// <summary>A member's documentation without its summary.</summary>
    public ReadOnlySpan<float> Document(int member) => _documents.AsSpan(member * Dimension, Dimension);

    /// <summary>The opening of a member's summary, as a query.</summary>
    public ReadOnlySpan<float> Summary(int member) => _summaries.AsSpan(_opening[member] * Dimension, Dimension);

    /// <summary>Embeds members that have not been embedded yet.</summary>
    /// <param name="members">The members.</param>
    /// <param name="counter">Counts the texts that are done.</param>
    public void Embed(IReadOnlyList<int> members, EmbeddingCounter counter)
    {
        Embed(_texts, members, _documents, _embedder.Prompts.Document, counter);
        List<int> openings = [];
        foreach (int member in members)
        {
            if (_embedded[_opening[member]]) continue;
            _embedded[_opening[member]] = true;
            openings.Add(_opening[member]);
        }
        Embed(_openings, openings, _summaries, _embedder.Prompts.Query, counter);
    }

    /// <summary>What a member is searched by: the sum of both, so that it is found by either.</summary>
    /// <param name="members">The members.</param>
    /// <returns>[members, dimension].</returns>
    public float[] Whole(IReadOnlyList<int> members)
    {
        float[] rows = new float[members.Count * Dimension];
        for (int i = 0; i < members.Count; i++)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(
                Document(members[i]), Summary(members[i]), rows.AsSpan(i * Dimension, Dimension));
        }
        return rows;
    }

    private void Embed(IReadOnlyList<string> all, IReadOnlyList<int> chosen, float[] vectors, string prompt, EmbeddingCounter counter)
    {
        string[] texts = [.. chosen.Select(text => all[text])];
        float[] rows = new float[texts.Length * Dimension];
        _embedder.Embed(texts, rows, EmbeddingFormat.Default, prompt, counter, Session.Cancellation);
        for (int i = 0; i < texts.Length; i++)
            rows.AsSpan(i * Dimension, Dimension).CopyTo(vectors.AsSpan(chosen[i] * Dimension));
    }
}
