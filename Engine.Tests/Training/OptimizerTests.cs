using NUnit.Framework;
using QEngine.Layers;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

internal sealed class OptimizerTests
{
    [Test]
    public void Warmup_rises_to_the_peak_and_decay_ends_at_zero()
    {
        LearningRateSchedule schedule = new(2, 4, 10);

        Assert.That(schedule[0], Is.EqualTo(0.5).Within(1e-12));
        Assert.That(schedule[3], Is.EqualTo(2).Within(1e-12));
        Assert.That(schedule[4], Is.EqualTo(2).Within(1e-12));
        Assert.That(schedule[9], Is.EqualTo(2.0 / 6).Within(1e-12));
        Assert.That(schedule[10], Is.Zero);
        Assert.That(LearningRateSchedule.Constant(3)[1000], Is.EqualTo(3));
    }

    [Test]
    public void Frozen_parameters_are_left_out_and_neighbours_updated()
    {
        ParameterStore<float> store = new();
        Parameter<float> a = store.Vector("a", 3, Initializer.Ones), b = store.Vector("b", 2, Initializer.Ones), c = store.Vector("c", 4, Initializer.Ones);
        store.Initialize(1);
        b.Frozen = true;
        AdamOptimizer optimizer = new(store, new AdamSettings(), WorkerPool.Single);
        store.Gradients.AsSpan().Fill(2);

        double norm = optimizer.Step(0.1);

        // Adam's first step is the learning rate against the gradient's sign, whatever its size.
        Assert.That(optimizer.Trainable, Is.EqualTo(7));
        Assert.That(norm, Is.EqualTo(Math.Sqrt(7 * 4)).Within(1e-6));
        Assert.That(a.Values.ToArray(), Is.All.EqualTo(0.9f).Within(1e-6f));
        Assert.That(b.Values.ToArray(), Is.All.EqualTo(1f));
        Assert.That(c.Values.ToArray(), Is.All.EqualTo(0.9f).Within(1e-6f));
    }

    [Test]
    public void Clipping_scales_all_gradients_to_the_norm()
    {
        ParameterStore<float> store = new();
        Parameter<float> a = store.Vector("a", 2, Initializer.Zeros);
        store.Initialize(1);
        AdamOptimizer optimizer = new(store, new AdamSettings(Epsilon: 1, ClipNorm: 1), WorkerPool.Single);
        store.Gradients[0] = 30;
        store.Gradients[1] = -40;

        double norm = optimizer.Step(1);

        // Clipped to (0.6, -0.8); the bias-corrected first step is g / (|g| + epsilon).
        Assert.That(norm, Is.EqualTo(50).Within(1e-9));
        Assert.That(a.Values.ToArray(), Is.EqualTo(new[] { -0.6f / 1.6f, 0.8f / 1.8f }).Within(1e-6f));
    }

    [Test]
    public void The_norm_that_clips_is_that_of_all_groups_together()
    {
        ParameterStore<float> store = new();
        Parameter<float> a = store.Vector("a", 1, Initializer.Zeros), frozen = store.Vector("frozen", 1, Initializer.Zeros);
        Parameter<float> b = store.Vector("b", 2, Initializer.Zeros);
        store.Initialize(1);
        frozen.Frozen = true;
        ParameterGroup[] groups = [new("one", [a, frozen]), new("two", [b], RateFactor: 10)];
        AdamOptimizer optimizer = new(store, groups, new AdamSettings(Epsilon: 1, ClipNorm: 1), WorkerPool.Single);
        float[] gradients = [2, 1000, 3, -6];
        gradients.CopyTo(store.Gradients.AsSpan());

        double norm = optimizer.Step(0.5);

        // sqrt(4 + 9 + 36) = 7: every gradient is a seventh, and a step is the rate times g / (|g| + epsilon).
        Assert.That(norm, Is.EqualTo(7).Within(1e-12));
        Assert.That(optimizer.GroupNorms.ToArray(), Is.EqualTo(new[] { 2, Math.Sqrt(45) }).Within(1e-12));
        Assert.That(store.Values, Is.EqualTo(new[] { -0.5f * 2 / 9, 0, -5f * 3 / 10, 5f * 6 / 13 }).Within(1e-6f));
    }

    [Test]
    public void Any_number_of_threads_gives_the_bits_of_one()
    {
        (double Norm, float[] Values) one = Stepped(1);

        foreach (int threads in (int[])[2, 3, 7])
        {
            (double norm, float[] values) = Stepped(threads);
            Assert.That(norm, Is.EqualTo(one.Norm), $"{threads} threads");
            Assert.That(values, Is.EqualTo(one.Values), $"{threads} threads");
        }

        static (double Norm, float[] Values) Stepped(int threads)
        {
            using WorkerPool workers = new(threads);
            ParameterStore<float> store = new();
            store.Vector("a", 100_003, Initializer.Normal(1));
            store.Initialize(1);
            Samples.Uniform<float>(2, 100_003).CopyTo(store.Gradients.AsSpan());
            AdamOptimizer optimizer = new(store, new AdamSettings(ClipNorm: 1), workers);
            return (optimizer.Step(0.1), store.Values);
        }
    }

    [Test]
    public void A_gradient_that_is_not_finite_changes_nothing()
    {
        ParameterStore<float> store = new();
        Parameter<float> a = store.Vector("a", 2, Initializer.Ones);
        store.Initialize(1);
        AdamOptimizer optimizer = new(store, new AdamSettings(), WorkerPool.Single);
        store.Gradients[1] = float.NaN;

        Assert.That(() => optimizer.Step(0.1), Throws.TypeOf<QEngineException>());
        Assert.That(a.Values.ToArray(), Is.All.EqualTo(1f));
    }
}
