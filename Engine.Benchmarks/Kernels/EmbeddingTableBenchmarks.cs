using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Rows of a table as large as BERT's picked at random, and their gradients scattered back, on one thread.</summary>
[Traffic(nameof(Gather), 2)]
[Traffic(nameof(Scatter), 3)]
public class EmbeddingTableBenchmarks
{
    private AlignedBuffer<float> _table, _y, _dy, _dtable;
    private int[] _indices = [];

    /// <summary>The rows that are picked.</summary>
    [ParamsSource(nameof(Cases))]
    public RowsShape Shape { get; set; } = Shapes.Rows[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<RowsShape> Cases => Shapes.Rows;

    [GlobalSetup]
    public void Setup()
    {
        _table = Inputs.Gaussian(Entries * Shape.Columns, seed: 1);
        _dy = Inputs.Gaussian(Shape.Length, seed: 2);
        _indices = Inputs.Indices(Shape.Rows, Entries, seed: 3);
        (_y, _dtable) = (Inputs.Zeros(Shape.Length), Inputs.Zeros(Entries * Shape.Columns));
        Gather();
        Scatter();
        Verify();
    }

    [Benchmark]
    public void Gather() => EmbeddingTable.Gather<float>(WorkerPool.Single, _table.Span, _indices, _y.Span);

    [Benchmark]
    public void Scatter() => EmbeddingTable.Scatter<float>(WorkerPool.Single, _indices, _dy.Span, _dtable.Span);

    // Fewer of the long rows: they are there for their tails.
    private int Entries => Math.Min(RandomModel.Vocabulary, (RandomModel.Vocabulary * 768) / Shape.Columns);

    private void Verify()
    {
        double[] y = new double[Shape.Length], dtable = new double[_dtable.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int entry = (_indices[i / Shape.Columns] * Shape.Columns) + (i % Shape.Columns);
            y[i] = _table.Span[entry];
            dtable[entry] += _dy.Span[i];
        }
        Check.Close(nameof(Gather), _y.Span, y, 0);
        Check.Close(nameof(Scatter), _dtable.Span, dtable);
    }
}
