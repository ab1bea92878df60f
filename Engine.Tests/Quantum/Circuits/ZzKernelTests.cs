using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>The quantum kernel of the ZZ feature map.</summary>
public sealed class ZzKernelTests
{
    [Test]
    public void Reference_numbers()
    {
        double[] points = PublishedNumbers.Of("zz_kernel_2q", "points");

        Assert.That(new ZzKernel(WorkerPool.Single, 2).Matrix(points, points), Is.EqualTo(PublishedNumbers.Of("zz_kernel_2q", "K")).Within(1e-9));
    }

    [Test]
    public void Reference_numbers_in_single_precision()
    {
        float[] points = Samples.As<float>(PublishedNumbers.Of("zz_kernel_2q", "points")), phases = new float[9], found = new float[9];
        PairPhases.Forward(WorkerPool.Single, 2, points, phases);
        StateFidelities.Compute<float>(WorkerPool.Single, ZzFeatureMap.Create(2, 2), phases, phases, default, found);

        Assert.That(Samples.Exact<float>(found), Is.EqualTo(PublishedNumbers.Of("zz_kernel_2q", "K")).Within(1e-5));
    }

    [Test]
    public void The_map_is_the_circuit_of_its_definition() =>
        Assert.That(ZzFeatureMap.Create(2, 2).ToString(), Is.EqualTo(SeedCircuits.ZzMap().ToString()));

    /// <summary>A fidelity is the probability of all zeros after the circuit of one row and the inverse of that of the other.</summary>
    [Property(MaxTest = 30)]
    public bool Fidelities_are_what_a_circuit_and_its_inverse_measure(int seed, byte size, byte gates)
    {
        Random random = new(seed);
        int n = 1 + (size % 6), rows = 1 + (size % 5), columns = 1 + (size % 7);
        Circuit circuit = RandomCircuit.Draw(random, n, gates % 60).Circuit;
        double[] x = Samples.Normal<double>(random, rows * circuit.Inputs), y = Samples.Normal<double>(random, columns * circuit.Inputs), parameters = Samples.Normal<double>(random, circuit.Parameters);
        if (circuit.Inputs == 0) return true;
        double[] found = new double[rows * columns];
        StateFidelities.Compute<double>(WorkerPool.Single, circuit, x, y, parameters, found);

        Circuit both = new CircuitBuilder(n).Append(circuit).AppendInverse(circuit, firstInput: circuit.Inputs).Probabilities().Build();
        double[] pairs = [.. from i in x.Chunk(circuit.Inputs) from j in y.Chunk(circuit.Inputs) from value in (double[])[.. i, .. j] select value];
        double[] expected = CircuitRun.Results<double>(both, pairs, parameters, rows * columns);
        return Near.LargestError(found, [.. expected.Where((_, i) => i % (1 << n) == 0)]) < 1e-12;
    }

    [Property(MaxTest = 30)]
    public bool A_kernel_is_symmetric_and_1_of_a_point_with_itself(int seed, byte size)
    {
        int features = 1 + (size % 5);
        double[] points = Samples.Uniform<double>(new Random(seed), 6 * features, 0, 2 * Math.PI), k = new ZzKernel(WorkerPool.Single, features).Matrix(points, points);
        return Enumerable.Range(0, 36).All(i => Math.Abs(k[i] - k[(i % 6 * 6) + (i / 6)]) < 1e-12 && k[i] is > -1e-12 and < 1 + 1e-12 && (i % 7 != 0 || Math.Abs(k[i] - 1) < 1e-12));
    }

    [Test]
    public void Threads_do_not_matter()
    {
        using WorkerPool pool = new(2);
        double[] points = Samples.Uniform<double>(1, 150 * 6, 0, 6);
        Bits.AreEqual<double>("kernel", new ZzKernel(pool, 6).Matrix(points, points), new ZzKernel(WorkerPool.Single, 6).Matrix(points, points));
    }

    [Test]
    public void Points_that_are_cut_off_are_refused() =>
        Assert.That(() => new ZzKernel(WorkerPool.Single, 2).Matrix(new double[3], new double[2]), Throws.ArgumentException.With.Message.Contains("rows of 2 elements, found 3"));
}
