using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>Recurrent cells through several steps, against their definitions and reference numbers.</summary>
[TestFixture(typeof(float), 1e-5)]
[TestFixture(typeof(double), 1e-9)]
internal sealed class RecurrentTests<T>(double tolerance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Steps = 4, Sequences = 3;

    private static string[] Names => RecurrentCase.Names;

    [TestCaseSource(nameof(Names))]
    public void Every_step_is_its_definition(string name)
    {
        (ParameterStore<T> store, IRecurrentCell<T> cell) = Make(name);
        RecurrentOracle oracle = RecurrentCase.Oracle(name, part => Of(store, $"cell.{part}"));
        for (int steps = 1; steps <= Steps; steps++)
        {
            double[] x = Input(cell, steps);
            Assert.That(Last(cell, x, steps), Is.EqualTo(oracle.Last(x, steps, cell.Inputs)).Within(tolerance), $"{steps} steps");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Recording_changes_nothing(string name)
    {
        (_, IRecurrentCell<T> cell) = Make(name);
        double[] x = Input(cell, Steps);

        Assert.That(Last(cell, x, Steps, recording: true), Is.EqualTo(Last(cell, x, Steps)));
    }

    [TestCaseSource(nameof(Names))]
    public void A_sequence_alone_gives_what_it_gives_in_a_batch(string name)
    {
        (_, IRecurrentCell<T> cell) = Make(name);
        double[] x = Input(cell, Steps);

        double[] alone = Last(cell, x.Chunk(Steps * cell.Inputs).ElementAt(1), Steps);

        Assert.That(alone, Is.EqualTo(Last(cell, x, Steps).Chunk(cell.Outputs).ElementAt(1)));
    }

    [TestCaseSource(nameof(Names))]
    public void Bits_do_not_depend_on_the_number_of_threads(string name)
    {
        (ParameterStore<T> store, IRecurrentCell<T> cell) = Make(name);
        T[] x = Samples.Uniform<T>(1, Steps * 70 * cell.Inputs), upstream = Samples.Uniform<T>(2, 70 * cell.Outputs);
        (T[] one, T[] gradients) = Run(WorkerPool.Single);
        using WorkerPool three = new(3);
        (T[] found, T[] foundGradients) = Run(three);

        Bits.AreEqual<T>($"{name}, result", found, one);
        Bits.AreEqual<T>($"{name}, gradients", foundGradients, gradients);

        (T[] Result, T[] Gradients) Run(WorkerPool workers)
        {
            Array.Clear(store.Gradients);
            Tape<T> tape = new(workers, recording: true, store.Gradients);
            Tensor<T> leaf = tape.Leaf(x, new Shape(x.Length / cell.Inputs, cell.Inputs)), last = Recurrence.Last(tape, cell, leaf, Steps);
            T[] dx = tape.Backward(last, upstream)[leaf].ToArray();
            return (last.Span.ToArray(), [.. dx, .. store.Gradients]);
        }
    }

    /// <summary>The circuit of QLSTM's gates; the same numbers v for a gate of two layers.</summary>
    [Test]
    public void Reference_numbers_of_qlstm()
    {
        ParameterStore<T> store = new();
        QlstmGate<T> gate = new(store, "gate", 4, 2);
        store.Allocate();
        Samples.As<T>([.. Enumerable.Range(1, 24).Select(k => 0.03 * k)]).CopyTo(store.Values, 0);
        double[] v = PublishedNumbers.Of("qlstm_vqc_chen_4q_2layers", "v");

        Tensor<T> found = gate.Forward(new Tape<T>(WorkerPool.Single, recording: false), new Tensor<T>(Samples.As<T>(v), new Shape(1, 4)));

        Assert.That(Samples.Exact<T>(found.Span), Is.EqualTo(PublishedNumbers.Of("qlstm_vqc_chen_4q_2layers", "Z")).Within(tolerance));
    }

    /// <summary>
    /// The slow maps are made to write the reference's first layer of angles at x = 0 and its second at x = 0.5: e = x, and of the layers
    /// (1 - 2e, 2e), of the qubits 0.1 (q + 1) + 1.6 e.
    /// </summary>
    [Test]
    public void Reference_numbers_of_fast_weights()
    {
        ParameterStore<T> store = new();
        QfwpCell<T> cell = new(store, "cell");
        store.Allocate();
        Set("encoder.weight", k => k == 0 ? 1 : 0);
        Set("layers.weight", k => k == 0 ? -2 : k == 8 ? 2 : 0);
        Set("layers.bias", k => k == 0 ? 1 : 0);
        Set("qubits.weight", k => k % 8 == 0 ? 1.6 : 0);
        Set("qubits.bias", k => 0.1 * (k + 1));

        Assert.That(Last(cell, [0, 0.5], steps: 2), Is.EqualTo(PublishedNumbers.Of("qfwp_vqc", "Z4")).Within(tolerance));

        void Set(string name, Func<int, double> value)
        {
            Span<T> values = store.Parameters.Single(p => p.Name == $"cell.{name}").Values.Span;
            for (int k = 0; k < values.Length; k++) values[k] = T.CreateTruncating(value(k));
        }
    }

    [Test]
    public void A_regression_is_a_linear_map_of_the_last_step()
    {
        ParameterStore<T> store = new();
        IRecurrentCell<T> cell = RecurrentCase.Cell("LSTM", store);
        SequenceRegression<T> regression = new(store, "output", cell, 2);
        store.Initialize(seed: 1);
        double[] x = Input(cell, Steps);

        double[] found = Samples.Exact<T>(regression.Forward(new Tape<T>(WorkerPool.Single, recording: false), Tensor(x, cell), Steps).Span);

        Assert.That(found, Is.EqualTo(LinearOracle.Rows(Last(cell, x, Steps), Of(store, "output.weight"), Of(store, "output.bias"))).Within(tolerance));
    }

    [Test]
    public void Rows_that_are_no_whole_steps_are_refused()
    {
        (_, IRecurrentCell<T> cell) = Make("LSTM");
        Tape<T> tape = new(WorkerPool.Single, recording: false);

        Assert.That(() => Recurrence.Last(tape, cell, new(new T[10], new Shape(5, 2)), 2), Message("Recurrence: expected x.Rows % steps = 0, found 1"));
        Assert.That(() => Recurrence.Last(tape, cell, new(new T[12], new Shape(4, 3)), 2), Message("Recurrence: expected x.Shape with 2 columns, found [4, 3]"));
        Assert.That(() => Recurrence.Last(tape, cell, new(new T[8], new Shape(4, 2)), 0), Message("Recurrence: expected steps of at least 1, found 0"));

        static NUnit.Framework.Constraints.EqualStringConstraint Message(string text) => Throws.TypeOf<QEngineException>().With.Message.EqualTo(text);
    }

    [TestCase(2)]
    [TestCase(13)]
    public void Widths_that_no_gate_of_qlstm_has_are_refused(int width) =>
        Assert.That(() => new QlstmCell<T>(new(), "cell", 1, width - 1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static (ParameterStore<T> Store, IRecurrentCell<T> Cell) Make(string name)
    {
        ParameterStore<T> store = new();
        IRecurrentCell<T> cell = RecurrentCase.Cell(name, store);
        store.Initialize(seed: 1);
        RandomParameters.Fill(store, seed: 2);
        return (store, cell);
    }

    private static double[] Input(IRecurrentCell<T> cell, int steps) => Samples.Exact<T>(Samples.Uniform<T>(1, steps * Sequences * cell.Inputs));

    private static Tensor<T> Tensor(double[] x, IRecurrentCell<T> cell) => new(Samples.As<T>(x), new Shape(x.Length / cell.Inputs, cell.Inputs));

    private static double[] Of(ParameterStore<T> store, string name) => Samples.Exact<T>(store.Parameters.Single(p => p.Name == name).Values.Span);

    private static double[] Last(IRecurrentCell<T> cell, double[] x, int steps, bool recording = false) =>
        Samples.Exact<T>(Recurrence.Last(new Tape<T>(WorkerPool.Single, recording), cell, Tensor(x, cell), steps).Span);
}

/// <summary>Gradients through several steps, and how many numbers there are to train.</summary>
internal sealed class RecurrentTrainingTests
{
    private const int Steps = 3, Sequences = 2;

    private static string[] Names => RecurrentCase.Names;

    [TestCaseSource(nameof(Names))]
    public void Gradients_are_those_of_central_differences(string name)
    {
        ParameterStore<double> store = new();
        IRecurrentCell<double> cell = RecurrentCase.Cell(name, store);
        store.Initialize(seed: 1);
        RandomParameters.Fill(store, seed: 2);
        Shape shape = new(Steps * Sequences, cell.Inputs);
        double[] x = Samples.Uniform<double>(1, shape.Length), upstream = Samples.Uniform<double>(2, Sequences * cell.Outputs);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, shape);

        double[] dx = tape.Backward(Recurrence.Last(tape, cell, leaf, Steps), upstream)[leaf].ToArray(), dparameters = [.. store.Gradients];

        Near.Gradients("x", dx, CentralDifferences.Gradient(x, Weighted));
        Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, _ => Weighted(x)));

        // Recording, as inference keeps copies of weights, which central differences change.
        double Weighted(double[] at) => CentralDifferences.Dot(upstream, Recurrence.Last(new Tape<double>(WorkerPool.Single, recording: true), cell, new(at, shape), Steps).Span);
    }

    /// <summary>
    /// LSTM and GRU as torch counts, QLSTM's six circuits of 12 angles a layer, fast weights with their map 111, and of QKAN 2 (r + 1) an
    /// edge, 2 r more with trained data.
    /// </summary>
    [Test]
    public void Parameters_are_as_many_as_published()
    {
        Assert.That(Count(store => new LstmCell<float>(store, "cell", 1, 5)), Is.EqualTo((4 * 5 * (1 + 5 + 2)) + 6));
        Assert.That(Count(store => new GruCell<float>(store, "cell", 1, 5)), Is.EqualTo((3 * 5 * (1 + 5 + 2)) + 6));
        Assert.That(Count(store => new QlstmCell<float>(store, "cell", 1, 3, 4)), Is.EqualTo((6 * 12 * 4) + 5));
        Assert.That(Count(store => new QlstmCell<float>(store, "cell", 1, 3, 2)), Is.EqualTo((6 * 12 * 2) + 5));
        Assert.That(Count(store => new QfwpCell<float>(store, "cell")), Is.EqualTo(111));
        Assert.That(Count(store => new GatedQfwpCell<float>(store, "cell")), Is.EqualTo(6 + (9 * (4 + 1)) + 8 + 32 + 4 + 5));
        Assert.That(Count(store => new QkanLstmCell<float>(store, "cell", 1, 2, new() { Repetitions = 1 })), Is.EqualTo((4 * 3 * 2 * 4) + 3));
        Assert.That(Count(store => new QkanLstmCell<float>(store, "cell", 1, 2, new() { Repetitions = 1, TrainsData = true })), Is.EqualTo((4 * 3 * 2 * 6) + 3));
        Assert.That(
            Count(store => new QkanLstmCell<float>(store, "cell", 1, 5, new() { Repetitions = 1, TrainsData = true }, latent: 2)),
            Is.EqualTo((4 * (((6 * 2) + 2) + (4 * 6) + ((2 * 5) + 5))) + 6));

        static int Count(Func<ParameterStore<float>, IRecurrentCell<float>> make)
        {
            ParameterStore<float> store = new();
            _ = new SequenceRegression<float>(store, "output", make(store), 1);
            return store.Count;
        }
    }

    /// <summary>Of a reservoir five numbers are trained, and nothing of its circuits is recorded.</summary>
    [Test]
    public void Of_a_reservoir_the_linear_map_alone_is_trained()
    {
        ParameterStore<double> store = new();
        QlstmCell<double> cell = new(store, "cell", 1, 3, 2);
        store.Parameters.Freeze(true);
        SequenceRegression<double> regression = new(store, "output", cell, 1);
        store.Initialize(seed: 1);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);

        Tensor<double> y = regression.Forward(tape, new(Samples.Uniform<double>(1, 8), new Shape(8, 1)), 4);
        tape.Backward(y, [1, 1]);

        Assert.That(tape.Recorded, Is.EqualTo(1));
        Assert.That(store.Parameters.Where(p => !p.Frozen).Sum(p => p.Shape.Length), Is.EqualTo(5));
        Assert.That(store.Gradients[..^5], Is.All.Zero);
        Assert.That(store.Gradients[^5..], Has.None.Zero);
    }

    /// <summary>A step of a shape seen before allocates nothing.</summary>
    [Test]
    public void A_warm_training_step_allocates_nothing()
    {
        ParameterStore<float> store = new();
        SequenceRegression<float> regression = new(store, "output", new LstmCell<float>(store, "cell", 1, 5), 1);
        store.Initialize(seed: 1);
        Tape<float> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<float> x = new(Samples.Uniform<float>(1, 40), new Shape(40, 1));
        float[] upstream = Samples.Uniform<float>(2, 10);

        Step();
        Step();

        Assert.That(Allocation.Fewest(Step), Is.Zero);

        void Step()
        {
            tape.Reset();
            tape.Backward(regression.Forward(tape, x, 4), upstream);
        }
    }
}
