using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>Signs of health of a head against the representations themselves.</summary>
internal sealed class HeadDiagnosticsTests
{
    private static readonly string[] Texts =
        ["red cat", "green dog runs", "blue", "bird sings well", "dog dog dog", "", "cat sleeps quickly green"];

    [Test]
    public void Saturated_are_the_outputs_of_a_tanh_beyond_99_hundredths_of_either_sign([Values] bool grouped)
    {
        (EmbeddingModel<float> model, PackedSequences texts) = Loud(grouped ? HeadConfiguration.Grouped(24, 10, 5) : HeadConfiguration.Linear(24, 10));
        (_, float[] rows) = Run(model, texts);

        HeadDiagnostics found = HeadDiagnostics.Measure(model, texts, WorkerPool.Single);

        Assert.That(rows.Count(value => value > 0.99f), Is.Positive.And.LessThan(rows.Length / 2));
        Assert.That(rows.Count(value => value < -0.99f), Is.Positive.And.LessThan(rows.Length / 2));
        Assert.That(found.SaturatedShare, Is.EqualTo(rows.Count(value => Math.Abs(value) > 0.99f) / (double)rows.Length));
        Assert.That((found.ProbabilityError, found.Angles.Count), Is.EqualTo((0.0, 0)));
        Assert.That(found.Spread, Is.EqualTo(Spread(rows, 10)).Within(1e-6));
    }

    [Test]
    public void Of_a_quantum_head_its_inputs_saturate_and_its_angles_are_counted()
    {
        (EmbeddingModel<float> model, PackedSequences texts) = Loud(HeadConfiguration.Quantum(24, 10));
        (float[] pooled, float[] states) = Run(model, texts);
        int[] bins = new int[16];
        double error = 0;
        for (int i = 0; i < states.Length; i++)
        {
            if (i / 10 % 2 == 1) continue;
            double x = states[i], z = states[i + 10];
            bins[Math.Min(15, (int)((Math.Atan2(x, z) + Math.PI) / Math.PI * 8))]++;
            error = Math.Max(error, Math.Abs((x * x) + (z * z) - 1));
        }

        HeadDiagnostics found = HeadDiagnostics.Measure(model, texts, WorkerPool.Single);

        float limit = MathF.Atanh(0.99f);
        Assert.That(pooled.Count(value => value > limit), Is.Positive.And.LessThan(pooled.Length / 2));
        Assert.That(pooled.Count(value => value < -limit), Is.Positive.And.LessThan(pooled.Length / 2));
        Assert.That(found.SaturatedShare, Is.EqualTo(pooled.Count(value => Math.Abs(value) > limit) / (double)pooled.Length));
        Assert.That(found.Angles, Is.EqualTo(bins));
        Assert.That(found.ProbabilityError, Is.EqualTo(error));
        Assert.That(found.Spread, Is.EqualTo(Spread(states, 20)).Within(1e-6));
    }

    [Test]
    public void Numbers_are_saturated_after_their_scale_has_divided_them()
    {
        (EmbeddingModel<float> model, PackedSequences texts) = Loud(HeadConfiguration.Quantum(24, 10, scale: EncodingScale.PerInput));
        float[] scales = [.. Enumerable.Range(0, 24).Select(i => i % 2 == 0 ? 0.5f : 1000)];
        for (int i = 0; i < 24; i++) model.Parameters.Parameters[^1].Values.Span[i] = MathF.Log(scales[i]);
        float[] pooled = model.Pool(new Tape<float>(WorkerPool.Single, recording: false), texts, DropoutSequence.None).Span.ToArray();

        double found = HeadDiagnostics.Measure(model, texts, WorkerPool.Single).SaturatedShare;

        Assert.That(found, Is.EqualTo(pooled.Where((value, i) => Math.Abs(Math.Tanh(value / scales[i % 24])) > 0.99).Count() / (double)pooled.Length));
        Assert.That(found, Is.Positive.And.AtMost(0.5));
    }

    [Test]
    public void A_head_without_a_tanh_has_no_saturation() =>
        Assert.That(HeadDiagnostics.Measure(ToyData.Model(HeadConfiguration.None(24)), Tokens(), WorkerPool.Single).SaturatedShare, Is.NaN);

    /// <summary>A model whose numbers are far from 0.</summary>
    private static (EmbeddingModel<float> Model, PackedSequences Texts) Loud(HeadConfiguration head)
    {
        EmbeddingModel<float> model = ToyData.Model(head);
        foreach (Parameter<float> parameter in model.Parameters.Parameters)
            if (parameter.Name.EndsWith("output.LayerNorm.weight", StringComparison.Ordinal)) parameter.Values.Span.Fill(4);
        return (model, Tokens());
    }

    private static PackedSequences Tokens()
    {
        PackedSequences texts = new();
        foreach (string text in Texts) texts.Add(ToyData.Tokenizer.Encode(text, 16));
        return texts;
    }

    private static (float[] Pooled, float[] Rows) Run(EmbeddingModel<float> model, PackedSequences texts)
    {
        Tape<float> tape = new(WorkerPool.Single, recording: false);
        Tensor<float> pooled = model.Pool(tape, texts, DropoutSequence.None);
        float[] kept = pooled.Span.ToArray();
        return (kept, model.Represent(tape, pooled).Span.ToArray());
    }

    /// <summary>The mean over columns of their standard deviations, each by its definition.</summary>
    private static double Spread(float[] rows, int columns) => Enumerable.Range(0, columns).Average(column =>
    {
        double[] values = [.. rows.Where((_, i) => i % columns == column).Select(value => (double)value)];
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    });
}
