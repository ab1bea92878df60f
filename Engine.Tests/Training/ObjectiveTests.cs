using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Tensors;
using QEngine.Tests.Ops;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

internal sealed class ObjectiveTests
{
    private const int Rows = 9, Width = 8;

    private static readonly Shape Representations = new(Rows, Width);
    private static readonly CandidateList Candidates = new Draws(5).Candidates(queries: 4, width: 3, Rows);
    private static readonly double[] Values = new Draws(6).Normal(Representations.Length), Targets = new Draws(7).Normal(4 * 3);

    private static IEnumerable<TestCaseData> Losses() =>
        new ILoss<double>[] { new RankingLoss<double>(), new CoSentLoss<double>(), new SquaredErrorLoss<double>(), new MarginMseLoss<double>(), new KlDivergenceLoss<double>(2) }
            .Select(loss => new TestCaseData(loss).SetArgDisplayNames(loss.GetType().Name));

    [TestCaseSource(nameof(Losses))]
    public void Without_dimensions_it_is_the_loss_of_the_scores(ILoss<double> loss)
    {
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        Tensor<double> rows = new(Values, Representations);
        double expected = loss.Apply(tape, new CosineScore<double>().Apply(tape, rows, Candidates), Candidates, Targets).Span[0];

        Assert.That(Value(new Objective<double>(new CosineScore<double>(), loss), Values, Width), Is.EqualTo(expected));
        Assert.That(Value(new Objective<double>(new CosineScore<double>(), loss, [Width]), Values, Width), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Losses))]
    public void With_dimensions_it_is_the_mean_over_leading_columns(ILoss<double> loss)
    {
        int[] dimensions = [8, 2, 5];
        Objective<double> plain = new(new CosineScore<double>(), loss);

        double found = Value(new Objective<double>(new CosineScore<double>(), loss, dimensions), Values, Width);

        double expected = dimensions.Average(dimension => Value(plain, [.. Values.Where((_, i) => i % Width < dimension)], dimension));
        Assert.That(found, Is.EqualTo(expected).Within(1e-12));
    }

    [TestCaseSource(nameof(Losses))]
    public void Its_gradient_is_its_derivative(ILoss<double> loss)
    {
        foreach (int[] dimensions in new int[][] { [], [8, 2, 5], [3] })
        {
            Objective<double> objective = new(new CosineScore<double>(), loss, dimensions);

            GradCheck.Result worst = GradCheck.Run((tape, inputs) => objective.Apply(tape, inputs[0], Candidates, Targets).Loss, [new GradCheck.Input([.. Values], Representations)], seed: 4);

            Assert.That(worst.Error, Is.LessThan(1e-6), $"{worst}, {dimensions.Length} dimensions");
        }
    }

    [TestCaseSource(nameof(Losses))]
    public void A_warm_step_allocates_nothing(ILoss<double> loss)
    {
        Objective<double> objective = new(new CosineScore<double>(), loss, [8, 2, 5]);
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Step();
        Step();

        Assert.That(Allocation.Fewest(Step), Is.Zero);

        void Step()
        {
            tape.Reset();
            tape.Backward(objective.Apply(tape, tape.Leaf(Values, Representations), Candidates, Targets).Loss);
        }
    }

    [TestCase(new[] { 4, 0 }, "expected Matryoshka dimensions of at least 1, found 0")]
    [TestCase(new[] { 4, 2, 4 }, "expected distinct Matryoshka dimensions, found 4 twice")]
    public void Dimensions_are_positive_and_distinct(int[] dimensions, string message) =>
        Assert.That(() => new Objective<double>(new CosineScore<double>(), new RankingLoss<double>(), dimensions), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));

    [Test]
    public void A_dimension_is_at_most_the_width() =>
        Assert.That(
            () => Value(new Objective<double>(new CosineScore<double>(), new RankingLoss<double>(), [4, 9]), Values, Width),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected Matryoshka dimensions of at most 8, the width of the representations, found 9"));

    private static IEnumerable<IScore<double>> Fidelities() => [new FidelityScore<double>(), new LogFidelityScore<double>(), new LocalFidelityScore<double>()];

    [TestCaseSource(nameof(Fidelities))]
    public void Leading_columns_are_compared_by_cosine(IScore<double> score)
    {
        Assert.That(
            () => new Objective<double>(score, new RankingLoss<double>(), [4]),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected a cosine score with Matryoshka dimensions, found one of fidelity: the qubits of a state have no leading part"));
        Assert.That(() => new Objective<double>(score, new RankingLoss<double>()), Throws.Nothing);
    }

    [Test]
    public void A_loss_that_asks_for_targets_says_so() =>
        Assert.That(
            () => new Objective<double>(new CosineScore<double>(), new CoSentLoss<double>()).Apply(new Tape<double>(WorkerPool.Single, recording: false), new Tensor<double>(Values, Representations), Candidates, default),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("CoSent: expected targets.Length = 12, found 0"));

    private static double Value(Objective<double> objective, double[] values, int width) =>
        objective.Apply(new Tape<double>(WorkerPool.Single, recording: false), new Tensor<double>(values, new Shape(Rows, width)), Candidates, Targets).Loss.Span[0];
}
