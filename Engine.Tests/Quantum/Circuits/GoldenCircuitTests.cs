using System.Numerics;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>
/// Published models' circuits against an independent state-vector simulator in double precision (Golden/seeds.json): to 1e-9 in double and
/// 1e-5 in single precision.
/// </summary>
[TestFixture(typeof(float), 1e-5)]
[TestFixture(typeof(double), 1e-9)]
public sealed class GoldenCircuitTests<T>(double tolerance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "seeds.json"))).RootElement;

    [TestCase(4)]
    [TestCase(8)]
    public void Qssl(int n)
    {
        Expect(SeedCircuits.QsslRing(n), QsslInputs(n), QsslParameters(n), Numbers($"qssl_ring_n{n}", "Z"));
        Expect(SeedCircuits.QsslAllToAll(n), QsslInputs(n), QsslParameters(n), Numbers($"qssl_alltoall_3layers_n{n}", "Z"));
    }

    [Test]
    public void Gradients_of_qssl()
    {
        Circuit circuit = SeedCircuits.QsslRing(4);
        JsonElement golden = Golden.GetProperty("qssl_ring_n4_grad");
        for (int output = 0; output < 4; output++)
        {
            double[] upstream = new double[4];
            upstream[output] = 1;

            (double[] inputs, double[] parameters) = CircuitRun.Gradients<T>(circuit, QsslInputs(4), QsslParameters(4), upstream);

            // The reference values are printed to eight decimals.
            double within = Math.Max(tolerance, 1e-8);
            foreach ((string name, int index) in ((string, int)[])[("theta[0] RY q0 layer0", 0), ("theta[4] CRX 0->1 layer0", 4), ("theta[7] CRX 3->0 layer0", 7), ("theta[12] CRX 0->1 layer1", 12)])
                Assert.That(parameters[index], Is.EqualTo(golden.GetProperty(name).GetProperty("four_term")[output].GetDouble()).Within(within), $"{name}, output {output}");
            Assert.That(inputs[0], Is.EqualTo(golden.GetProperty("x[0] RX").GetProperty("finite_diff")[output].GetDouble()).Within(within), $"x[0], output {output}");
        }
    }

    [Test]
    public void Qasa()
    {
        double[] phi = [.. Enumerable.Range(0, 8).Select(i => (0.3 * (i + 1)) - 1)];
        Circuit circuit = SeedCircuits.Qasa();

        Expect(circuit, phi, QasaParameters, Numbers("qasa", "Z"));
        Expect(circuit, [.. phi.Select(x => x + 20)], QasaParameters, Numbers("qasa", "Z_with_timestep_20"));
    }

    [Test]
    public void Three_parameters_of_qasa_have_no_effect()
    {
        int[] without = [.. Golden.GetProperty("qasa").GetProperty("params_without_effect").EnumerateArray().Select(at => (9 * at[0].GetInt32()) + at[1].GetInt32())];
        Random random = new(5);

        (double[] _, double[] found) = CircuitRun.Gradients<T>(SeedCircuits.Qasa(), Samples.Normal<double>(random, 8 * 20), QasaParameters, Samples.Normal<double>(random, 8 * 20), rows: 20);

        for (int i = 0; i < 36; i++) Assert.That(Math.Abs(found[i]) < 100 * tolerance, Is.EqualTo(without.Contains(i)), $"parameter {i}: {found[i]}");
    }

    [Test]
    public void Qlstm_and_fast_weights()
    {
        double[] v = Numbers("qlstm_vqc_chen_4q_2layers", "v");
        double[] angles = [.. v.Select(Math.Atan), .. v.Select(x => Math.Atan(x * x))];
        Expect(SeedCircuits.QlstmChen(2), angles, [.. Enumerable.Range(0, 24).Select(i => 0.03 * (i + 1))], Numbers("qlstm_vqc_chen_4q_2layers", "Z"));
        Expect(SeedCircuits.QlstmBasic(), v, [0.1, 0.2, 0.3, 0.4], Numbers("qlstm_vqc_basic_4q_1layer", "Z"));
        Expect(SeedCircuits.Qfwp(), [0.5], [.. Enumerable.Range(0, 16).Select(i => 0.1 * (i + 1))], Numbers("qfwp_vqc", "Z4"));
    }

    [Test]
    public void Daruan()
    {
        double[] x = Numbers("daruan_pz_r3", "x"), theta = [.. Golden.GetProperty("daruan_pz_r3").GetProperty("theta").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(t => t.GetDouble()))];
        double[] w = Numbers("daruan_pz_r3_preact", "w"), b = Numbers("daruan_pz_r3_preact", "b"), scaled = [.. x.SelectMany(value => w.Zip(b, (w, b) => (w * value) + b))];

        Expect(SeedCircuits.DaruanPz(3), [.. x.SelectMany(value => (double[])[value, value, value])], theta, Numbers("daruan_pz_r3", "expZ"), rows: 5);
        Expect(SeedCircuits.DaruanPz(3), scaled, theta, Numbers("daruan_pz_r3_preact", "expZ"), rows: 5);
        Expect(SeedCircuits.DaruanRpz(3), scaled, Numbers("daruan_rpz_r3", "theta"), Numbers("daruan_rpz_r3", "expZ"), rows: 5);
    }

    /// <summary>
    /// A re-uploading classifier (Wang et al., "Let the Quantum Creep In"): exp(iA/R) of the data as a symmetric matrix, and exp(i sum of theta P) over
    /// all Pauli strings, R times on |++>.
    /// </summary>
    [Test]
    public void Data_re_uploading_by_unitaries_of_two_qubits()
    {
        const int Repetitions = 2;
        double[] data = [.. Enumerable.Range(0, 16).Select(k => k < 9 ? 0.1 * (k + 1) : 0)];
        Complex[] symmetric = [.. Enumerable.Range(0, 16).Select(i => (Complex)((data[i] + data[(i % 4 * 4) + (i / 4)]) / 2 / Repetitions))];
        Complex[][] paulis = [CircuitOracle.I, CircuitOracle.X, CircuitOracle.Y, CircuitOracle.Z];
        Complex[][] strings = [.. from a in paulis from b in paulis select CircuitOracle.Kronecker(a, b)];
        CircuitBuilder circuit = new CircuitBuilder(2).H(0).H(1);
        for (int l = 0; l < Repetitions; l++)
        {
            Complex[] sum = [.. Enumerable.Range(0, 16).Select(i => Enumerable.Range(0, 15).Aggregate(Complex.Zero, (all, k) => all + (0.02 * ((15 * l) + k + 1) * strings[k + 1][i])))];
            circuit.Unitary(0, 1, ExponentialOfI(symmetric)).Unitary(0, 1, ExponentialOfI(sum));
        }

        Expect(circuit.Probabilities().Build(), [], [], Numbers("dru_linear_2q_reps2", "probs"));

        // The power series; the matrices are small.
        static Complex[] ExponentialOfI(Complex[] matrix)
        {
            Complex[] term = [.. Enumerable.Range(0, 16).Select(i => i % 5 == 0 ? Complex.One : Complex.Zero)], result = term;
            for (int k = 1; k < 60; k++)
            {
                term = [.. CircuitOracle.Times(term, matrix).Select(x => Complex.ImaginaryOne * x / k)];
                result = [.. result.Zip(term, (x, y) => x + y)];
            }
            return result;
        }
    }

    [Test]
    public void The_kernel_of_the_ZZ_map()
    {
        Circuit map = SeedCircuits.ZzMap(), kernel = new CircuitBuilder(2).Append(map).AppendInverse(map, firstInput: 3).Probabilities().Build();
        double[][] points = [.. Golden.GetProperty("zz_kernel_2q").GetProperty("points").EnumerateArray().Select(Values)];
        double[][] expected = [.. Golden.GetProperty("zz_kernel_2q").GetProperty("K").EnumerateArray().Select(Values)];
        double[] pairs = [.. from x in points from y in points from value in (double[])[.. Features(x), .. Features(y)] select value];

        double[] found = CircuitRun.Results<T>(kernel, pairs, [], rows: 9);

        Assert.That(found.Where((_, i) => i % 4 == 0), Is.EqualTo(expected.SelectMany(row => row)).Within(tolerance));

        static double[] Features(double[] x) => [x[0], x[1], (Math.PI - x[0]) * (Math.PI - x[1])];
    }

    private static double[] QasaParameters => [.. Enumerable.Range(0, 36).Select(i => 0.05 * (i + 1))];

    private static double[] QsslInputs(int n) => [.. Enumerable.Range(0, n).Select(i => Math.PI * (i + 1) / (n + 1))];

    private static double[] QsslParameters(int n) => [.. Enumerable.Range(0, 4 * n).Select(k => (0.1 * (k + 1)) - (0.05 * (k % 3)))];

    private static double[] Numbers(string system, string name) => Values(Golden.GetProperty(system).GetProperty(name));

    private static double[] Values(JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetDouble())];

    private void Expect(Circuit circuit, double[] inputs, double[] parameters, double[] expected, int rows = 1) =>
        Assert.That(CircuitRun.Results<T>(circuit, inputs, parameters, rows), Is.EqualTo(expected).Within(tolerance));
}
