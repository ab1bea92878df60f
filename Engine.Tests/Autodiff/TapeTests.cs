using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Ops;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Autodiff;

internal sealed class TapeTests
{
    private const int Tokens = 6, Hidden = 4;

    private const double Rounding = 1e-12;

    private static readonly int[] Offsets = [0, 2, Tokens];

    [Test]
    public void A_warm_step_allocates_nothing_and_its_storage_stops_growing()
    {
        Step step = new(recording: true);
        step.Run();
        step.Run();
        long bytes = step.Tape.Bytes;

        Assert.That(Allocation.Fewest(() => step.Run()), Is.Zero);
        for (int i = 0; i < 20; i++) step.Run();
        Assert.That(step.Tape.Bytes, Is.EqualTo(bytes));
    }

    [Test]
    public void A_step_of_another_shape_in_between_does_not_matter()
    {
        Step step = new(recording: true), other = new(recording: true);
        double[] expected = step.Run().ToArray();
        other.Run();
        other.Tape.Reset();
        Tensor<double> leaf = other.Tape.Leaf(new double[3], Shape.Vector(3));
        other.Tape.Backward(Activations.Tanh(other.Tape, leaf), new double[3]);

        Assert.That(other.Run().ToArray(), Is.EqualTo(expected).Within(Rounding));
        Assert.That(step.Run().ToArray(), Is.EqualTo(expected).Within(Rounding));
    }

