using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Tests.Ops;

/// <summary>Operations on nothing: no rows, no queries, no candidates, no columns.</summary>
public sealed class EmptyInputTests
{
    private static readonly Tape<double> Tape = new(WorkerPool.Single, recording: true);

    [SetUp]
    public void Begin() => Tape.Reset();

    [Test]
    public void No_queries_have_no_scores()
    {
        CandidateList none = new();
        none.Reset(queries: 0, width: 3);
        Tensor<double> states = Leaf(4, 6);

        Assert.That(LogFidelity.Apply(Tape, states, none).Shape, Is.EqualTo(new Shape(0, 3)));
        Assert.That(CandidateScores.Apply(Tape, states, none).Shape, Is.EqualTo(new Shape(0, 3)));
        Assert.That(ExcludeAbsent.Apply(Tape, Leaf(0, 3), none).Shape, Is.EqualTo(new Shape(0, 3)));
        Assert.That(Tape.Backward(LogFidelity.Apply(Tape, states, none), default)[states].ToArray(), Is.All.Zero);
    }

    [Test]
    public void Queries_without_candidates_lose_nothing()
    {
        CandidateList none = new();
        none.Reset(queries: 2, width: 0);

        Assert.That(KlDivergence.Apply(Tape, Leaf(2, 0), none, default, temperature: 1.0).Span[0], Is.Zero);
        Assert.That(MarginMse.Apply(Tape, Leaf(2, 0), none, default).Span[0], Is.Zero);
        Assert.That(SquaredError.Apply(Tape, Leaf(2, 0), none, default).Span[0], Is.Zero);
        Assert.That(CoSent.Apply(Tape, Leaf(2, 0), none, default).Span[0], Is.Zero);
    }

    [Test]
    public void No_rows_and_no_columns_give_none()
    {
        Assert.That(Linear.Apply(Tape, Leaf(0, 3), Leaf(2, 3), Leaf(1, 2)).Shape, Is.EqualTo(new Shape(0, 2)));
        Tensor<double> x = Leaf(3, 2), weight = Leaf(0, 2), bias = Leaf(1, 0);
        Tensor<double> y = Linear.Apply(Tape, x, weight, bias);
        Assert.That(y.Shape, Is.EqualTo(new Shape(3, 0)));
        Gradients<double> gradients = Tape.Backward(y, default);
        Assert.That(gradients[x].ToArray(), Is.All.Zero);
        Assert.That(Normalize.Apply(Tape, Leaf(0, 3)).Shape, Is.EqualTo(new Shape(0, 3)));
        Assert.That(Gather.Apply(Tape, Leaf(3, 2), Array.Empty<int>()).Shape, Is.EqualTo(new Shape(0, 2)));
    }

    private static Tensor<double> Leaf(int rows, int columns) => Tape.Leaf(Numbers.Normal(rows * columns, 1), new Shape(rows, columns));
}
