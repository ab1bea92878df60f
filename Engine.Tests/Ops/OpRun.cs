using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Ops;

/// <summary>One recorded call of a problem.</summary>
internal sealed class OpRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Calls the op.</summary>
    /// <param name="problem">Which.</param>
    /// <param name="workers">Threads; one unless told.</param>
    /// <param name="wanted">Which inputs want a gradient; all unless told. The others are constants.</param>
    /// <param name="tape">A tape to use, reset already; a new one unless told.</param>
    public OpRun(OpProblem problem, WorkerPool? workers = null, Func<int, bool>? wanted = null, Tape<T>? tape = null)
    {
        Tape = tape ?? new Tape<T>(workers ?? WorkerPool.Single, recording: true);
        Inputs = new Tensor<T>[problem.Inputs.Length];
        for (int i = 0; i < Inputs.Length; i++)
        {
            OpInput input = problem.Inputs[i];
            T[] values = Samples.As<T>(input.Values);
            Inputs[i] = wanted is null || wanted(i) ? Tape.Leaf(values, input.Shape) : new Tensor<T>(values, input.Shape);
        }
        Result = problem.Apply(Tape, Inputs);
    }

    public Tape<T> Tape { get; }

    public Tensor<T>[] Inputs { get; }

    public Tensor<T> Result { get; }

    /// <summary>The gradient of every input, null for those that want none.</summary>
    public T[]?[] Backward(double[] upstream)
    {
        Gradients<T> gradients = Tape.Backward(Result, Samples.As<T>(upstream));
        return [.. Inputs.Select(input => gradients.Wants(input) ? gradients[input].ToArray() : null)];
    }

    /// <summary>The gradients of all inputs one after another.</summary>
    public T[] AllGradients(double[] upstream) => [.. Backward(upstream).SelectMany(gradient => gradient!)];
}

internal static class Numbers
{
    /// <summary>Normally distributed numbers that are floats too.</summary>
    public static double[] Normal(int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) values[i] = (float)random.NextGaussian();
        return values;
    }

    /// <summary>The largest |found - expected| / max(1, |expected|); infinite for NaN and for unequal infinities.</summary>
    public static double Error(ReadOnlySpan<double> found, ReadOnlySpan<double> expected)
    {
        if (found.Length != expected.Length) return double.PositiveInfinity;
        double worst = 0;
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] == expected[i]) continue;
            double error = Math.Abs(found[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
        }
        return worst;
    }
}
