using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum;

/// <summary>Log-fidelity of batches: indices, masks and gradients.</summary>
public sealed class FidelityTests
{
    [TestCase(1, 2, 1, 1)]
    [TestCase(3, 5, 2, 3)]
    [TestCase(17, 20, 4, 5)]
    [TestCase(31, 6, 3, 2)]
    [TestCase(32, 6, 3, 2)]
    [TestCase(33, 9, 3, 4)]
    [TestCase(40, 20, 5, 3)]
    [TestCase(100, 8, 2, 6)]
    public void Scores_follow_the_states(int qubits, int rows, int queries, int perQuery)
    {
        // Angles of either sign, no two further apart than 0.9 pi: orthogonal qubits are where the smallest factor cuts in.
        Random random = new(qubits);
        double[] states = [.. Enumerable.Range(0, rows).SelectMany(_ => Samples.States<double>(Samples.Uniform<double>(random, qubits, -0.45 * Math.PI, 0.45 * Math.PI)))];
        int[] query = [.. Enumerable.Range(0, queries).Select(_ => random.Next(rows))];
        int[] candidate = [.. Enumerable.Range(0, queries * perQuery).Select(i => i % 5 == 4 ? -1 : random.Next(rows))];
        double[] upstream = [.. candidate.Select(c => c < 0 ? double.NaN : Samples.Normal(random))], scores = new double[candidate.Length];
        double[] gradient = new double[states.Length];

        Fidelity.Backward<double>(WorkerPool.Single, states, qubits, query, candidate, upstream, gradient);

        double error = Near.RelativeError(gradient, CentralDifferences.Gradient(states, _ => Value()));
        TestContext.Out.WriteLine($"gradient of states, {qubits} qubits: largest error {error:e2} of its largest element");
        Assert.That(error, Is.LessThan(1e-6));

        double Value()
        {
            Fidelity.Forward<double>(WorkerPool.Single, states, qubits, query, candidate, scores);
            return Enumerable.Range(0, scores.Length).Where(i => candidate[i] >= 0).Sum(i => upstream[i] * scores[i]);
        }
    }

    [Test]
    public void A_missing_candidate_scores_minus_infinity()
    {
        double[] states = [.. Samples.States<double>([0.5, 1]), .. Samples.States<double>([0.7, 2])], scores = new double[2];

        Fidelity.Forward<double>(WorkerPool.Single, states, 2, [0], [1, -1], scores);

        double expected = Math.Log(Math.Pow(Math.Cos(0.1), 2) * Math.Pow(Math.Cos(0.5), 2));
        Assert.That(scores[0], Is.EqualTo(expected).Within(1e-14));
        Assert.That(scores[1], Is.EqualTo(double.NegativeInfinity));
    }

    [Test]
    public void Orthogonal_qubits_have_finite_scores_and_gradients()
    {
        const int Qubits = 768;
        float[] states = [.. Samples.States<float>(Enumerable.Repeat(0.0, Qubits)), .. Samples.States<float>(Enumerable.Repeat(Math.PI, Qubits))];
        float[] scores = new float[1], gradient = new float[states.Length];

        Fidelity.Forward<float>(WorkerPool.Single, states, Qubits, [0], [1], scores);
        Fidelity.Backward<float>(WorkerPool.Single, states, Qubits, [0], [1], [1f], gradient);

        Assert.That(scores[0], Is.EqualTo(Qubits * Math.Log(1e-9)).Within(0.01));
        Assert.That(gradient, Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Gradients_are_added_to_what_is_there()
    {
        Random random = new(5);
        double[] states = [.. Enumerable.Range(0, 3).SelectMany(_ => Samples.States<double>(Samples.Uniform<double>(random, 9, 0, 2)))];
        double[] once = new double[states.Length], twice = new double[states.Length];

        Fidelity.Backward<double>(WorkerPool.Single, states, 9, [0], [1, 2], [0.5, -2], once);
        Fidelity.Backward<double>(WorkerPool.Single, states, 9, [0], [1, 2], [0.5, -2], twice);
        Fidelity.Backward<double>(WorkerPool.Single, states, 9, [0], [1, 2], [0.5, -2], twice);

        Assert.That(twice, Is.EqualTo(once.Select(g => 2 * g)).Within(1e-12));
    }
}
