using System.Numerics;
using System.Runtime.InteropServices;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tests.Ops.Problems;

/// <summary>Scores of candidates, some of them absent, and what a teacher says.</summary>
internal abstract class TargetProblem(OpSize size, RandomInputs random, double[] targets) : OpProblem(random.Normal("scores", size.Rows, size.Columns, deviation: 3))
{
    private readonly float[] _single = Array.ConvertAll(targets, target => (float)target);

    protected CandidateList Candidates { get; } = random.Candidates(size.Rows, size.Columns, size.Rows);

    public override double[] Oracle(double[][] inputs)
    {
        int[] rows = Candidates.CandidateRows.ToArray();
        Entry[] entries = [.. inputs[0].Select((score, i) => new Entry(i / Candidates.Width, i % Candidates.Width, score, targets[i])).Where((_, i) => rows[i] >= 0)];
        return [Loss(entries)];
    }

    /// <summary>The formula, of the candidates that are there.</summary>
    protected abstract double Loss(Entry[] entries);

    protected ReadOnlySpan<T> Targets<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? MemoryMarshal.Cast<float, T>(_single) : MemoryMarshal.Cast<double, T>(targets);

    internal readonly record struct Entry(int Query, int Place, double Score, double Target);
}

internal sealed class SquaredErrorProblem(OpSize size, RandomInputs random) : TargetProblem(size, random, random.Normal("", size.Rows, size.Columns).Values)
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => SquaredError.Apply(tape, inputs[0], Candidates, Targets<T>());

    protected override double Loss(Entry[] entries) => entries.Average(entry => Math.Pow(entry.Score - entry.Target, 2));
}

internal sealed class MarginMseProblem(OpSize size, RandomInputs random) : TargetProblem(size, random, random.Normal("", size.Rows, size.Columns, deviation: 4).Values)
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => MarginMse.Apply(tape, inputs[0], Candidates, Targets<T>());

    protected override double Loss(Entry[] entries)
    {
        Dictionary<int, Entry> positives = entries.Where(entry => entry.Place == 0).ToDictionary(entry => entry.Query);
        return entries.Where(entry => entry.Place > 0).Select(entry => Math.Pow(Margin(positives[entry.Query], entry), 2)).DefaultIfEmpty(0).Average();
    }

    private static double Margin(Entry positive, Entry negative) => positive.Score - negative.Score - (positive.Target - negative.Target);
}

internal sealed class KlDivergenceProblem(OpSize size, RandomInputs random, double temperature)
    : TargetProblem(size, random, random.Normal("", size.Rows, size.Columns, deviation: 2).Values)
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) =>
        KlDivergence.Apply(tape, inputs[0], Candidates, Targets<T>(), T.CreateTruncating(temperature));

    protected override double Loss(Entry[] entries) => temperature * temperature * entries.GroupBy(entry => entry.Query).Average(query =>
    {
        double[] p = Softmax(query.Select(entry => entry.Target)), q = Softmax(query.Select(entry => entry.Score));
        return p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();
    });

    private double[] Softmax(IEnumerable<double> values)
    {
        double[] powers = [.. values.Select(value => Math.Exp(value / temperature))];
        return [.. powers.Select(power => power / powers.Sum())];
    }
}

/// <summary>Few distinct gold values: ties count for nothing.</summary>
internal sealed class CoSentProblem(OpSize size, RandomInputs random)
    : TargetProblem(size, random, [.. random.Indices(size.Rows * size.Columns, below: 6).Select(gold => (double)gold)])
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => CoSent.Apply(tape, inputs[0], Candidates, Targets<T>());

    protected override double Loss(Entry[] entries)
    {
        double sum = 1;
        foreach (Entry i in entries)
            foreach (Entry j in entries)
                if (i.Target > j.Target) sum += Math.Exp(j.Score - i.Score);
        return Math.Log(sum);
    }
}
