using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum.Reuploading;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class DaruanSumsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static IEnumerable<object[]> Circuits() =>
        from ansatz in Enum.GetNames<DaruanAnsatz>() from readout in Enum.GetNames<DaruanReadout>() from scaled in (bool[])[false, true] select (object[])[ansatz, readout, scaled];

    [TestCaseSource(nameof(Circuits))]
    public void Values_are_those_of_the_gates_and_gradients_their_derivatives(string ansatz, string readout, bool scaled)
    {
        foreach ((int inputs, int outputs, int rows, int r) in ((int, int, int, int)[])[(1, 1, 1, 1), (2, 3, 5, 3), (3, 2, 33, 2), (1, 7, 3, 4), (2, 1, 70, 5)])
        {
            DaruanPlan plan = new(inputs, outputs, r, Enum.Parse<DaruanAnsatz>(ansatz), Enum.Parse<DaruanReadout>(readout));
            Layer layer = new(plan, rows, scaled);
            Trial<T> trial = new($"{ansatz}, {readout}, {inputs} to {outputs}, r = {r}, {rows} rows");
            GuardedSpan<T>[] all = [.. layer.Arguments.Select(values => trial.Input(values))];
            GuardedSpan<T> y = trial.Output(outputs * rows), dy = trial.Input(Samples.Uniform<T>(7, outputs * rows));
            GuardedSpan<T>[] gradients = [.. layer.Arguments.Select(values => trial.InOut(Samples.Uniform<T>(8, values.Length)))];

            trial.Run(workers =>
            {
                DaruanSums.Forward(workers, plan, Parameters(all), all[0].Span, y.Span);
                DaruanSums.Backward(
                    workers, plan, Parameters(all), all[0].Span, dy.Span, gradients[0].Span,
                    new(gradients[1].Span, gradients[2].Span, gradients[3].Span, gradients[4].Span, gradients[5].Span));
            });

            double[][] exact = [.. layer.Arguments.Select(values => Samples.Exact<T>(values))];
            Near.Values<T>(trial.What, y.Span, Oracle(plan, exact), 8 * r * inputs, magnitude: 4);
            if (typeof(T) == typeof(float)) continue;
            double[] upstream = Samples.Exact<T>(dy.Span);
            for (int i = 0; i < exact.Length; i++)
            {
                double[] expected = CentralDifferences.Gradient(exact[i], _ => CentralDifferences.Dot(upstream, Oracle(plan, exact)));
                Near.Gradients($"{trial.What}, argument {i}", Samples.Exact<T>(gradients[i].Span), Samples.Sum(expected, Samples.Exact<T>(Samples.Uniform<T>(8, expected.Length))));
            }
        }
    }

    [Test]
    public void A_row_alone_gives_what_it_gives_in_a_batch()
    {
        DaruanPlan plan = new(2, 3, 3, DaruanAnsatz.Mix, DaruanReadout.AmplitudeDifference);
        T[] x = Samples.Uniform<T>(1, 2 * 37), theta = Samples.Uniform<T>(2, plan.Edges * plan.Angles), together = new T[3 * 37], alone = new T[3];
        DaruanSums.Forward(WorkerPool.Single, plan, new DaruanParameters<T>(theta, default, default, default, default), x, together);
        for (int row = 0; row < 37; row++)
        {
            DaruanSums.Forward(WorkerPool.Single, plan, new DaruanParameters<T>(theta, default, default, default, default), [x[row], x[37 + row]], alone);
            Assert.That(alone, Is.EqualTo(new[] { together[row], together[37 + row], together[74 + row] }), $"row {row}");
        }
    }

    /// <summary>The state at a pole: the readout by amplitudes has a kink there, whose derivative is taken as 0.</summary>
    [Test]
    public void Amplitudes_at_a_pole_have_a_finite_gradient()
    {
        DaruanPlan plan = new(1, 1, 1, DaruanAnsatz.Real, DaruanReadout.AmplitudeDifference);
        foreach (double turn in (double[])[0, Math.PI / 2])
        {
            T[] x = [T.Zero], dx = [T.Zero], dtheta = [T.Zero], y = [T.Zero];
            DaruanParameters<T> parameters = new([T.CreateTruncating(turn - (Math.PI / 2))], default, default, default, default);
            DaruanSums.Forward(WorkerPool.Single, plan, parameters, x, y);
            DaruanSums.Backward(WorkerPool.Single, plan, parameters, x, [T.One], dx, new(dtheta, default, default, default, default));
            Assert.That(T.IsFinite(y[0]) && T.IsFinite(dx[0]) && T.IsFinite(dtheta[0]), $"{y[0]}, {dx[0]}, {dtheta[0]}");
        }
    }

    [Test]
    public void Arc_cosines_stop_at_their_ends()
    {
        DaruanPlan plan = new(1, 1, 1, DaruanAnsatz.Px, DaruanReadout.Expectation);
        T[] x = [T.CreateTruncating(-3), -T.One, T.One, T.CreateTruncating(3)], y = new T[4], dx = new T[4];
        DaruanParameters<T> parameters = new([T.CreateTruncating(0.4), T.CreateTruncating(0.7)], default, default, default, default);
        DaruanSums.Forward(WorkerPool.Single, plan, parameters, x, y);
        DaruanSums.Backward(WorkerPool.Single, plan, parameters, x, [T.One, T.One, T.One, T.One], dx, default);
        Assert.That((y[0], y[2]), Is.EqualTo((y[1], y[3])));
        Assert.That(dx, Is.All.EqualTo(T.Zero));
    }

    private static DaruanParameters<T> Parameters(GuardedSpan<T>[] all) => new(all[1].Span, all[2].Span, all[3].Span, all[4].Span, all[5].Span);

    private static double[] Oracle(DaruanPlan plan, double[][] a) =>
        DaruanOracle.Layer(plan, a[0], a[1], a[2].Length > 0 ? a[2] : null, a[3].Length > 0 ? a[3] : null, a[4].Length > 0 ? a[4] : null, a[5].Length > 0 ? a[5] : null);

    private sealed class Layer(DaruanPlan plan, int rows, bool scaled)
    {
        /// <summary>x, theta, w, b, s, c; numbers read stay within [-0.9, 0.9].</summary>
        public T[][] Arguments { get; } =
        [
            Samples.Uniform<T>(1, plan.Inputs * rows, -0.9, 0.9), Samples.Uniform<T>(2, plan.Edges * plan.Angles, -3, 3),
            Samples.Uniform<T>(3, scaled ? plan.Edges * plan.Repetitions : 0, 0.2, 0.8), Samples.Uniform<T>(4, scaled ? plan.Edges * plan.Repetitions : 0, -0.1, 0.1),
            Samples.Uniform<T>(5, scaled ? plan.Edges : 0), Samples.Uniform<T>(6, scaled ? plan.Edges : 0),
        ];
    }
}
