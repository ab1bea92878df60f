using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Quantum;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>
/// Squared distances 2 (1 - F) of states, those of their projections |u&gt;&lt;u|, from rows as they are. An excess is -F, and the slope
/// is 0.
/// </summary>
/// <param name="rows">Distances of the same rows as vectors, which has checked them; their phases make these say nothing of F.</param>
/// <param name="states">[rows, k].</param>
/// <param name="dimension">k.</param>
internal sealed class StateDistances(RowDistances rows, ReadOnlyMemory<float> states, int dimension) : IBlockDistances
{
    public ReadOnlySpan<float> Weights => rows.Weights;

    public ReadOnlySpan<float> Min => rows.Min;

    public ReadOnlySpan<float> Max => rows.Max;

    public void Prepare(QueryChunk queries)
    {
    }

    public void Dots(WorkerPool workers, QueryChunk queries, int firstRow, int count, Span<float> dots)
    {
        ReadOnlySpan<float> block = states.Span.Slice(firstRow * dimension, count * dimension);
        Span<float> turned = Scratch<StateDistances, float>.Rent(queries.Kept.Length);
        Span<float> imaginary = Scratch<Imaginary, float>.Rent(dots.Length);
        StateFidelity.Turn(queries.Kept, dimension / 2, turned);
        RowDots.Forward(workers, queries.Kept, block, dimension, dots);
        RowDots.Forward(workers, turned, block, dimension, imaginary);
        Elementwise.Apply(workers, default(SumOfSquares), dots, imaginary, dots);
    }

    public IBlockPrefilter? PrefilterFor(QueryChunk queries) => null;

    public float Slope(QueryChunk queries, int query) => 0;

    public float Limit(QueryChunk queries, int query, double reach) =>
        float.BitIncrement((float)((reach / 2) - 1 + StateScores.FidelityError(dimension)));

    public double Distance(QueryChunk queries, int query, float excess) => Math.Max(0, 2 + (2.0 * excess));

    public float Excess(QueryChunk queries, int query, double distance) => float.BitIncrement((float)((distance / 2) - 1));

    private readonly struct Imaginary;

    private readonly struct SumOfSquares : IBinary<float>
    {
        public TLane Invoke<TLane>(TLane a, TLane b)
            where TLane : struct, ILane<TLane, float> => TLane.MultiplyAdd(a, a, b * b);
    }
}