    [Test]
    public void Without_recording_nothing_is_recorded_and_nothing_has_a_gradient()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: false);

        Tensor<double> y = Activations.Tanh(tape, tape.Leaf([1, 2], Shape.Vector(2)));

        Assert.That(tape.Recorded, Is.Zero);
        Assert.That(y.NeedsGradient, Is.False);
        Assert.That(tape.Backward(y, [1, 1]).TryGet(y, out _), Is.False);
    }

    [Test]
    public void Release_moves_the_result_to_the_mark_and_frees_the_rest()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        double[] values = Numbers.Normal(7, 1);
        tape.Save(Shape.Vector(5));
        var mark = tape.Mark();
        Tensor<double> expectedPlace = tape.Save(Shape.Vector(7));
        tape.Release(mark, expectedPlace);
        var end = tape.Mark();
        tape.Save(new Shape(100, 100));
        Tensor<double> result = tape.Leaf(values, Shape.Vector(7));

        Tensor<double> moved = tape.Release(mark, result);

        Assert.That(moved.Span.ToArray(), Is.EqualTo(values));
        Assert.That((moved.Array, moved.Offset), Is.EqualTo((expectedPlace.Array, expectedPlace.Offset)));
        Assert.That(tape.Mark(), Is.EqualTo(end));
    }

    [Test]
    public void Release_moves_a_result_that_overlaps_its_new_place()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        var mark = tape.Mark();
        tape.Save(Shape.Vector(8));
        double[] values = Numbers.Normal(1000, 2);

        Tensor<double> moved = tape.Release(mark, tape.Leaf(values, Shape.Vector(1000)));

        Assert.That(moved.Span.ToArray(), Is.EqualTo(values));
    }

    [Test]
    public void Release_moves_a_result_from_a_later_block()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        var mark = tape.Mark();
        tape.Save(Shape.Vector(60_000));
        double[] values = Numbers.Normal(9_000, 3);
        Tensor<double> result = tape.Leaf(values, Shape.Vector(9_000));
        long bytes = tape.Bytes;

        Tensor<double> moved = tape.Release(mark, result);

        Assert.That(moved.Array, Is.Not.SameAs(result.Array));
        Assert.That(moved.Span.ToArray(), Is.EqualTo(values));
        Assert.That(tape.Bytes, Is.EqualTo(bytes));
    }

    [Test]
    public void Release_keeps_everything_when_recording()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        var mark = tape.Mark();
        Tensor<double> x = tape.Leaf([0.5, -2], Shape.Vector(2));

        Tensor<double> y = tape.Release(mark, Activations.Tanh(tape, x));
        tape.Save(Shape.Vector(2)).Span.Fill(double.NaN);

        Assert.That(tape.Backward(y, [1, 1])[x].ToArray(), Is.EqualTo([1 - (Math.Tanh(0.5) * Math.Tanh(0.5)), 1 - (Math.Tanh(2) * Math.Tanh(2))]).Within(1e-15));
    }

    [Test]
    public void Backward_starts_with_the_given_upstream()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf([1, 2, 3], Shape.Vector(3));

        Gradients<double> gradients = tape.Backward(Activations.Affine(tape, x, 2.0, 1.0), [1, 10, 100]);

        Assert.That(gradients[x].ToArray(), Is.EqualTo([2.0, 20, 200]));
    }

    [Test]
    public void Backward_of_a_scalar_starts_with_one()
    {
        Tape<float> tape = new(WorkerPool.Single, recording: true);
        Tensor<float> x = tape.Leaf([3], Shape.Scalar);

        Assert.That(tape.Backward(Activations.Affine(tape, x, 2f, 1f))[x].ToArray(), Is.EqualTo([2f]));
    }

    [Test]
    public void Backward_from_a_middle_result_leaves_later_operations_out()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf([1, 2], Shape.Vector(2)), middle = Activations.Affine(tape, x, 3.0, 0.0), unused = tape.Leaf([5], Shape.Scalar);
        Tensor<double> later = Activations.Affine(tape, middle, double.NaN, 0.0);

        Gradients<double> gradients = tape.Backward(middle, [1, 1]);

        Assert.That(gradients[x].ToArray(), Is.EqualTo([3.0, 3]));
        Assert.That(gradients.TryGet(later, out _), Is.False);
        Assert.That(gradients[unused].ToArray(), Is.EqualTo([0.0]));
    }

    [Test]
    public void Backward_twice_gives_the_same_gradients_of_leaves()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf([1, 2], Shape.Vector(2)), y = Activations.Tanh(tape, x);
        double[] first = tape.Backward(y, [1, 1])[x].ToArray();

        Assert.That(tape.Backward(y, [1, 1])[x].ToArray(), Is.EqualTo(first));
    }

    [Test]
    public void Backward_of_a_result_that_is_no_scalar_needs_an_upstream() =>
        Refused(tape => tape.Backward(tape.Leaf([1, 2], Shape.Vector(2))), "Backward: expected scalar.Shape [1, 1], found [1, 2]");

    [Test]
    public void Backward_refuses_an_upstream_of_another_length() =>
        Refused(tape => tape.Backward(tape.Leaf([1, 2], Shape.Vector(2)), [1]), "Backward: expected upstream.Length = 2, found 1");

    [Test]
    public void Backward_refuses_a_parameter() =>
        Refused(
            tape => tape.Backward(new Tensor<double>([1], 0, Shape.Scalar, Tensor<double>.ParameterSlot)), "Backward: expected the result of an operation, found a parameter");

    [Test]
    public void Leaf_refuses_another_number_of_values() =>
        Refused(tape => tape.Leaf([1, 2], Shape.Vector(3)), "Leaf: expected values.Length = 3, found 2");

    [Test]
    public void A_constant_has_no_gradient() =>
        Refused(
            tape => _ = tape.Backward(tape.Leaf([1], Shape.Scalar))[new Tensor<double>([1, 2], Shape.Vector(2))],
            "gradient: expected a tensor whose gradient is wanted, found a constant [1, 2]");

    [Test]
    public void A_tensor_of_an_earlier_step_is_refused()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> old = tape.Leaf([1, 2], Shape.Vector(2)), saved = tape.Save(Shape.Scalar);
        Gradients<double> gradients = tape.Backward(Activations.Tanh(tape, old), [1, 1]);
        tape.Reset();
        Tensor<double> young = tape.Leaf([1, 2], Shape.Vector(2));

        const string Message = "expected a tensor of the tape's current step, found [1, 2] of an earlier one: copy what is to outlive the step";
        Stale(() => _ = old.Span, Message);
        Stale(() => Activations.Tanh(tape, old), Message);
        Stale(() => Add.Apply(tape, young, old), Message);
        Stale(() => tape.WithGradient(old), Message);
        Stale(() => tape.Backward(old, [1, 1]), Message);
        Stale(() => _ = gradients[old], Message);
        Stale(() => gradients.TryGet(old, out _), Message);
        Stale(() => _ = saved.Span, Message.Replace("[1, 2]", "[1, 1]"));
        Assert.That(young.Span.ToArray(), Is.EqualTo([1.0, 2]));
    }

    [Test]
    public void A_tensor_of_another_tape_is_refused()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true), other = new(WorkerPool.Single, recording: false);
        Tensor<double> own = tape.Leaf([1, 2], Shape.Vector(2)), foreign = other.Leaf([1, 2], Shape.Vector(2));

        const string Message = "expected a tensor of this tape, a parameter or an array, found [1, 2] of another tape";
        Stale(() => Activations.Tanh(tape, foreign), Message);
        Stale(() => Add.Apply(tape, own, foreign), Message);
        Stale(() => tape.WithGradient(foreign), Message);
        Stale(() => tape.Backward(foreign, [1, 1]), Message);
    }

    private static void Stale(Action action, string message) =>
        Assert.That(() => action(), Throws.TypeOf<InvalidOperationException>().With.Message.EqualTo(message));

    private static void Refused(Action<Tape<double>> action, string message) =>
        Assert.That(() => action(new Tape<double>(WorkerPool.Single, recording: true)), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));

    /// <summary>A small network with most kinds of operation.</summary>
    private sealed class Step(bool recording)
    {
        private readonly double[] _x = Numbers.Normal(Tokens * Hidden, 1), _weight = Numbers.Normal(3 * Hidden * Hidden, 2), _bias = Numbers.Normal(3 * Hidden, 3);
        private readonly int[] _labels = [1, 3];
        private readonly double[] _ones = [1, 1, 1, 1];

        public Tape<double> Tape { get; } = new(WorkerPool.Single, recording);

        public ReadOnlySpan<double> Run()
        {
            Tape.Reset();
            Tensor<double> x = Tape.Leaf(_x, new Shape(Tokens, Hidden)), gamma = new(_ones, Shape.Vector(Hidden));
            Tensor<double> weight = Tape.Leaf(_weight, new Shape(3 * Hidden, Hidden)), bias = Tape.Leaf(_bias, Shape.Vector(3 * Hidden));
            Tensor<double> attended = SelfAttention.Apply(Tape, Linear.Apply(Tape, x, weight, bias), Offsets, 2, new Dropout(0.1f, 4));
            Tensor<double> normal = AddLayerNorm.Apply(Tape, Activations.Gelu(Tape, attended), x, gamma, gamma, 1e-5);
            Tensor<double> loss = SoftmaxCrossEntropy.Apply(Tape, MeanPool.Apply(Tape, normal, Offsets), _labels);
            return Tape.Backward(loss)[weight];
        }
    }
}
