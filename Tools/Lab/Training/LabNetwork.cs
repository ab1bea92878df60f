using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Training;

namespace QEngine.Tools.Lab;

/// <summary>What a network computes.</summary>
/// <param name="tape">Storage and record.</param>
/// <param name="x">Rows of the examples of a batch, one example after another.</param>
/// <param name="dropout">Source of dropouts.</param>
internal delegate Tensor<float> Forward(Tape<float> tape, Tensor<float> x, DropoutSequence dropout);

/// <summary>The loss of some examples.</summary>
/// <param name="tape">Storage and record.</param>
/// <param name="chosen">Which examples; others in the next step.</param>
/// <param name="dropout">Source of dropouts.</param>
internal delegate Tensor<float> BatchLoss(Tape<float> tape, ReadOnlySpan<int> chosen, DropoutSequence dropout);

/// <summary>How a network is trained: by Adam on shuffled batches.</summary>
/// <param name="Epochs">Passes over the examples.</param>
/// <param name="Batch">Examples of a step.</param>
/// <param name="Rate">Learning rate at first.</param>
internal sealed record LabTraining(int Epochs, int Batch, double Rate)
{
    /// <summary>Whether the learning rate falls to 0 by half a cosine over the epochs.</summary>
    public bool IsCosine { get; init; }

    /// <summary>Whether the parameters are at last those after the epoch with the lowest loss.</summary>
    public bool KeepsBest { get; init; }

    /// <summary>Settings of Adam.</summary>
    public AdamSettings Adam { get; init; } = new();

    /// <summary>The learning rate of an epoch, from 0.</summary>
    public double RateOf(int epoch) => IsCosine ? Rate * (1 + Math.Cos(Math.PI * epoch / Epochs)) / 2 : Rate;
}

/// <summary>A network with its parameters. Same seed, same bits, at any number of threads.</summary>
internal sealed class LabNetwork
{
    private const ulong ParameterPart = 0, OrderPart = 1;

    private readonly LabRun _run;
    private readonly ParameterStore<float> _store = new();
    private readonly Forward _forward;
    private readonly Tape<float> _inference;

    /// <summary>Declares and initialises a network.</summary>
    /// <param name="run">Seed and threads.</param>
    /// <param name="build">Declares its parameters.</param>
    public LabNetwork(LabRun run, Func<ParameterStore<float>, Forward> build)
    {
        _run = run;
        _forward = build(_store);
        _store.Initialize(new SplittableRandom(run.Seed).Split(ParameterPart).State);
        _inference = new Tape<float>(run.Workers, recording: false);
    }

    /// <summary>Its parameters.</summary>
    public ParameterStore<float> Store => _store;

    /// <summary>Numbers that training moves.</summary>
    public int Trainable => _store.Parameters.Sum(parameter => parameter.Frozen ? 0 : parameter.Shape.Length);

    /// <summary>What it computes, for a loss of its own.</summary>
    public Forward Forward => _forward;

    /// <summary>What it makes of rows. The circuits that it runs for the first go to the run, where none did before.</summary>
    /// <param name="inputs">[rows, columns].</param>
    /// <param name="columns">Columns.</param>
    public float[] Predict(float[] inputs, int columns)
    {
        _inference.Reset();
        Tensor<float> x = new(inputs, new Shape(inputs.Length / columns, columns));
        if (_run.Circuits is { Count: 0 } circuits) circuits.AddRange(Circuits(x));
        return _forward(_inference, x, DropoutSequence.None).Span.ToArray();
    }

    /// <summary>Trains it on examples.</summary>
    /// <returns>The mean loss of every epoch.</returns>
    /// <exception cref="QEngineException">The loss or its gradients are not finite.</exception>
    public double[] Train(Examples examples, LabTraining training) => Train(
        examples.Count, training,
        (tape, chosen, dropout) => examples.Loss(tape, _forward(tape, examples.Gather(tape, chosen), dropout), chosen));

    /// <summary>Trains it by a loss of its own, which calls what was built.</summary>
    /// <param name="count">Examples, at least 1.</param>
    /// <param name="training">How.</param>
    /// <param name="loss">The loss.</param>
    /// <returns>The mean loss of every epoch.</returns>
    /// <exception cref="QEngineException">The loss or its gradients are not finite.</exception>
    public double[] Train(int count, LabTraining training, BatchLoss loss)
    {
        SplittableRandom random = new SplittableRandom(_run.Seed).Split(OrderPart);
        Tape<float> tape = new(_run.Workers, recording: true, _store.Gradients);
        AdamOptimizer optimizer = new(_store, training.Adam, _run.Workers);
        DropoutSequence dropout = DropoutSequence.ForTraining();
        int[] order = [.. Enumerable.Range(0, count)];
        double[] losses = new double[training.Epochs];
        float[]? best = null;
        for (int epoch = 0; epoch < training.Epochs; epoch++)
        {
            random.Shuffle<int>(order);
            for (int start = 0; start < count; start += training.Batch)
            {
                int[] chosen = order[start..Math.Min(count, start + training.Batch)];
                dropout.Begin(random.NextBits());
                tape.Reset();
                optimizer.ClearGradients();
                Tensor<float> mean = loss(tape, chosen, dropout);
                tape.Backward(mean);
                losses[epoch] += (double)mean.Span[0] * chosen.Length / count;
                optimizer.Step(training.RateOf(epoch));
                _run.Report((epoch + ((double)start / count)) / training.Epochs);
            }
            if (!double.IsFinite(losses[epoch])) throw new QEngineException($"expected a finite loss, found {losses[epoch]}");
            if (training.KeepsBest && losses[epoch] <= losses[..(epoch + 1)].Min()) best = [.. _store.Values];
        }
        if (best is not null) Restore(best);
        return losses;
    }

    private IReadOnlyList<BoundCircuit> Circuits(Tensor<float> x)
    {
        Tape<float> tape = new(_run.Workers, recording: true) { KeepsCircuits = true };
        _forward(tape, tape.WithGradient(x), DropoutSequence.None);
        return CircuitRecord.Of(tape);
    }

    private void Restore(float[] values)
    {
        values.CopyTo(_store.Values, 0);
        foreach (Parameter<float> parameter in _store.Parameters) parameter.Changed();
    }
}
