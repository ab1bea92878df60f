using System.Numerics;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Log-fidelities of all pairs of queries and documents, as exact search needs them.</summary>
public static class FidelityMatrix
{
    // Numbers of the documents of a unit: 16 KB in single precision, so that they stay in the first-level cache for all queries.
    private const int BlockNumbers = 4096;

    /// <summary>
    /// scores[q, d] = ln F(queries[q], documents[d]); a score's bits are those of <see cref="Fidelity.Log{T}"/>, whatever the other rows.
    /// </summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="queries">[n, 2k], x then z.</param>
    /// <param name="documents">[m, 2k], x then z.</param>
    /// <param name="qubits">k.</param>
    /// <param name="scores">[n, m].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ReadOnlySpan<T> queries, ReadOnlySpan<T> documents, int qubits, Span<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(qubits, 1, int.MaxValue / 2);
        int width = 2 * qubits;
        int n = Require.Rows(queries, width);
        int m = Require.Rows(documents, width);
        int block = Math.Max(2, BlockNumbers / width);
        Require.Elements(scores, (long)n * m);
        Require.Apart(scores, queries, documents);
        Kernel<T> kernel = new(queries, documents, qubits, block, scores);
        RangeKernel.Run<Kernel<T>, T>(workers, (m + block - 1) / block, (long)block * queries.Length, ref kernel);
    }

    /// <summary>A unit is a block of documents.</summary>
    private readonly ref struct Kernel<T>(ReadOnlySpan<T> queries, ReadOnlySpan<T> documents, int qubits, int block, Span<T> scores)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _queries = queries, _documents = documents;
        private readonly Span<T> _scores = scores;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int width = 2 * qubits;
            int m = _documents.Length / width;
            for (int unit = from; unit < to; unit++)
            {
                int start = unit * block;
                int end = Math.Min(m, start + block);
                for (int query = 0; query < _queries.Length / width; query++)
                {
                    ReadOnlySpan<T> u = _queries.Slice(query * width, width);
                    FidelityLanes<TLane, T>.Logs(
                        u, _documents[(start * width)..(end * width)], _scores.Slice((query * m) + start, end - start));
                }
            }
        }
    }
}
