using QEngine.Tensors;
using QEngine.Workers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Training;

/// <summary>What a head is trained on: vectors that stay as they are, and which of them a step compares.</summary>
public abstract class HeadExamples
{
    private readonly float[] _vectors;

    private protected HeadExamples(float[] vectors, int columns)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (vectors.Length % columns != 0)
            throw new ArgumentException($"expected rows of {columns} numbers, found {vectors.Length} numbers", nameof(vectors));
        (_vectors, Columns) = (vectors, columns);
    }

    private protected void RequireRow(int row, string name)
    {
        if ((uint)row >= (uint)Rows) throw new ArgumentOutOfRangeException(name, row, $"expected rows from 0 to {Rows - 1}");
    }

    private protected void RequireRows(VectorPair[] pairs)
    {
        foreach (VectorPair pair in pairs)
        {
            RequireRow(pair.First, nameof(pairs));
            RequireRow(pair.Second, nameof(pairs));
        }
    }

    /// <summary>How many examples a pass goes through.</summary>
    public abstract int Count { get; }

    /// <summary>The smallest batch in which there is something to compare.</summary>
    public virtual int MinBatch => 1;

    /// <summary>
    /// Factor by which a head gets the vectors while it is trained; what its weights are to make of them is the caller's.
    /// </summary>
    public float Scale { get; set; } = 1;

    /// <summary>Width of a vector.</summary>
    internal int Columns { get; }

    /// <summary>Number of vectors.</summary>
    internal int Rows => _vectors.Length / Columns;

    /// <summary>Picks vectors and candidates of a step, and their targets where these are known.</summary>
    /// <param name="examples">Indices of examples.</param>
    /// <param name="batch">Receives them.</param>
    internal abstract void Fill(ReadOnlySpan<int> examples, HeadBatch batch);

    /// <summary>Sets targets that depend on the vectors.</summary>
    /// <param name="batch">The step.</param>
    /// <param name="vectors">[rows of the batch, columns], scaled.</param>
    /// <param name="workers">The threads to use.</param>
    internal virtual void SetTargets(HeadBatch batch, ReadOnlySpan<float> vectors, WorkerPool workers)
    {
    }

    /// <summary>Puts the vectors of a step side by side, scaled.</summary>
    internal void Gather(HeadBatch batch, Tensor<float> destination, WorkerPool workers)
    {
        GatherBody body = new(this, batch.Rows, destination.Span);
        workers.For((batch.Rows.Count + GatherBody.RowsPerItem - 1) / GatherBody.RowsPerItem, ref body);
    }

    private readonly ref struct GatherBody(HeadExamples examples, IReadOnlyList<int> rows, Span<float> destination) : IParallelBody
    {
        public const int RowsPerItem = 32;

        private readonly Span<float> _destination = destination;

        public void Invoke(int item)
        {
            for (int i = item * RowsPerItem; i < Math.Min((item + 1) * RowsPerItem, rows.Count); i++)
                TensorPrimitives.Multiply(
                    examples._vectors.AsSpan(rows[i] * examples.Columns, examples.Columns), examples.Scale,
                    _destination.Slice(i * examples.Columns, examples.Columns));
        }
    }
}
