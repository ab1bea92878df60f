using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class AdamTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T Beta1 = T.CreateTruncating(0.9), Beta2 = T.CreateTruncating(0.999), Epsilon = T.CreateTruncating(1e-8);

    private static readonly int[] Lengths = [.. AwkwardSizes.All, 16384, 16385, 40_003];

    [Test]
    public void Ten_steps_are_those_of_the_papers([Values(0, 0.1)] double weightDecay)
    {
        foreach (int length in Lengths)
        {
            (T[] p, T[] m, T[] v) = (Samples.Uniform<T>(1, length), new T[length], new T[length]);
            (double[] exactP, double[] exactM, double[] exactV) = (Samples.Exact<T>(p), new double[length], new double[length]);
            T rate = T.CreateTruncating(0.05), decay = T.CreateTruncating(weightDecay), scale = T.CreateTruncating(0.5);
            AdamOracle oracle = new(Exact(Beta1), Exact(Beta2), Exact(Epsilon), Exact(decay));
            for (int step = 1; step <= 10; step++)
            {
                T[] gradient = Samples.Uniform<T>(100 + step, length);
                Trial<T> trial = new($"Adam, {length} parameters, decay {weightDecay}, step {step}");
                GuardedSpan<T> parameters = trial.InOut(p), gradients = trial.Input(gradient), first = trial.InOut(m), second = trial.InOut(v);
                Adam<T> adam = new(Beta1, Beta2, Epsilon, rate, decay, scale, step);

                trial.Run(workers => adam.Update(workers, parameters.Span, gradients.Span, first.Span, second.Span));

                oracle.Update(exactP, Samples.Exact<T>(gradient), exactM, exactV, Exact(rate), Exact(scale), step);
                Near.Values<T>(trial.What, parameters.Span, exactP, step);
                Near.Values<T>($"{trial.What}, first moment", first.Span, exactM, step);
                Near.Values<T>($"{trial.What}, second moment", second.Span, exactV, step);
                (p, m, v) = (parameters.Span.ToArray(), first.Span.ToArray(), second.Span.ToArray());
            }
        }
    }

    [Test]
    public void The_first_step_moves_every_parameter_by_the_learning_rate_against_its_gradient()
    {
        T rate = T.CreateTruncating(1);
        T[] p = new T[2], m = new T[2], v = new T[2];

        new Adam<T>(Beta1, Beta2, Epsilon, rate, T.Zero, T.One, 1).Update(WorkerPool.Single, p, [T.CreateTruncating(3), T.CreateTruncating(-0.01)], m, v);

        Near.Values<T>("first step", p, [-1 / (1 + (1e-8 / 3)), 1 / (1 + 1e-6)], 1);
    }

    [Test]
    public void Zero_gradient_and_zero_decay_change_nothing()
    {
        T[] before = Samples.Uniform<T>(1, 33), p = (T[])before.Clone();

        new Adam<T>(Beta1, Beta2, Epsilon, T.One, T.Zero, T.One, 1).Update(WorkerPool.Single, p, new T[33], new T[33], new T[33]);

        Bits.AreEqual<T>("parameters", p, before);
    }

    private static double Exact(T value) => double.CreateTruncating(value);
}
