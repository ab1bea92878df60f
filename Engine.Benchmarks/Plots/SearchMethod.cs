using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Searches for one query.</summary>
/// <param name="query">[k].</param>
/// <param name="hits">Receives as many hits as it has room for, best first.</param>
internal delegate void QuerySearch(ReadOnlySpan<float> query, Span<Hit> hits);

/// <summary>A way to find the best passages.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Bits">Bits of a number that is read of every passage.</param>
/// <param name="BytesPerVector">What is read of every passage.</param>
/// <param name="Rescored">How many of the nearest are scored exactly, 0 for none; null where the result is exact.</param>
/// <param name="Search">Does it.</param>
internal sealed record SearchMethod(string Name, int Bits, int BytesPerVector, int? Rescored, QuerySearch Search)
{
    private static readonly int[] Rescorings = [0, 20, 50, 100, 200, 500, 1000, 2000];

    /// <summary>The ways there are.</summary>
    /// <param name="texts">Passages and queries.</param>
    /// <param name="workers">The threads to use.</param>
    internal static IReadOnlyList<SearchMethod> All(EmbeddedTexts texts, WorkerPool workers)
    {
        PairScan pairs = new(texts.Passages, workers);
        EmbeddingSearcher searcher = new(texts.Passages.Similarity, texts.Dimension, workers);
        SearchMethod Exact(string name, int bits, int bytes, EmbeddingBlock block) =>
            new(name, bits, bytes, null, (query, hits) => searcher.Search([block], query, hits.Length, hits));

        List<SearchMethod> methods =
        [
            Exact("exact by distances", 32, texts.Dimension * sizeof(float), texts.Passages),
            new("every pair", 32, pairs.BytesPerDocument, null, pairs.Search),
        ];
        foreach (CodeBits bits in CodeWidths.All)
        {
            EmbeddingBlock coded = texts.Coded(bits, workers);
            int bytes = coded.Codes!.Quantizer.BytesPerRow;
            if (bits == CodeBits.Eight) methods.Add(Exact("exact by 8-bit codes", (int)bits, bytes, coded));
            methods.AddRange(Rescorings.Select(rescored => new SearchMethod(
                "nearest by codes", (int)bits, bytes, rescored, (query, hits) => searcher.SearchNearest([coded], query, hits.Length, rescored, hits))));
        }
        return methods;
    }
}
