using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Memory;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>A head with its weights, apart from an encoder: what turns pooled vectors of any model into embeddings.</summary>
/// <param name="Configuration">Its modules and widths.</param>
/// <param name="Parameters">Its parameters and no others, allocated.</param>
/// <param name="Layer">The layer that uses them.</param>
public sealed record Head(HeadConfiguration Configuration, ParameterStore<float> Parameters, IHead<float> Layer)
{
    // Rows that go through the layer at once.
    private const int RowsPerBatch = 1024;

    // Of callers at a time whose storage is kept for the next call.
    private const int KeptSessions = 4;

    private readonly Pool<Session> _sessions = new(static () => new Session(), KeptSessions);

    /// <summary>Creates a head whose weights are still to be initialised, read or set.</summary>
    /// <param name="configuration">Its modules and widths.</param>
    public static Head Create(HeadConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ParameterStore<float> parameters = new();
        IHead<float> layer = configuration.Create(parameters);
        parameters.Allocate();
        return new Head(configuration, parameters, layer);
    }

    /// <summary>Applies the head to vectors, in batches of fixed size: a vector's result depends on no other.</summary>
    /// <remarks>
    /// Safe from many threads. Storage for a batch, of at most 1,024 vectors, is kept from call to call, so that a call allocates nothing.
    /// </remarks>
    /// <param name="vectors">[rows, <see cref="HeadConfiguration.InputDimension"/>].</param>
    /// <param name="result">[rows, <see cref="EmbeddingFormats.Width"/> of the format].</param>
    /// <param name="workers">Threads to use.</param>
    /// <param name="format">The numbers in which an embedding is written.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <exception cref="ArgumentException">A vector is cut off, or the result does not have the vectors' rows.</exception>
    /// <exception cref="QEngineException">The format is for quantum heads and this is none.</exception>
    /// <exception cref="OperationCanceledException">The work was given up; the results of whole batches are written.</exception>
    public void Apply(
        ReadOnlySpan<float> vectors, Span<float> result, WorkerPool workers,
        EmbeddingFormat format = EmbeddingFormat.Default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workers);
        int rows = Require.Rows(vectors, Configuration.InputDimension);
        Require.Elements<float>(result, (long)rows * format.Width(Configuration));
        Session session = _sessions.Take();
        try
        {
            Apply(session.For(workers), vectors, result, format, cancellationToken);
        }
        finally
        {
            _sessions.Return(session);
        }
    }

    private void Apply(
        Tape<float> tape, ReadOnlySpan<float> vectors, Span<float> result, EmbeddingFormat format, CancellationToken cancellationToken)
    {
        int inputs = Configuration.InputDimension, columns = Configuration.RepresentationWidth, width = format.Width(Configuration);
        int rows = vectors.Length / inputs;
        for (int first = 0; first < rows; first += RowsPerBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(RowsPerBatch, rows - first);
            tape.Reset();
            Tensor<float> batch = tape.Leaf(vectors.Slice(first * inputs, count * inputs), new Shape(count, inputs));
            ReadOnlySpan<float> representations = Layer.Forward(tape, batch).Span;
            for (int i = 0; i < count; i++)
                format.Write(Configuration, representations.Slice(i * columns, columns), result.Slice((first + i) * width, width));
        }
    }

    /// <summary>Storage of intermediate results, kept from call to call.</summary>
    private sealed class Session
    {
        private Tape<float>? _tape;

        public Tape<float> For(WorkerPool workers)
        {
            if (_tape is null || _tape.Workers != workers) _tape = new(workers, recording: false);
            return _tape;
        }
    }
}
