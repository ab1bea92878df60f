using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Heads apart from an encoder.</summary>
public sealed class HeadTests
{
    // More rows than are taken through the layer at once.
    private const int Rows = 2500, Inputs = 12, Outputs = 5;

    private static readonly HeadConfiguration[] Heads =
        [HeadConfiguration.None(Inputs), HeadConfiguration.Linear(Inputs, Outputs), HeadConfiguration.Quantum(Inputs, Outputs)];

    [TestCaseSource(nameof(Heads))]
    public void Many_rows_become_what_the_layer_makes_of_each(HeadConfiguration configuration)
    {
        Head head = Create(configuration);
        float[] vectors = Vectors(), result = new float[Rows * configuration.OutputDimension];

        head.Apply(vectors, result, WorkerPool.Single);

        int width = configuration.OutputDimension;
        float[] expected = new float[width];
        foreach (int row in (int[])[0, 1, 1023, 1024, 2047, 2048, Rows - 1])
        {
            Tape<float> tape = new(WorkerPool.Single, recording: false);
            Tensor<float> input = tape.Leaf(vectors.AsSpan(row * Inputs, Inputs), new Shape(1, Inputs));
            EmbeddingFormat.Default.Write(configuration, head.Layer.Forward(tape, input).Span, expected);

            Assert.That(result.AsSpan(row * width, width).ToArray(), Is.EqualTo(expected).Within(1e-5f), $"row {row}");
        }
    }

    [Test]
    public void Amplitudes_are_twice_as_wide_and_those_of_the_angles()
    {
        Head head = Create(HeadConfiguration.Quantum(Inputs, Outputs));
        float[] vectors = Vectors(), angles = new float[Rows * Outputs], amplitudes = new float[2 * Rows * Outputs];

        head.Apply(vectors, angles, WorkerPool.Single, EmbeddingFormat.Angles);
        head.Apply(vectors, amplitudes, WorkerPool.Single, EmbeddingFormat.Amplitudes);

        for (int i = 0; i < Outputs; i++)
        {
            Assert.That(amplitudes[i], Is.EqualTo(MathF.Cos(angles[i] / 2)).Within(1e-6f));
            Assert.That(amplitudes[Outputs + i], Is.EqualTo(MathF.Sin(angles[i] / 2)).Within(1e-6f));
        }
    }

    [TestCase(EncodingScale.None)]
    [TestCase(EncodingScale.One)]
    [TestCase(EncodingScale.PerInput)]
    public void Parameters_that_changed_are_used_from_the_next_call_on(EncodingScale scale)
    {
        Head head = Create(HeadConfiguration.Quantum(Inputs, Outputs, scale: scale));
        float[] before = Angles(head);
        for (int i = 0; i < head.Parameters.Parameters.Count; i++)
        {
            Parameter<float> parameter = head.Parameters.Parameters[i];
            parameter.Values.Span[^1] += 0.5f;
            parameter.Changed();
            float[] after = Angles(head);

            Assert.That(after, Is.EqualTo(Angles(Fresh(head))), parameter.Name);
            Assert.That(after, Is.Not.EqualTo(before), parameter.Name);
            before = after;
        }

        static float[] Angles(Head head)
        {
            float[] result = new float[Rows * Outputs];
            head.Apply(Vectors(), result, WorkerPool.Single);
            return result;
        }

        // Of the same values, and without anything kept.
        static Head Fresh(Head head)
        {
            Head fresh = Head.Create(head.Configuration);
            head.Parameters.Values.CopyTo(fresh.Parameters.Values, 0);
            return fresh;
        }
    }

    [TestCaseSource(nameof(Heads))]
    public void A_warm_call_allocates_nothing(HeadConfiguration configuration)
    {
        Head head = Create(configuration);
        float[] vectors = Vectors(), result = new float[Rows * configuration.OutputDimension];
        for (int warm = 0; warm < 5; warm++) head.Apply(vectors, result, WorkerPool.Single);

        Assert.That(Allocation.Fewest(() => head.Apply(vectors, result, WorkerPool.Single)), Is.Zero);
    }

    [Test]
    public void Callers_with_threads_of_their_own_get_the_same_bits_at_once()
    {
        Head head = Create(HeadConfiguration.Quantum(Inputs, Outputs));
        float[] vectors = Vectors(), expected = new float[Rows * Outputs];
        Create(HeadConfiguration.Quantum(Inputs, Outputs)).Apply(vectors, expected, WorkerPool.Single);

        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, call =>
        {
            using WorkerPool workers = new(1 + (call % 3));
            float[] result = new float[Rows * Outputs];
            head.Apply(vectors, result, workers);
            Assert.That(result, Is.EqualTo(expected));
        });
    }

    [Test]
    public void No_rows_are_nothing() => Create(Heads[1]).Apply([], [], WorkerPool.Single);

    [Test]
    public void What_does_not_fit_is_refused()
    {
        Head head = Create(Heads[1]);

        Assert.That(() => head.Apply(new float[Inputs + 1], new float[Outputs], WorkerPool.Single), Names("vectors"));
        Assert.That(() => head.Apply(new float[Inputs], new float[Outputs - 1], WorkerPool.Single), Names("result"));
        Assert.That(() => head.Apply(new float[Inputs], new float[Outputs + 1], WorkerPool.Single), Names("result"));
        Assert.That(() => head.Apply(new float[Inputs], new float[Outputs], null!), Names("workers"));
        Assert.That(
            () => head.Apply(new float[Inputs], new float[Outputs], WorkerPool.Single, EmbeddingFormat.Amplitudes),
            Throws.TypeOf<QEngineException>());
        Assert.That(
            () => head.Apply(new float[Inputs], new float[Outputs], WorkerPool.Single, cancellationToken: new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Names(string parameter) =>
        Throws.InstanceOf<ArgumentException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(parameter);

    private static Head Create(HeadConfiguration configuration)
    {
        Head head = Head.Create(configuration);
        head.Parameters.Initialize(3);
        return head;
    }

    private static float[] Vectors()
    {
        float[] vectors = new float[Rows * Inputs];
        for (int i = 0; i < vectors.Length; i++) vectors[i] = MathF.Sin(i);
        return vectors;
    }
}
