using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>Parameters used as one tensor.</summary>
internal sealed class ParameterBlockTests
{
    [Test]
    public void The_tensor_is_the_parameters_one_after_another()
    {
        ParameterStore<float> store = new();
        Parameter<float>[] parameters = Three(store);
        ParameterBlock<float> block = new(store, new Shape(3, 2), parameters);
        store.Initialize(seed: 1);

        Assert.That(block.Tensor.Shape, Is.EqualTo(new Shape(3, 2)));
        Assert.That(block.Tensor.Span.ToArray(), Is.EqualTo(parameters.SelectMany(parameter => parameter.Values.ToArray())));
        Assert.That(block.Frozen, Is.False);
        Assert.That(block.Tensor.NeedsGradient);
    }

    [Test]
    public void A_gradient_of_the_block_is_that_of_its_parameters()
    {
        ParameterStore<float> store = new();
        store.Vector("before", 3, Initializer.Zeros);
        ParameterBlock<float> block = new(store, Shape.Vector(6), Three(store));
        store.Initialize(seed: 1);
        Tape<float> tape = new(WorkerPool.Single, recording: true, store.Gradients);

        tape.Backward(Activations.Affine(tape, block.Tensor, 2f, 0f), [1, 2, 3, 4, 5, 6]);

        Assert.That(store.Gradients.AsSpan(0, 9).ToArray(), Is.EqualTo([0f, 0, 0, 2, 4, 6, 8, 10, 12]));
    }

    [Test]
    public void All_frozen_is_frozen_and_some_frozen_is_refused([Range(0, 2)] int index)
    {
        ParameterStore<float> store = new();
        Parameter<float>[] parameters = Three(store);
        ParameterBlock<float> block = new(store, Shape.Vector(6), parameters);
        store.Initialize(seed: 1);

        parameters[index].Frozen = true;

        string other = index == 0 ? "b" : parameters[index].Name;
        Assert.That(
            () => _ = block.Tensor,
            Throws.TypeOf<InvalidOperationException>().With.Message.EqualTo($"expected a and {other} both frozen or both trained, since they are one tensor, found one of each"));
        foreach (Parameter<float> parameter in parameters) parameter.Frozen = true;
        Assert.That((block.Frozen, block.Tensor.NeedsGradient), Is.EqualTo((true, false)));
    }

    [Test]
    public void The_projections_of_an_encoder_are_frozen_together()
    {
        ParameterStore<float> store = new();
        BertConfiguration configuration = new() { VocabularySize = 5, HiddenSize = 4, Layers = 1, Heads = 2, IntermediateSize = 8 };
        BertEncoder<float> encoder = new(store, configuration);
        store.Initialize(seed: 1);
        PackedSequences batch = new();
        batch.Add([1, 2, 3]);
        Tape<float> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Assert.That(store.TryGet("encoder.layer.0.attention.self.key.weight", out Parameter<float>? key));

        key!.Frozen = true;

        Assert.That(() => encoder.Forward(tape, batch, DropoutSequence.None), Throws.TypeOf<InvalidOperationException>().With.Message.Contains(key.Name));
    }

    [Test]
    public void Parameters_that_do_not_lie_one_after_another_are_refused()
    {
        ParameterStore<float> store = new(), other = new();
        Parameter<float>[] own = Three(store);

        Refused(() => new ParameterBlock<float>(store, Shape.Vector(4), own[0], own[2]), "expected parameters declared one after another, found c elsewhere");
        Refused(() => new ParameterBlock<float>(store, Shape.Vector(4), own[1], own[0]), "expected parameters declared one after another, found a elsewhere");
        Refused(() => new ParameterBlock<float>(store, Shape.Vector(6), Three(other)), "expected parameters of the store, found a of another");
        Refused(() => new ParameterBlock<float>(store, Shape.Vector(5), own), "expected parameters of 5 elements together for [1, 5], found 6");
        Refused(() => new ParameterBlock<float>(store, Shape.Vector(0)), "expected at least one parameter, found none");
    }

    private static Parameter<float>[] Three(ParameterStore<float> store) =>
        [store.Vector("a", 2, Initializer.Normal(1)), store.Vector("b", 2, Initializer.Normal(1)), store.Vector("c", 2, Initializer.Normal(1))];

    private static void Refused(Action action, string message) =>
        Assert.That(() => action(), Throws.TypeOf<ArgumentException>().With.Message.StartWith(message));
}
