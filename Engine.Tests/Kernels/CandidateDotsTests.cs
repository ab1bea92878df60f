using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class CandidateDotsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 14;

    private static IEnumerable<(int Queries, int PerQuery, int Columns)> Shapes() =>
        [.. AwkwardSizes.Positive.Select(columns => (3, 4, columns)), (0, 0, 8), (4, 0, 8), (1, 1, 2000), (200, 6, 65)];

    [Test]
    public void Forward_is_the_definition()
    {
        foreach ((int queryCount, int perQuery, int columns) in Shapes())
        {
            T[] data = Samples.Uniform<T>(1, Rows * columns);
            (int[] queries, int[] candidates) = Pairs(queryCount, perQuery);
            Trial<T> trial = new($"CandidateDots {queryCount} x {perQuery} of {columns}");
            GuardedSpan<T> rows = trial.Input(data), scores = trial.Output(candidates.Length);

            trial.Run(workers => CandidateDots.Forward<T>(workers, rows.Span, columns, queries, candidates, scores.Span));

            if (queryCount > 0) Near.Values<T>(trial.What, scores.Span, CandidateDotsOracle.Forward(Samples.Exact<T>(data), columns, queries, candidates), columns);
        }
    }

    [Test]
    public void Backward_adds_the_gradient_of_the_definition()
    {
        foreach ((int queryCount, int perQuery, int columns) in Shapes())
        {
            T[] data = Samples.Uniform<T>(2, Rows * columns), before = Samples.Uniform<T>(3, Rows * columns);
            (int[] queries, int[] candidates) = Pairs(queryCount, perQuery);
            T[] upstream = Samples.Uniform<T>(4, candidates.Length);
            Trial<T> trial = new($"CandidateDots backward {queryCount} x {perQuery} of {columns}");
            GuardedSpan<T> rows = trial.Input(data), dscores = trial.Input(upstream), drows = trial.InOut(before);

            trial.Run(workers => CandidateDots.Backward<T>(workers, rows.Span, columns, queries, candidates, dscores.Span, drows.Span));

            double[] gradient = queryCount == 0 ? new double[before.Length] : CandidateDotsOracle.Backward(Samples.Exact<T>(data), columns, queries, candidates, Samples.Exact<T>(upstream));
            Near.Values<T>(trial.What, drows.Span, Samples.Sum(Samples.Exact<T>(before), gradient), 2 * Math.Max(1, candidates.Length));
        }
    }

    /// <summary>Random pairs; some candidates are none (-1) and some are the query itself.</summary>
    private static (int[] Queries, int[] Candidates) Pairs(int queryCount, int perQuery)
    {
        int[] queries = Samples.Indices(5, queryCount, Rows), candidates = Samples.Indices(6, queryCount * perQuery, Rows + 1);
        for (int i = 0; i < candidates.Length; i++) candidates[i]--;
        if (candidates.Length > 0) candidates[0] = queries[0];
        return (queries, candidates);
    }
}

[TestFixture]
public sealed class CandidateDotsGradientTests
{
    [Test]
    public void Backward_agrees_with_central_differences()
    {
        const int Columns = 5;
        int[] queries = [0, 3], candidates = [1, 0, 4, 2, -1, 1];
        double[] rows = Samples.Uniform<double>(1, 5 * Columns), upstream = Samples.Uniform<double>(2, candidates.Length), drows = new double[rows.Length];

        CandidateDots.Backward<double>(WorkerPool.Single, rows, Columns, queries, candidates, upstream, drows);

        Near.Gradients("rows", drows, CentralDifferences.Gradient(rows, x =>
        {
            double[] scores = new double[candidates.Length];
            CandidateDots.Forward<double>(WorkerPool.Single, x, Columns, queries, candidates, scores);
            scores[4] = 0;
            return CentralDifferences.Dot(upstream, scores);
        }));
    }
}
