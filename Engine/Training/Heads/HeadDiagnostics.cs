using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>Signs of a head that stops learning, as the paper's failed runs show them: saturated tanh, collapsed angles.</summary>
/// <param name="SaturatedShare">
/// Share of the numbers behind a tanh whose |tanh| is above 0.99, where its derivative is below 0.02; NaN for other heads than one module
/// with a tanh.
/// </param>
/// <param name="Spread">
/// Mean over the columns of the representation of its standard deviation over texts; near 0 where all texts look the same.
/// </param>
/// <param name="ProbabilityError">
/// Largest distance of a qubit's squared Bloch length from 1, that is, of its probabilities' sum from 1; 0 for a classical head.
/// </param>
/// <param name="Angles">[<see cref="Bins"/>], number of angles omega in equal bins from -pi to pi; empty for a classical head.</param>
internal sealed record HeadDiagnostics(double SaturatedShare, double Spread, double ProbabilityError, IReadOnlyList<int> Angles)
{
    /// <summary>Bins of <see cref="Angles"/>.</summary>
    public const int Bins = 16;

    /// <summary>Names of the diagnostics in a report.</summary>
    public const string SaturatedShareName = "saturated share", SpreadName = "spread", ProbabilityErrorName = "probability error";

    private const float SaturatedTanh = 0.99f;
    private static readonly float SaturatedInput = MathF.Atanh(SaturatedTanh);

    /// <summary>Measures a model on texts, without dropout.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">Token ids, at least one text; some hundred are enough.</param>
    /// <param name="workers">The threads to use.</param>
    public static HeadDiagnostics Measure(EmbeddingModel<float> model, PackedSequences texts, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(workers);
        Tape<float> tape = new(workers, recording: false);
        Tensor<float> pooled = model.Pool(tape, texts, DropoutSequence.None), rows = model.Represent(tape, pooled);
        bool quantum = model.Head.Similarity == Similarity.Fidelity;
        double saturated = model.Head.Modules switch
        {
            [{ AngleScale: EncodingScale.None }] => Share(pooled.Span, [0], SaturatedInput),
            [{ AngleScale: not null }] => Share(pooled.Span, model.Parameters.Parameters[^1].Tensor.Span, SaturatedInput),
            [DenseModule { Activation: DenseActivation.Tanh } or GroupedModule] => Share(rows.Span, [0], SaturatedTanh),
            _ => double.NaN,
        };
        return new HeadDiagnostics(saturated, SpreadOf(rows), quantum ? ErrorOf(rows) : 0, quantum ? Histogram(rows) : []);
    }

    /// <summary>Share of numbers above a limit, once divided by their scale.</summary>
    private static double Share(ReadOnlySpan<float> values, ReadOnlySpan<float> logScales, float limit)
    {
        int count = 0;
        for (int i = 0; i < values.Length; i++)
            if (MathF.Abs(values[i]) > limit * MathF.Exp(logScales[i % logScales.Length])) count++;
        return (double)count / values.Length;
    }

    private static double SpreadOf(Tensor<float> rows)
    {
        double sum = 0;
        for (int column = 0; column < rows.Columns; column++)
        {
            double mean = 0, squares = 0;
            for (int row = 0; row < rows.Rows; row++)
            {
                double difference = rows.Span[(row * rows.Columns) + column] - mean;
                mean += difference / (row + 1);
                squares += difference * (rows.Span[(row * rows.Columns) + column] - mean);
            }
            sum += Math.Sqrt(squares / rows.Rows);
        }
        return sum / rows.Columns;
    }

    private static double ErrorOf(Tensor<float> states)
    {
        double max = 0;
        int qubits = states.Columns / 2;
        for (int row = 0; row < states.Rows; row++)
        {
            ReadOnlySpan<float> state = states.Span.Slice(row * states.Columns, states.Columns);
            for (int qubit = 0; qubit < qubits; qubit++)
            {
                double x = state[qubit], z = state[qubits + qubit];
                max = Math.Max(max, Math.Abs((x * x) + (z * z) - 1));
            }
        }
        return max;
    }

    private static int[] Histogram(Tensor<float> states)
    {
        int[] bins = new int[Bins];
        int qubits = states.Columns / 2;
        for (int row = 0; row < states.Rows; row++)
        {
            ReadOnlySpan<float> state = states.Span.Slice(row * states.Columns, states.Columns);
            for (int qubit = 0; qubit < qubits; qubit++)
            {
                double angle = Math.Atan2(state[qubit], state[qubits + qubit]);
                bins[Math.Clamp((int)((angle + Math.PI) / (2 * Math.PI) * Bins), 0, Bins - 1)]++;
            }
        }
        return bins;
    }
}
