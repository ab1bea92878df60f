using QEngine.Layers;
using QEngine.Models;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>A head with random weights over a batch of vectors, as a program applies it.</summary>
internal sealed class HeadPass
{
    // Where a qubit is nearly certain, sqrt(1 - z^2) turns an error of 1e-7 in z into one of 1e-4 in its angle.
    private const double AngleTolerance = 2e-3, Tolerance = 1e-4;

    private readonly Head _head;
    private readonly EmbeddingFormat _format;
    private readonly ReadOnlyMemory<float> _vectors;
    private readonly float[] _embeddings;
    private readonly WorkerPool _workers;

    /// <summary>Makes the head, and compares the embeddings of the first and the last vector with its definition.</summary>
    /// <param name="configuration">The head; of one module.</param>
    /// <param name="format">In which k numbers an embedding is written.</param>
    /// <param name="vectors">[batch, d].</param>
    /// <param name="workers">The threads to use.</param>
    internal HeadPass(HeadConfiguration configuration, EmbeddingFormat format, ReadOnlyMemory<float> vectors, WorkerPool workers)
    {
        (_head, _format, _vectors, _workers) = (Head.Create(configuration), format, vectors, workers);
        _head.Parameters.Initialize(seed: 1);
        _embeddings = new float[vectors.Length / configuration.InputDimension * configuration.OutputDimension];
        Run();
        Verify(vectors.Span[..configuration.InputDimension], _embeddings.AsSpan(0, configuration.OutputDimension));
        Verify(vectors.Span[^configuration.InputDimension..], _embeddings.AsSpan(^configuration.OutputDimension..));
    }

    /// <summary>Applies the head.</summary>
    internal void Run() => _head.Apply(_vectors.Span, _embeddings, _workers, _format);

    private void Verify(ReadOnlySpan<float> vector, ReadOnlySpan<float> embedding)
    {
        double tolerance = _head.Configuration.Similarity == Similarity.Fidelity ? AngleTolerance : Tolerance;
        double[] expected = NaiveHead.Embed(_head, Inputs.Wide(vector));
        if (_format == EmbeddingFormat.Expectations) expected = [.. expected.Select(Math.Cos)];
        Check.Close(_head.Configuration.ToString(), embedding, expected, tolerance);
    }
}
