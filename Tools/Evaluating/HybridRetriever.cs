using QEngine.Retrieval;

namespace QEngine.Tools.Evaluating;

/// <summary>A model and BM25 as one: what both find is fused.</summary>
internal sealed class HybridRetriever : IRetriever
{
    private readonly Bm25Retriever _words;
    private readonly IRetriever _modelSearch, _wordSearch;
    private readonly Fusion _fusion;

    // From a passage of the model, which may have embedded only those that are needed, to BM25's, whose statistics are the collection's;
    // and back.
    private readonly int[] _toWords, _toModel;

    /// <summary>Joins two retrievers.</summary>
    /// <param name="model">The model, over all or some of the passages.</param>
    /// <param name="words">BM25 over all.</param>
    /// <param name="fusion">How rankings become one.</param>
    /// <param name="ignoreIdenticalIds">Whether both leave out the passage with the query's id, which would shift the ranks and scores of
    /// the others.</param>
    public HybridRetriever(EmbeddingRetriever model, Bm25Retriever words, Fusion fusion, bool ignoreIdenticalIds)
    {
        (Model, _words, _fusion) = (model, words, fusion);
        _modelSearch = ignoreIdenticalIds ? new IdenticalIdFilter(model) : model;
        _wordSearch = ignoreIdenticalIds ? new IdenticalIdFilter(words) : words;
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        for (int i = 0; i < words.PassageIds.Count; i++) places.Add(words.PassageIds[i], i);
        _toWords = [.. model.PassageIds.Select(id => places[id])];
        _toModel = new int[words.PassageIds.Count];
        Array.Fill(_toModel, -1);
        for (int i = 0; i < _toWords.Length; i++) _toModel[_toWords[i]] = i;
    }

    /// <summary>The model.</summary>
    public EmbeddingRetriever Model { get; }

    /// <inheritdoc/>
    public string Name => $"{Model.Name}+{_words.Name}";

    /// <inheritdoc/>
    public string Title => $"{Model.Title}+{_words.Name}";

    /// <inheritdoc/>
    public IReadOnlyList<string> PassageIds => Model.PassageIds;

    /// <inheritdoc/>
    public IReadOnlyList<Hit[]> Search(IReadOnlyList<IdText> queries, int k)
    {
        int depth = Math.Max(k, HybridOptions.Depth);
        IReadOnlyList<Hit[]> model = _modelSearch.Search(queries, depth), words = _wordSearch.Search(queries, depth);
        return [.. model.Zip(words, (first, second) => _fusion.Fuse(first, ToModel(second), k))];
    }

    private Hit[] ToModel(Hit[] hits) =>
        [.. hits.Where(hit => _toModel[hit.Index] >= 0).Select(hit => hit with { Index = _toModel[hit.Index] })];

    /// <inheritdoc/>
    public IReadOnlyList<float[]> Score(IReadOnlyList<IdText> queries, IReadOnlyList<int[]> candidates)
    {
        IReadOnlyList<float[]> model = Model.Score(queries, candidates);
        IReadOnlyList<float[]> words = _words.Score(
            queries, [.. candidates.Select(row => Array.ConvertAll(row, passage => _toWords[passage]))]);
        List<float[]> scores = new(queries.Count);
        for (int i = 0; i < queries.Count; i++) scores.Add(Score(candidates[i], model[i], words[i]));
        return scores;
    }

    private float[] Score(int[] candidates, float[] model, float[] words)
    {
        if (candidates.Length == 0) return [];
        // As in a search, BM25 does not find a passage that shares no word with the query.
        Hit[] first = Ranked(candidates, model, float.NegativeInfinity), second = Ranked(candidates, words, 0);
        Dictionary<int, float> fused = _fusion.Fuse(first, second, candidates.Length).ToDictionary(hit => hit.Index, hit => hit.Score);
        return Array.ConvertAll(candidates, passage => fused[passage]);
    }

    private static Hit[] Ranked(int[] candidates, float[] scores, float bar) =>
        [
            .. candidates
                .Zip(scores, (passage, score) => new Hit(passage, score))
                .Where(hit => hit.Score > bar)
                .OrderByDescending(hit => hit.Score)
                .ThenBy(hit => hit.Index),
        ];
}
