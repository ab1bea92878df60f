using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Ops;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Autodiff;

/// <summary>Storage of gradients is used again as soon as nobody reads them any more, and not before.</summary>
internal sealed class GradientStorageTests
{
    private const int Elements = 6;

    private static readonly Shape Row = Shape.Vector(Elements);

    [Property(MaxTest = 200)]
    public bool Gradients_through_any_graph_agree_with_central_differences(ulong seed)
    {
        Draws draws = new(seed);
        GradCheck.Input[] inputs = [new(draws.Normal(Elements), Row), new(draws.Normal(Elements), Row)];

        return GradCheck.Run((tape, leaves) => Graph(tape, leaves, new SplittableRandom(seed)), inputs, seed).Error < 1e-6;
    }

    [Test]
    public void A_chain_of_operations_needs_the_storage_of_two_gradients()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        List<long> places = [];
        Tensor<double> x = tape.Leaf(new double[Elements], Row), y = x;
        for (int i = 0; i < 20; i++) y = Observed(tape, y, places, rented: 0);

        double[] gradient = tape.Backward(y, [1, 2, 3, 4, 5, 6])[x].ToArray();

        Assert.That(gradient, Is.EqualTo([1.0, 2, 3, 4, 5, 6]));
        Assert.That(places, Has.Count.EqualTo(20));
        Assert.That(places.Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public void What_an_operation_rents_is_its_own_until_it_is_done([Values(1, 3)] int rented)
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        List<long> places = [];
        Tensor<double> x = tape.Leaf(new double[Elements], Row), y = x;
        for (int i = 0; i < 10; i++) y = Observed(tape, y, places, rented);

        double[] gradient = tape.Backward(y, [1, 2, 3, 4, 5, 6])[x].ToArray();

        Assert.That(gradient, Is.EqualTo([1.0, 2, 3, 4, 5, 6]), "what is rented is zeros and shares nothing with a gradient");
        foreach (long[] one in places.Chunk(1 + rented)) Assert.That(one, Is.Unique);
        Assert.That(places.Distinct().Count(), Is.EqualTo(2 + rented));
    }

    [Test]
    public void A_leaf_among_the_operations_keeps_its_gradient_and_a_result_is_refused()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf([1, 2], Shape.Vector(2)), doubled = Activations.Affine(tape, x, 2.0, 0.0);
        Tensor<double> between = tape.Leaf([3, 4], Shape.Vector(2)), constant = tape.WithGradient(tape.Save(Shape.Vector(2)));
        Tensor<double> sum = Add.Apply(tape, Add.Apply(tape, doubled, between), constant);

        Gradients<double> gradients = tape.Backward(sum, [1, 10]);

        Assert.That(gradients[x].ToArray(), Is.EqualTo([2.0, 20]));
        Assert.That(gradients[between].ToArray(), Is.EqualTo([1.0, 10]));
        Assert.That(gradients[constant].ToArray(), Is.EqualTo([1.0, 10]));
        const string Message = "gradient: expected a leaf or a parameter after the backward pass, found the result [1, 2] of an operation";
        foreach (Tensor<double> result in (Tensor<double>[])[doubled, sum])
        {
            Assert.That(() => gradients[result].Length, Throws.TypeOf<QEngineException>().With.Message.EqualTo(Message));
            Assert.That(() => gradients.TryGet(result, out _), Throws.TypeOf<QEngineException>().With.Message.EqualTo(Message));
        }
    }

    /// <summary>Operations over leaves and results before, each used any number of times.</summary>
    private static Tensor<double> Graph(Tape<double> tape, Tensor<double>[] leaves, SplittableRandom random)
    {
        List<Tensor<double>> made = [.. leaves];
        for (int i = 0; i < 12; i++)
        {
            Tensor<double> a = made[random.NextInt(made.Count)], b = made[random.NextInt(made.Count)];
            made.Add(random.NextInt(4) switch
            {
                0 => Activations.Tanh(tape, a),
                1 => Activations.Affine(tape, a, 0.7, 0.1),
                2 => Multiply.Apply(tape, a, Activations.Tanh(tape, b)),
                _ => Activations.Affine(tape, Add.Apply(tape, a, b), 0.6, 0.0),
            });
        }
        return Add.Apply(tape, made[^1], made[^2]);
    }

    private static Tensor<double> Observed(Tape<double> tape, Tensor<double> x, List<long> places, int rented)
    {
        Tensor<double> y = tape.Output(x.Shape, x);
        x.Span.CopyTo(y.Span);
        tape.Record(new Observation(x, y, places, rented));
        return y;
    }

    /// <summary>Passes a gradient on, notes where it lies and spoils what it rents.</summary>
    private readonly record struct Observation(Tensor<double> X, Tensor<double> Y, List<long> Places, int Rented) : IOp<double>
    {
        public void Backward(Gradients<double> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<double> dy)) return;
            Places.Add(Place(dy));
            for (int i = 0; i < Rented; i++)
            {
                Span<double> rented = gradients.Rent(Elements);
                Assert.That(rented.ToArray(), Is.All.Zero);
                rented.Fill(double.NaN);
                Places.Add(Place(rented));
            }
            dy.CopyTo(gradients.Target(X, out _));
        }

        private static unsafe long Place(ReadOnlySpan<double> span)
        {
            // Pinned: it does not move.
            fixed (double* first = span) return (long)first;
        }
    }
}
