using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class LayerNormTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Epsilon = 1e-5;

    /// <summary>Awkward rows, and enough rows to be shared out among threads.</summary>
    private static IEnumerable<(int Rows, int Columns)> Shapes() =>
        [.. AwkwardSizes.Positive.Select(columns => (5, columns)), (0, 8), (1, 768), (130, 257), (301, 65)];

    [Test]
    public void Forward_is_the_definition([Values] bool withResidual)
    {
        foreach ((int rows, int columns) in Shapes())
        {
            Inputs data = new(rows, columns, withResidual);
            LayerNormOracle oracle = data.Oracle();
            Trial<T> trial = new($"LayerNorm {rows} x {columns}, residual {withResidual}");
            GuardedSpan<T> x = trial.Input(data.X), residual = trial.Input(data.Residual), gamma = trial.Input(data.Gamma), beta = trial.Input(data.Beta);
            GuardedSpan<T> y = trial.Output(rows * columns), normalized = trial.Output(rows * columns), inverse = trial.Output(rows);

            trial.Run(workers => LayerNorm.Forward<T>(workers, x.Span, residual.Span, gamma.Span, beta.Span, T.CreateTruncating(Epsilon), y.Span, normalized.Span, inverse.Span));

            Near.Values<T>(trial.What, y.Span, oracle.Y, columns, Conditioning(oracle));
            Near.Values<T>($"{trial.What}, normalized", normalized.Span, oracle.Normalized, columns, Conditioning(oracle));
            Near.Values<T>($"{trial.What}, inverse deviation", inverse.Span, oracle.InverseDeviation, columns, Conditioning(oracle));
        }
    }

    [Test]
    public void Backward_is_or_adds_the_gradient_of_the_definition(
        [Values] bool wantX, [Values] bool wantResidual, [Values] bool accumulate, [Values] bool accumulateResidual)
    {
        foreach ((int rows, int columns) in Shapes())
        {
            Inputs data = new(rows, columns, withResidual: true);
            LayerNormOracle oracle = data.Oracle();
            (T[] y, T[] n, T[] deviations) = (new T[rows * columns], new T[rows * columns], new T[rows]);
            LayerNorm.Forward<T>(WorkerPool.Single, data.X, data.Residual, data.Gamma, data.Beta, T.CreateTruncating(Epsilon), y, n, deviations);
            T[] upstream = Samples.Uniform<T>(6, rows * columns), beforeX = Samples.Uniform<T>(7, rows * columns), beforeResidual = Samples.Uniform<T>(8, rows * columns);
            Trial<T> trial = new($"LayerNorm backward {rows} x {columns}");
            GuardedSpan<T> dy = trial.Input(upstream), gamma = trial.Input(data.Gamma), normalized = trial.Input(n), inverse = trial.Input(deviations);
            GuardedSpan<T> dx = Place(wantX, accumulate, beforeX), dresidual = Place(wantResidual, accumulateResidual, beforeResidual);
            GuardedSpan<T> Place(bool wanted, bool adds, T[] before) =>
                !wanted ? trial.InOut([]) : adds ? trial.InOut(before) : trial.Output(before.Length);

            trial.Run(workers => LayerNorm.Backward<T>(
                workers, dy.Span, gamma.Span, normalized.Span, inverse.Span, dx.Span, accumulate, dresidual.Span, accumulateResidual));

            double[] gradient = oracle.Backward(Samples.Exact<T>(upstream));
            double magnitude = Math.Pow(Conditioning(oracle), 2);
            if (wantX) Near.Values<T>(trial.What, dx.Span, accumulate ? Samples.Sum(Samples.Exact<T>(beforeX), gradient) : gradient, columns, magnitude);
            double[] residual = accumulateResidual ? Samples.Sum(Samples.Exact<T>(beforeResidual), gradient) : gradient;
            if (wantResidual) Near.Values<T>($"{trial.What}, residual", dresidual.Span, residual, columns, magnitude);
        }
    }

    [Test]
    public void Parameters_get_the_gradient_of_the_definition()
    {
        foreach ((int rows, int columns) in Shapes())
        {
            Inputs data = new(rows, columns, withResidual: false);
            LayerNormOracle oracle = data.Oracle();
            T[] upstream = Samples.Uniform<T>(6, rows * columns), beforeGamma = Samples.Uniform<T>(7, columns), beforeBeta = Samples.Uniform<T>(8, columns);
            T[] n = new T[rows * columns];
            for (int i = 0; i < n.Length; i++) n[i] = T.CreateTruncating(oracle.Normalized[i]);
            Trial<T> trial = new($"LayerNorm parameters {rows} x {columns}");
            GuardedSpan<T> dy = trial.Input(upstream), normalized = trial.Input(n), dgamma = trial.InOut(beforeGamma), dbeta = trial.InOut(beforeBeta);

            trial.Run(workers => LayerNorm.BackwardParameters<T>(workers, dy.Span, normalized.Span, dgamma.Span, dbeta.Span));

            (double[] gammaGradient, double[] betaGradient) = oracle.BackwardParameters(Samples.Exact<T>(upstream));
            Near.Values<T>(trial.What, dgamma.Span, Samples.Sum(Samples.Exact<T>(beforeGamma), gammaGradient), rows);
            Near.Values<T>(trial.What, dbeta.Span, Samples.Sum(Samples.Exact<T>(beforeBeta), betaGradient), rows);
        }
    }

    [Test]
    public void A_row_is_bit_identical_alone_and_in_any_batch()
    {
        const int Rows = 100, Columns = 257;
        Inputs data = new(Rows, Columns, withResidual: true);
        T[] y = new T[Rows * Columns], n = new T[y.Length], inverse = new T[Rows], one = new T[Columns], oneN = new T[Columns], oneInverse = new T[1];
        LayerNorm.Forward<T>(WorkerPool.Single, data.X, data.Residual, data.Gamma, data.Beta, T.CreateTruncating(Epsilon), y, n, inverse);

        for (int row = 0; row < Rows; row++)
        {
            Range range = (row * Columns)..((row + 1) * Columns);
            LayerNorm.Forward<T>(WorkerPool.Single, data.X[range], data.Residual[range], data.Gamma, data.Beta, T.CreateTruncating(Epsilon), one, oneN, oneInverse);
            Bits.AreEqual<T>($"row {row}", one, y.AsSpan(range));
        }
    }

    [Test]
    public void A_constant_row_gives_beta_and_finite_gradients()
    {
        const int Columns = 37;
        T[] x = new T[Columns], ones = new T[Columns], beta = Samples.Uniform<T>(1, Columns), y = new T[Columns], n = new T[Columns], inverse = new T[1], dx = new T[Columns];
        Array.Fill(x, T.CreateTruncating(3));
        Array.Fill(ones, T.One);

        LayerNorm.Forward<T>(WorkerPool.Single, x, [], ones, beta, T.CreateTruncating(1e-12), y, n, inverse);
        LayerNorm.Backward<T>(WorkerPool.Single, Samples.Uniform<T>(2, Columns), ones, n, inverse, dx, accumulate: true, [], accumulateResidual: false);

        Bits.AreEqual<T>("a constant row", y, beta);
        Assert.That(dx, Is.All.Matches<T>(T.IsFinite));
    }

    // An error in s is divided by the deviation.
    private static double Conditioning(LayerNormOracle oracle) => oracle.InverseDeviation.Append(1).Max();

    private sealed class Inputs(int rows, int columns, bool withResidual)
    {
        public T[] X { get; } = Samples.Uniform<T>(1, rows * columns);

        public T[] Residual { get; } = withResidual ? Samples.Uniform<T>(2, rows * columns) : [];

        public T[] Gamma { get; } = Samples.Uniform<T>(3, columns, 0.5, 1.5);

        public T[] Beta { get; } = Samples.Uniform<T>(4, columns);

        public LayerNormOracle Oracle()
        {
            double[] s = Samples.Exact<T>(X);
            if (withResidual) s = Samples.Sum(s, Samples.Exact<T>(Residual));
            return new(s, Samples.Exact<T>(Gamma), Samples.Exact<T>(Beta), double.CreateTruncating(T.CreateTruncating(Epsilon)));
        }
    }
}

