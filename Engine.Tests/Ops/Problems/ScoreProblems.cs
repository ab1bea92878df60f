using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tests.Ops.Problems;

internal sealed class CandidateScoresProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("rows", size.Rows + 1, size.Columns))
{
    private readonly CandidateList _candidates = random.Candidates((size.Rows / 2) + 1, width: 5, size.Rows + 1);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => CandidateScores.Apply(tape, inputs[0], _candidates);

    public override double[] Oracle(double[][] inputs)
    {
        double[][] rows = [.. inputs[0].Chunk(Size(0).Columns)];
        return PairScores.Of(_candidates, (query, candidate) => rows[query].Zip(rows[candidate], (a, b) => a * b).Sum());
    }
}

internal sealed class LogFidelityProblem(OpSize size, RandomInputs random) : OpProblem(random.Uniform("states", size.Rows + 1, 2 * size.Columns, -0.8, 0.8))
{
    private readonly CandidateList _candidates = random.Candidates((size.Rows / 2) + 1, width: 3, size.Rows + 1);

    /// <summary>Factors are cut off below 1e-9, and steep near there.</summary>
    public override bool NearKink
    {
        get
        {
            double[][] rows = [.. Values(0).Chunk(Size(0).Columns)];
            return PairScores.Of(_candidates, (query, candidate) => Factors(rows[query], rows[candidate]).Min()).Any(factor => factor is < 0.05 and >= 0);
        }
    }

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => LogFidelity.Apply(tape, inputs[0], _candidates);

    public override double[] Oracle(double[][] inputs)
    {
        double[][] rows = [.. inputs[0].Chunk(Size(0).Columns)];
        return PairScores.Of(_candidates, (query, candidate) => Factors(rows[query], rows[candidate]).Sum(Math.Log));
    }

    private static IEnumerable<double> Factors(double[] u, double[] v)
    {
        int k = u.Length / 2;
        return Enumerable.Range(0, k).Select(i => 1 - ((Square(u[i] - v[i]) + Square(u[k + i] - v[k + i])) / 4));
    }

    private static double Square(double x) => x * x;
}

/// <summary>Rows near each other, so that fidelities are neither small nor above 1.</summary>
internal sealed class LogStateFidelityProblem(OpSize size, RandomInputs random)
    : OpProblem(random.Normal("states", size.Rows + 1, 2 * size.Columns, 0.2 / Math.Sqrt(2 * size.Columns), 0.8 / Math.Sqrt(2 * size.Columns)))
{
    private readonly CandidateList _candidates = random.Candidates((size.Rows / 2) + 1, width: 3, size.Rows + 1);

    /// <summary>Fidelities are cut off below 1e-9 and above 1, and steep near the first.</summary>
    public override bool NearKink
    {
        get
        {
            double[][] rows = [.. Values(0).Chunk(Size(0).Columns)];
            return PairScores.Of(_candidates, (query, candidate) => Fidelity(rows[query], rows[candidate])).Any(fidelity => fidelity is (< 0.05 and >= 0) or > 0.95);
        }
    }

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => LogStateFidelity.Apply(tape, inputs[0], _candidates);

    public override double[] Oracle(double[][] inputs)
    {
        double[][] rows = [.. inputs[0].Chunk(Size(0).Columns)];
        return PairScores.Of(_candidates, (query, candidate) => Math.Log(Math.Clamp(Fidelity(rows[query], rows[candidate]), 1e-9, 1)));
    }

    private static double Fidelity(double[] u, double[] v)
    {
        int n = u.Length / 2;
        Complex overlap = Enumerable.Range(0, n).Aggregate(Complex.Zero, (sum, i) => sum + (new Complex(u[i], -u[n + i]) * new Complex(v[i], v[n + i])));
        return (overlap.Real * overlap.Real) + (overlap.Imaginary * overlap.Imaginary);
    }
}

/// <summary>A score for every query and candidate, minus infinity for absent ones.</summary>
internal static class PairScores
{
    public static double[] Of(CandidateList list, Func<int, int, double> score)
    {
        int[] queries = list.QueryRows.ToArray(), candidates = list.CandidateRows.ToArray();
        return [.. candidates.Select((candidate, i) => candidate < 0 ? double.NegativeInfinity : score(queries[i / list.Width], candidate))];
    }
}

internal sealed class ExcludeAbsentProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    private readonly CandidateList _candidates = random.Candidates(size.Rows, size.Columns, size.Rows);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => ExcludeAbsent.Apply(tape, inputs[0], _candidates);

    public override double[] Oracle(double[][] inputs)
    {
        int[] rows = _candidates.CandidateRows.ToArray();
        return [.. inputs[0].Select((x, i) => rows[i] < 0 ? double.NegativeInfinity : x)];
    }
}

internal sealed class SoftmaxCrossEntropyProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("logits", size.Rows, size.Columns, deviation: 3))
{
    private readonly int[] _labels = random.Indices(size.Rows, size.Columns);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => SoftmaxCrossEntropy.Apply(tape, inputs[0], _labels);

    public override double[] Oracle(double[][] inputs) =>
        [inputs[0].Chunk(Size(0).Columns).Select((row, r) => -Math.Log(Math.Exp(row[_labels[r]]) / row.Sum(Math.Exp))).Average()];
}
