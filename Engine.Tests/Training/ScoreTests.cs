using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

internal sealed class ScoreTests
{
    private const int Qubits = 5;

    private static IEnumerable<TestCaseData> Scores()
    {
        yield return new TestCaseData(new FidelityScore<double>(20), (Func<double[], double>)(factors => 20 * factors.Aggregate(1.0, (a, b) => a * b))).SetArgDisplayNames("20 F");
        yield return new TestCaseData(new FidelityScore<double>(20, 3), (Func<double[], double>)(factors => 20 * Math.Pow(factors.Aggregate(1.0, (a, b) => a * b), 1.0 / 3))).SetArgDisplayNames("20 F^(1/3)");
        yield return new TestCaseData(new LogFidelityScore<double>(2), (Func<double[], double>)(factors => 2 * factors.Sum(Math.Log))).SetArgDisplayNames("2 ln F");
        yield return new TestCaseData(new LocalFidelityScore<double>(20), (Func<double[], double>)(factors => 20 * factors.Average())).SetArgDisplayNames("local");
    }

    [TestCaseSource(nameof(Scores))]
    public void Fidelity_scores_are_their_formulas(IScore<double> score, Func<double[], double> formula)
    {
        double[] angles = Angles(3);
        Tape<double> tape = new(WorkerPool.Single, recording: false);

        Tensor<double> scores = score.Apply(tape, tape.Leaf(States(angles), new Shape(3, 2 * Qubits)), List());

        for (int candidate = 1; candidate < 3; candidate++)
        {
            double[] factors = new double[Qubits];
            for (int i = 0; i < Qubits; i++) factors[i] = Math.Pow(Math.Cos((angles[i] - angles[(candidate * Qubits) + i]) / 2), 2);
            Assert.That(scores.Span[candidate - 1], Is.EqualTo(formula(factors)).Within(1e-10));
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    public void State_fidelity_score_is_its_formula_and_has_the_right_gradient(double tau)
    {
        // Six numbers, three amplitudes; as long as they are, since the formula does not ask for length 1.
        double[] rows = [.. Samples.Uniform<double>(9, 3 * 6, 0.2, 0.5)];
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        StateFidelityScore<double> score = new(20, tau);

        Tensor<double> scores = score.Apply(tape, tape.Leaf(rows, new Shape(3, 6)), List());
        GradCheck.Result worst = GradCheck.Run(
            (recorded, inputs) => new Objective<double>(score, new RankingLoss<double>()).Apply(recorded, inputs[0], List(), default).Loss, [new GradCheck.Input(rows, new Shape(3, 6))], seed: 4);

        double fidelity = SimilarityOracle.StateFidelity<double>(rows.AsSpan(0, 6), rows.AsSpan(12, 6)) * Dot6(0, 0) * Dot6(2, 2);
        Assert.That(scores.Span[1], Is.EqualTo(20 * Math.Pow(fidelity, 1 / tau)).Within(1e-10));
        Assert.That(worst.Error, Is.LessThan(1e-6), $"{worst}");

        double Dot6(int a, int b) => rows.Skip(6 * a).Take(6).Zip(rows.Skip(6 * b), (x, y) => x * y).Sum();
    }

    [Test]
    public void Cosine_score_is_twenty_times_the_cosine()
    {
        double[] rows = Angles(3);
        Tape<double> tape = new(WorkerPool.Single, recording: false);

        Tensor<double> scores = new CosineScore<double>().Apply(tape, tape.Leaf(rows, new Shape(3, Qubits)), List());

        Assert.That(scores.Span[1], Is.EqualTo(20 * Dot(rows, 0, 2) / Math.Sqrt(Dot(rows, 0, 0) * Dot(rows, 2, 2))).Within(1e-10));
    }

    [TestCaseSource(nameof(Scores))]
    public void The_ranking_loss_has_the_right_gradient(IScore<double> score, Func<double[], double> formula)
    {
        GradCheck.Result worst = GradCheck.Run(
            (tape, inputs) => new Objective<double>(score, new RankingLoss<double>()).Apply(tape, inputs[0], List(), default).Loss, [new GradCheck.Input(States(Angles(3)), new Shape(3, 2 * Qubits))], seed: 4);

        Assert.That(worst.Error, Is.LessThan(1e-6), $"{worst} ({formula.Method.Name})");
    }

    /// <summary>Row 0 asks, row 1 is the positive, row 2 a negative, and one place is empty.</summary>
    private static CandidateList List()
    {
        CandidateList list = new();
        list.Reset(1, 3);
        list.SetQuery(0, 0);
        list.SetCandidate(0, 0, 1);
        list.SetCandidate(0, 1, 2);
        return list;
    }

    private static double[] Angles(int rows)
    {
        SplittableRandom random = new(9);
        double[] angles = new double[rows * Qubits];
        for (int i = 0; i < angles.Length; i++) angles[i] = 2 * random.NextDouble();
        return angles;
    }

    private static double[] States(double[] angles)
    {
        double[] states = new double[2 * angles.Length];
        for (int row = 0; row < angles.Length / Qubits; row++)
            Readout.FromAngles<double>(angles.AsSpan(row * Qubits, Qubits), states.AsSpan(row * 2 * Qubits, 2 * Qubits));
        return states;
    }

    private static double Dot(double[] rows, int a, int b)
    {
        double sum = 0;
        for (int i = 0; i < Qubits; i++) sum += rows[(a * Qubits) + i] * rows[(b * Qubits) + i];
        return sum;
    }
}
