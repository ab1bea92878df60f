using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum;

/// <summary>The encoding at and beyond the ends of its range, and states at the poles.</summary>
[TestFixture(typeof(double))]
[TestFixture(typeof(float))]
public sealed class EncodingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-14;

    [TestCase(double.PositiveInfinity, -1)]
    [TestCase(1e30, -1)]
    [TestCase(100, -1)]
    [TestCase(20, -1)]
    [TestCase(double.NegativeInfinity, 1)]
    [TestCase(-1e30, 1)]
    [TestCase(-100, 1)]
    [TestCase(-20, 1)]
    public void Large_values_end_at_a_pole_without_gradient(double u, double z)
    {
        (T[] states, T[] gradient) = Encode(u);

        Assert.That(double.CreateTruncating(states[1]), Is.EqualTo(z), "z");
        Assert.That(double.CreateTruncating(states[0]), Is.Zero.Within(1e-15), "x");
        Assert.That(double.CreateTruncating(gradient[0]), Is.Zero.Within(1e-15), "gradient");
    }

    [TestCase(0.0)]
    [TestCase(1e-30)]
    [TestCase(-1e-30)]
    public void Zero_is_halfway_and_steepest(double u)
    {
        (T[] states, T[] gradient) = Encode(u);

        Assert.That(double.CreateTruncating(states[0]), Is.EqualTo(-1), "x");
        Assert.That(double.CreateTruncating(states[1]), Is.Zero.Within(1e-29), "z");
        // Upstream is 1 for x and for z: dx/du = -z slope = 0, dz/du = x slope = -pi/2.
        Assert.That(double.CreateTruncating(gradient[0]), Is.EqualTo(-Math.PI / 2).Within(Tolerance), "gradient");
    }

    [Test]
    public void Sign_of_x_is_never_positive()
    {
        // The phase pi: signed angles of encoded qubits lie in [-pi, 0], ends included, or differences of angles would jump by 2 pi.
        T[] u = [.. Enumerable.Range(-3000, 6001).Select(i => T.CreateTruncating(i / 100.0)), T.PositiveInfinity, T.NegativeInfinity];
        Head<T> head = new(new Cascade(u.Length, u.Length, CompressionGate.ControlledU), []);
        T[] angles = new T[u.Length];

        Readout.Angles<T>(head.States(u), angles);

        Assert.That(Samples.Exact(angles).Max(), Is.Zero.Within(1e-15), "largest");
        Assert.That(Samples.Exact(angles).Min(), Is.EqualTo(double.CreateTruncating(-T.Pi)), "smallest");
        Assert.That(angles.Count(T.IsPositive), Is.Zero, "angles on the other side");
    }

    [Test]
    public void Encoding_is_the_circuits()
    {
        double[] values = [.. Enumerable.Range(-1000, 2001).Select(i => i / 100.0)];
        T[] u = [.. values.Select(T.CreateTruncating)];
        Head<T> head = new(new Cascade(u.Length, u.Length, CompressionGate.ControlledU), []);

        double error = Near.LargestError(Samples.Exact(head.States(u)), ComplexCircuit.Bloch([.. Samples.Exact(u).Select(v => ComplexCircuit.Encode(v))]));

        TestContext.Out.WriteLine($"{typeof(T).Name} encoding: largest error {error:e2}");
        Assert.That(error, Is.LessThan(Tolerance));
    }

    /// <summary>u / tau beyond all numbers, 0 / tau of the smallest tau, and scales beyond what is taken.</summary>
    [TestCase(double.PositiveInfinity, 0)]
    [TestCase(double.NegativeInfinity, 3)]
    [TestCase(1e30, -79)]
    [TestCase(-1e30, -1e30)]
    [TestCase(0, -1e30)]
    [TestCase(0, 1e30)]
    [TestCase(1e30, 1e30)]
    [TestCase(1, double.NegativeInfinity)]
    public void Scales_at_the_ends_give_states_and_gradients_that_are_numbers(double u, double logScale)
    {
        T[] embedding = [T.CreateTruncating(u)], scale = [T.CreateTruncating(logScale)], factor = new T[1], states = new T[2], dembedding = new T[1];
        T[] dinput = new T[1], dscale = new T[1];
        Cascade cascade = new(1, 1, CompressionGate.ControlledU);

        EncodingFactors.Forward<T>(scale, factor);
        Compression.Forward<T>(WorkerPool.Single, cascade, [], factor, embedding, states);
        Compression.Backward<T>(WorkerPool.Single, cascade, [], factor, embedding, [T.One, T.One], dembedding, [], dinput);
        EncodingFactors.Backward<T>(scale, dinput, dscale);

        double v = u == 0 ? 0 : u * Math.Exp(-Math.Clamp(logScale, -80, 80));
        Assert.That(double.CreateTruncating(states[1]), Is.EqualTo(-Math.Sin(Math.PI / 2 * Math.Tanh(v))).Within(Tolerance), "z");
        Assert.That(double.IsFinite(double.CreateTruncating(dembedding[0])), "gradient of u");
        Assert.That(double.CreateTruncating(dscale[0]), Is.Zero.Within(1e-15), "gradient of ln tau");
    }

    [Test]
    public void A_scale_that_is_not_a_number_is_none()
    {
        T[] factors = new T[3];

        EncodingFactors.Forward<T>([T.NaN], factors);

        Assert.That(factors, Is.All.NaN);
    }

    [TestCase(CompressionGate.ControlledU)]
    [TestCase(CompressionGate.Cnot)]
    public void NaN_stays_NaN_in_its_row_and_touches_no_other(CompressionGate gate)
    {
        Random random = new(4);
        Head<T> head = Head<T>.Random(random, 6, 2, gate);
        T[] embeddings = Samples.Normal<T>(random, 3 * 6), clean = head.States(embeddings);
        embeddings[6 + 5] = T.NaN;

        T[] states = head.States(embeddings);

        // Qubit 5 controls qubit 3, which controls qubit 1.
        Assert.That(states[4 + 1], Is.NaN, "x");
        Assert.That(states[6 + 1], Is.NaN, "z");
        Assert.That(states[..4], Is.EqualTo(clean[..4]));
        Assert.That(states[8..], Is.EqualTo(clean[8..]));
        Assert.That(states[4], Is.EqualTo(clean[4]), "the row's other qubit");
    }

    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NegativeInfinity)]
    public void A_certain_outcome_has_x_zero_and_finite_gradients(double pole)
    {
        // Raw minus infinity is the angle 0: no rotation at all, and a CNOT of two basis states is a basis state.
        Cascade cascade = new(2, 1, CompressionGate.Cnot);
        Head<T> head = new(cascade, [.. Enumerable.Repeat(T.NegativeInfinity, cascade.Parameters)]);
        T[] embeddings = [T.CreateTruncating(pole), T.CreateTruncating(pole)];

        T[] states = head.States(embeddings);
        (T[] dembeddings, T[] draw) = head.Backward(embeddings, [T.One, T.One]);

        Assert.That(double.CreateTruncating(states[0]), Is.Zero, "x");
        Assert.That(double.CreateTruncating(states[1]), Is.EqualTo(1), "z");
        Assert.That(Samples.Exact(dembeddings), Is.All.Matches<double>(double.IsFinite));
        Assert.That(Samples.Exact(draw), Is.All.Matches<double>(double.IsFinite));
    }

    [Test]
    public void Outcomes_beyond_certainty_by_rounding_are_certain()
    {
        // Coefficients a little too long, as rounding may leave them: z would be 1 + 1e-6.
        Cascade cascade = new(2, 1, CompressionGate.Cnot);
        T one = T.CreateTruncating(1.000001);
        T[] coefficients = [T.Zero, one, T.Zero, one, T.Zero, T.One], states = new T[2], dembeddings = new T[2], dcoefficients = new T[6];
        T[] embeddings = [T.NegativeInfinity, T.One];

        Compression.Forward<T>(WorkerPool.Single, cascade, coefficients, embeddings, states);
        Compression.Backward<T>(WorkerPool.Single, cascade, coefficients, embeddings, [T.One, T.One], dembeddings, dcoefficients);

        Assert.That(states, Is.EqualTo([T.Zero, T.One]));
        Assert.That(Samples.Exact([.. dembeddings, .. dcoefficients]), Is.All.Matches<double>(double.IsFinite));
    }

    private static (T[] States, T[] Gradient) Encode(double u)
    {
        Head<T> head = new(new Cascade(1, 1, CompressionGate.ControlledU), []);
        T[] embedding = [T.CreateTruncating(u)];
        return (head.States(embedding), head.Backward(embedding, [T.One, T.One]).Embeddings);
    }
}
