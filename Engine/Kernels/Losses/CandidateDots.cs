using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Scores of queries against candidates by inner product: scores[q, c] = rows[q] . rows[candidates[q, c]].
/// </summary>
/// <remarks>
/// Queries and candidates are rows of one matrix. A candidate of -1 is no candidate: its score is minus infinity and
/// its gradient is ignored.
/// </remarks>
internal static class CandidateDots
{
    private const int Strip = 32;

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="rows">[n, columns].</param>
    /// <param name="columns">Columns of <paramref name="rows"/>.</param>
    /// <param name="queries">[q], row of each query.</param>
    /// <param name="candidates">[q, c], row of each candidate, or -1.</param>
    /// <param name="scores">[q, c].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, ReadOnlySpan<T> rows, int columns, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, Span<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = Check(rows, columns, queries, candidates);
        Require.Elements(scores, candidates.Length);
        Require.Apart(scores, rows);
        ForwardKernel<T> kernel = new(rows, columns, queries, candidates, scores);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, queries.Length, (long)columns * width, ref kernel);
    }

    /// <summary>Backward: drows[q] += dscores[q, c] rows[c] and drows[c] += dscores[q, c] rows[q], pairs in order.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="rows">[n, columns].</param>
    /// <param name="columns">Columns of <paramref name="rows"/>.</param>
    /// <param name="queries">[q].</param>
    /// <param name="candidates">[q, c].</param>
    /// <param name="dscores">[q, c].</param>
    /// <param name="drows">[n, columns], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> rows, int columns, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates,
        ReadOnlySpan<T> dscores, Span<T> drows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(rows, columns, queries, candidates);
        Require.Elements(dscores, candidates.Length);
        Require.Elements(drows, rows.Length);
        Require.Apart(drows, rows, dscores);
        if (candidates.IsEmpty) return;
        BackwardKernel<T> kernel = new(rows, columns, queries, candidates, dscores, drows);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, (columns + Strip - 1) / Strip, 2L * Strip * candidates.Length, ref kernel);
    }

    /// <summary>Done before the work is shared out: an index times the columns may wrap around into the matrix.</summary>
    /// <returns>Candidates of a query.</returns>
    private static int Check<T>(ReadOnlySpan<T> rows, int columns, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates)
    {
        int count = Require.Rows(rows, columns);
        int width = Require.Columns(candidates, queries.Length);
        Require.Indices(queries, count);
        Require.IndicesOrNone(candidates, count);
        return width;
    }

    private readonly ref struct ForwardKernel<T>(
        ReadOnlySpan<T> rows, int columns, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, Span<T> scores) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _rows = rows;
        private readonly ReadOnlySpan<int> _queries = queries, _candidates = candidates;
        private readonly Span<T> _scores = scores;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int width = _candidates.Length / _queries.Length;
            for (int i = from * width; i < to * width; i++)
            {
                int candidate = _candidates[i];
                _scores[i] = candidate < 0
                    ? T.NegativeInfinity
                    : Rows<TLane, T>.Dot(_rows.Slice(_queries[i / width] * columns, columns), _rows.Slice(candidate * columns, columns));
            }
        }
    }

    /// <summary>A unit is a strip of columns: every pair is visited in order, and no two units write the same element.</summary>
    private readonly ref struct BackwardKernel<T>(
        ReadOnlySpan<T> rows, int columns, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, ReadOnlySpan<T> dscores,
        Span<T> drows) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _rows = rows, _dscores = dscores;
        private readonly ReadOnlySpan<int> _queries = queries, _candidates = candidates;
        private readonly Span<T> _drows = drows;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int start = from * Strip;
            int width = Math.Min(to * Strip, columns) - start;
            int perQuery = _candidates.Length / _queries.Length;
            for (int i = 0; i < _candidates.Length; i++)
            {
                if (_candidates[i] < 0) continue;
                int query = (_queries[i / perQuery] * columns) + start;
                int candidate = (_candidates[i] * columns) + start;
                Rows<TLane, T>.AddScaled(_dscores[i], _rows.Slice(candidate, width), _drows.Slice(query, width));
                Rows<TLane, T>.AddScaled(_dscores[i], _rows.Slice(query, width), _drows.Slice(candidate, width));
            }
        }
    }
}
