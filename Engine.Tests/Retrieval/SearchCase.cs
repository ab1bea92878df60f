using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Tests.Retrieval;

/// <summary>Documents and queries made to go wrong: close to each other, equal, orthogonal, at the poles, of both signs.</summary>
internal sealed class SearchCase
{
    /// <summary>Every qubit around an angle of its own, as a model's.</summary>
    public const byte Cone = 0;

    private const int Kinds = 6;

    private static readonly int[] Dimensions = [1, 2, 3, 8, 17, 33, 64, 100, 256];

    private readonly Random _random;
    private readonly int _kind;

    public SearchCase(int seed, byte kind, Similarity similarity, int queries = 0, int qubits = 0)
    {
        (_random, _kind, Similarity) = (new Random(seed), kind % Kinds, similarity);
        Dimension = qubits > 0 ? qubits : Dimensions[_random.Next(Dimensions.Length)];
        // Two numbers an amplitude.
        if (similarity == Similarity.StateFidelity) Dimension += Dimension % 2;
        // Few queries are read row by row, many are a matrix product.
        int asked = queries > 0 ? queries : 1 + _random.Next(_random.Next(2) == 0 ? 4 : 30), count = _random.Next(400);
        if (queries > 0) count = 400;
        K = 1 + _random.Next(_random.Next(3) == 0 ? 500 : 20);
        float[] centre = [.. Enumerable.Range(0, Dimension).Select(_ => Uniform(-2, 2))];
        Queries = Draw(asked, centre);
        float[] documents = Draw(count, centre);
        for (int row = 0; row < count; row++)
        {
            // Copies of queries and of other documents, some moved by a unit in the last place of one number.
            Span<float> numbers = documents.AsSpan(row * Dimension, Dimension);
            int copy = _random.Next(12);
            if (copy == 0) Queries.AsSpan(_random.Next(asked) * Dimension, Dimension).CopyTo(numbers);
            if (copy == 1) documents.AsSpan(_random.Next(count) * Dimension, Dimension).CopyTo(numbers);
            if (copy < 2 && _random.Next(2) == 0) numbers[_random.Next(Dimension)] *= 1 + MathF.ScaleB(1, -23);
        }
        Documents = new float[documents.Length];
        EmbeddingBlock.Keep(similarity, Dimension, documents, Documents);
        if (similarity == Similarity.Fidelity) EmbeddingBlock.Keep(similarity, Dimension, Queries, Queries);
    }

    public Similarity Similarity { get; }

    public int Dimension { get; }

    public int K { get; }

    public float[] Queries { get; }

    /// <summary>As a block keeps them.</summary>
    public float[] Documents { get; }

    /// <summary>The documents in blocks of various sizes, the last first.</summary>
    public EmbeddingBlock[] Blocks(WorkerPool workers)
    {
        List<EmbeddingBlock> blocks = [];
        int count = Documents.Length / Dimension;
        for (int first = 0, size = 1; first < count; first += size, size = Math.Min((3 * size) + 1, count - first))
            blocks.Insert(0, new EmbeddingBlock(Similarity, Dimension, Documents.AsMemory(first * Dimension, Math.Min(size, count - first) * Dimension), first, workers));
        return [.. blocks];
    }

    public override string ToString() => $"{Similarity}, kind {_kind}, {Documents.Length / Dimension} x {Dimension}, {Queries.Length / Dimension} queries, k {K}";

    private float[] Draw(int count, float[] centre) => [.. Enumerable.Range(0, count * Dimension).Select(i => Number(centre[i % Dimension]))];

    private float Number(float centre) => _kind switch
    {
        Cone => centre + (0.15f * Uniform(-1, 1)) + (0.15f * Uniform(-1, 1)),
        // Nearly equal.
        1 => centre + (1e-4f * Uniform(-1, 1)),
        // Half a circle, of one sign each.
        2 => MathF.Sign(centre) * Uniform(0, MathF.PI),
        // Everywhere: differences beyond pi.
        3 => Uniform(-MathF.PI, MathF.PI),
        // Poles and the equator: equal, orthogonal, tied.
        4 => new[] { 0, MathF.PI, -MathF.PI, MathF.PI / 2 }[_random.Next(4)],
        // Zeros and a few others.
        _ => _random.Next(4) == 0 ? centre : 0,
    };

    private float Uniform(float from, float to) => from + ((to - from) * _random.NextSingle());
}