[TestFixture]
public sealed class LayerNormGradientTests
{
    private const int Rows = 4, Columns = 9;
    private const double Epsilon = 1e-5;

    private static readonly double[] X = Samples.Uniform<double>(1, Rows * Columns), Residual = Samples.Uniform<double>(2, Rows * Columns);
    private static readonly double[] Gamma = Samples.Uniform<double>(3, Columns, 0.5, 1.5), Beta = Samples.Uniform<double>(4, Columns), Upstream = Samples.Uniform<double>(5, Rows * Columns);

    [Test]
    public void Backward_agrees_with_central_differences()
    {
        double[] normalized = new double[X.Length], inverse = new double[Rows], dx = new double[X.Length], dresidual = new double[X.Length], dgamma = new double[Columns], dbeta = new double[Columns];
        LayerNorm.Forward<double>(WorkerPool.Single, X, Residual, Gamma, Beta, Epsilon, new double[X.Length], normalized, inverse);

        LayerNorm.Backward<double>(WorkerPool.Single, Upstream, Gamma, normalized, inverse, dx, accumulate: true, dresidual, accumulateResidual: false);
        LayerNorm.BackwardParameters<double>(WorkerPool.Single, Upstream, normalized, dgamma, dbeta);

        Near.Gradients("x", dx, CentralDifferences.Gradient(X, x => Loss(x, Residual, Gamma, Beta)));
        Near.Gradients("residual", dresidual, CentralDifferences.Gradient(Residual, r => Loss(X, r, Gamma, Beta)));
        Near.Gradients("gamma", dgamma, CentralDifferences.Gradient(Gamma, g => Loss(X, Residual, g, Beta)));
        Near.Gradients("beta", dbeta, CentralDifferences.Gradient(Beta, b => Loss(X, Residual, Gamma, b)));
    }

    private static double Loss(double[] x, double[] residual, double[] gamma, double[] beta)
    {
        double[] y = new double[x.Length];
        LayerNorm.Forward<double>(WorkerPool.Single, x, residual, gamma, beta, Epsilon, y, new double[x.Length], new double[Rows]);
        return CentralDifferences.Dot(Upstream, y);
    }
}
