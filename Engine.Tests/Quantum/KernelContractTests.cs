using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum;

/// <summary>What the kernels ask of their callers and promise them besides the numbers.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class KernelContractTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [TestCase(9, 7, 1)]
    [TestCase(101, 17, 9)]
    [TestCase(96, 32, 40)]
    public void Warm_kernels_allocate_nothing(int input, int output, int rows)
    {
        Random random = new(1);
        Head<T> head = Head<T>.Random(random, input, output, CompressionGate.ControlledU);
        T[] embeddings = Samples.Normal<T>(random, rows * input), states = new T[rows * 2 * output], dstates = Samples.Normal<T>(random, states.Length);
        T[] dembeddings = new T[embeddings.Length], dcoefficients = new T[head.Coefficients.Length], draw = new T[head.Raw.Length];
        int[] queries = [.. Enumerable.Range(0, rows)];
        T[] logScales = Samples.Normal<T>(random, input), factors = new T[input], dinputs = new T[input], dlogScales = new T[input];
        T[] scores = new T[rows], dscores = Samples.Normal<T>(random, rows);
        Step();

        Assert.That(Allocation.Fewest(Step), Is.Zero);

        void Step()
        {
            PairCoefficients.Forward<T>(head.Cascade, head.Raw, head.Coefficients);
            Compression.Forward<T>(WorkerPool.Single, head.Cascade, head.Coefficients, embeddings, states);
            Fidelity.Forward<T>(WorkerPool.Single, states, output, queries, queries, scores);
            FidelityMatrix.Forward<T>(WorkerPool.Single, states.AsSpan(0, 2 * output), states, output, scores);
            Fidelity.Backward<T>(WorkerPool.Single, states, output, queries, queries, dscores, dstates);
            Compression.Backward<T>(WorkerPool.Single, head.Cascade, head.Coefficients, embeddings, dstates, dembeddings, dcoefficients);
            PairCoefficients.Backward<T>(head.Cascade, head.Raw, dcoefficients, draw);
            EncodingFactors.Forward<T>(logScales, factors);
            Compression.Forward<T>(WorkerPool.Single, head.Cascade, head.Coefficients, factors, embeddings, states);
            Compression.Backward<T>(WorkerPool.Single, head.Cascade, head.Coefficients, factors, embeddings, dstates, dembeddings, dcoefficients, dinputs);
            EncodingFactors.Backward<T>(logScales, dinputs, dlogScales);
        }
    }

    [TestCase(17, 8, 4, 18, 8)]
    [TestCase(18, 7, 4, 18, 8)]
    [TestCase(18, 8, 5, 18, 8)]
    [TestCase(18, 8, 4, 17, 8)]
    [TestCase(18, 8, 4, 18, 7)]
    public void Lengths_that_do_not_fit_are_refused(int coefficients, int embeddings, int states, int dcoefficients, int dembeddings)
    {
        // Two rows of 4 numbers to 1 qubit each and 3 pairs would be right; every case is wrong in one place.
        Cascade cascade = new(4, 1, CompressionGate.Cnot);

        Assert.That(
            () => Compression.Backward<T>(WorkerPool.Single, cascade, new T[coefficients], new T[embeddings], new T[states], new T[dembeddings], new T[dcoefficients]),
            Throws.ArgumentException);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(5)]
    [TestCase(8)]
    [TestCase(9)]
    public void Every_row_of_a_batch_is_the_circuits(int rows)
    {
        foreach ((int input, int output) in ((int, int)[])[(1, 1), (2, 1), (19, 18), (33, 16), (47, 17), (50, 33), (130, 48)])
        {
            Random random = new(rows + input);
            Head<T> head = Head<T>.Random(random, input, output, CompressionGate.ControlledU);
            T[] embeddings = Samples.Normal<T>(random, rows * input);
            ComplexCircuit circuit = head.Circuit();
            double[] expected = [.. embeddings.Chunk(input).SelectMany(row => ComplexCircuit.Bloch(circuit.Run(Samples.Exact(row))))], found = Samples.Exact(head.States(embeddings));

            // z and x apart: where an outcome is nearly certain, x = sqrt(1 - z^2) magnifies the error of z by z / x.
            double unit = typeof(T) == typeof(float) ? 1e-6 : 1e-14;
            for (int i = 0; i < found.Length; i++)
            {
                bool isX = i / output % 2 == 0;
                double tolerance = isX ? unit / Math.Max(Math.Abs(expected[i]), Math.Sqrt(unit)) : unit;
                // A step's error passes on through x of the steps before; this many steps multiply it by less than 10.
                Assert.That(found[i], Is.EqualTo(expected[i]).Within(10 * tolerance), $"{input} -> {output}, number {i}");
            }
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(15)]
    [TestCase(17)]
    [TestCase(64)]
    [TestCase(65)]
    [TestCase(100)]
    [TestCase(255)]
    [TestCase(300)]
    [TestCase(768)]
    public void Scores_are_the_sums_of_logarithms(int qubits)
    {
        // Two rows whose qubits lie anywhere, some at right angles, some at opposite poles, and one that is near the first.
        Random random = new(qubits);
        double[] first = Samples.Uniform<double>(random, qubits, -Math.PI, Math.PI), second = Samples.Uniform<double>(random, qubits, -Math.PI, Math.PI);
        for (int i = 0; i < qubits; i += 3) second[i] = first[i] + (Math.PI / 2);
        T[] states = [.. Samples.States<T>(first), .. Samples.States<T>(second), .. Samples.States<T>(first.Select(a => a + 0.1))], scores = new T[2];
        for (int i = 0; i < qubits; i += 6)
        {
            (states[i], states[qubits + i]) = (T.Zero, T.One);
            (states[(2 * qubits) + i], states[(3 * qubits) + i]) = (T.Zero, -T.One);
        }

        Fidelity.Forward<T>(WorkerPool.Single, states, qubits, [0], [1, 2], scores);

        double unit = double.CreateTruncating(T.BitIncrement(T.One) - T.One);
        for (int row = 1; row <= 2; row++)
        {
            // A factor is 1 less something, so wrong by a few units absolutely, and exactly the smallest at opposite poles; its product
            // with others is wrong by half a unit relatively, and so is the sum of the logarithms.
            double least = 0, most = 0;
            for (int i = 0; i < qubits; i++)
            {
                double dx = At(i) - At((row * 2 * qubits) + i), dz = At(qubits + i) - At((row * 2 * qubits) + qubits + i), factor = 1 - (((dx * dx) + (dz * dz)) / 4);
                double error = factor == 0 ? 0 : 4 * unit;
                least += Math.Log(Math.Max(factor - error, 1e-9));
                most += Math.Log(Math.Max(factor + error, 1e-9));
            }
            double rounding = unit * (qubits + (4 * Math.Abs(least)));
            Assert.That(double.CreateTruncating(scores[row - 1]), Is.InRange(least - rounding, most + rounding), $"candidate {row}");
        }

        double At(int i) => double.CreateTruncating(states[i]);
    }

    [TestCase(1, 1, 1)]
    [TestCase(3, 2, 5)]
    [TestCase(16, 5, 9)]
    [TestCase(33, 1, 130)]
    [TestCase(64, 3, 67)]
    [TestCase(100, 4, 41)]
    [TestCase(256, 2, 21)]
    public void A_matrix_holds_the_scores_of_its_pairs_to_the_bit(int qubits, int queries, int documents)
    {
        Random random = new(qubits);
        T[][] rows = [.. Enumerable.Range(0, queries + documents).Select(_ => Samples.States<T>(Samples.Uniform<double>(random, qubits, -Math.PI, Math.PI)))];
        T[] states = [.. rows.SelectMany(row => row)], expected = new T[queries * documents], scores = new T[expected.Length];
        int[] query = [.. Enumerable.Range(0, queries)], document = [.. Enumerable.Range(0, expected.Length).Select(i => queries + (i % documents))];
        Fidelity.Forward<T>(WorkerPool.Single, states, qubits, query, document, expected);
        using WorkerPool pool = new(2);

        foreach (WorkerPool workers in (WorkerPool[])[WorkerPool.Single, pool])
        {
            Array.Clear(scores);
            FidelityMatrix.Forward<T>(workers, states.AsSpan(0, queries * 2 * qubits), states.AsSpan(queries * 2 * qubits), qubits, scores);
            Assert.That(scores, Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_matrix_of_the_wrong_size_is_refused() =>
        Assert.That(() => FidelityMatrix.Forward<T>(WorkerPool.Single, new T[8], new T[12], 2, new T[5]), Throws.ArgumentException);

    [TestCase(70, 33)]
    [TestCase(768, 64)]
    public void Any_number_of_threads_computes_the_same_gradients(int input, int output)
    {
        Random random = new(input);
        Head<T> head = Head<T>.Random(random, input, output, CompressionGate.ControlledU);
        foreach (int rows in (int[])[1, 3, 4, 9, 31, 50])
        {
            T[] embeddings = Samples.Normal<T>(random, rows * input), upstream = Samples.Normal<T>(random, rows * 2 * output);
            (T[] dembeddings, T[] draw) = head.Backward(embeddings, upstream);
            foreach (int threads in (int[])[2, 3])
            {
                using WorkerPool pool = new(threads);
                (T[] shared, T[] sharedRaw) = head.Backward(embeddings, upstream, pool);
                Assert.That(shared.AsSpan().SequenceEqual(dembeddings), $"embeddings, {rows} rows, {threads} threads");
                Assert.That(sharedRaw.AsSpan().SequenceEqual(draw), $"raw angles, {rows} rows, {threads} threads");
            }
        }
    }
}
