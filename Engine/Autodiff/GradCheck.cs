using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Autodiff;

/// <summary>
/// Checks that an operation's backward pass is the derivative of its forward pass: in double, by central differences,
/// against a random weight on every element of the result.
/// </summary>
/// <remarks>
/// With weights w, the function checked is L(x) = w . f(x). An upstream gradient of ones would hide errors that a
/// random one shows. Errors are relative to max(1, |analytic|, |numeric|).
/// </remarks>
public static class GradCheck
{
    /// <summary>A function under test: records operations on the tape and returns the result.</summary>
    /// <param name="tape">A recording tape.</param>
    /// <param name="inputs">The inputs as leaves of the tape.</param>
    public delegate Tensor<double> Function(Tape<double> tape, Tensor<double>[] inputs);

    /// <summary>An input of the function under test.</summary>
    /// <param name="Values">The point at which the derivative is checked.</param>
    /// <param name="Shape">Its shape.</param>
    public readonly record struct Input(double[] Values, Shape Shape);

    /// <summary>The largest disagreement found.</summary>
    /// <param name="Error">|analytic - numeric| / max(1, |analytic|, |numeric|).</param>
    /// <param name="InputIndex">Which input.</param>
    /// <param name="Element">Which of its elements.</param>
    /// <param name="Analytic">The backward pass's derivative.</param>
    /// <param name="Numeric">The difference quotient.</param>
    public readonly record struct Result(double Error, int InputIndex, int Element, double Analytic, double Numeric)
    {
        /// <inheritdoc/>
        public override string ToString() => $"input {InputIndex}, element {Element}: analytic {Analytic:R}, numeric {Numeric:R}, error {Error:E2}";
    }

    /// <summary>Compares the derivative of every element of every input.</summary>
    /// <param name="function">The function under test.</param>
    /// <param name="inputs">Where to check it.</param>
    /// <param name="seed">Picks the weights of the result.</param>
    /// <param name="step">Step of the differences, scaled by max(1, |x|).</param>
    /// <returns>The largest disagreement; not a number in either derivative counts as infinite.</returns>
    public static Result Run(Function function, IReadOnlyList<Input> inputs, ulong seed, double step = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> result = Evaluate(tape, function, inputs, out Tensor<double>[] leaves);
        double[] weights = Weights(result.Shape.Length, seed);
        Gradients<double> gradients = tape.Backward(result, weights);
        double[][] analytic = new double[inputs.Count][];
        for (int i = 0; i < inputs.Count; i++) analytic[i] = gradients[leaves[i]].ToArray();

        Result worst = default;
        for (int i = 0; i < inputs.Count; i++)
        {
            for (int element = 0; element < inputs[i].Values.Length; element++)
            {
                double numeric = Difference(tape, function, inputs, weights, i, element, step);
                double scale = Math.Max(1, Math.Max(Math.Abs(analytic[i][element]), Math.Abs(numeric)));
                double error = Math.Abs(analytic[i][element] - numeric) / scale;
                if (double.IsNaN(error)) error = double.PositiveInfinity;
                if (error > worst.Error) worst = new Result(error, i, element, analytic[i][element], numeric);
            }
        }
        return worst;
    }

    private static Tensor<double> Evaluate(Tape<double> tape, Function function, IReadOnlyList<Input> inputs, out Tensor<double>[] leaves)
    {
        tape.Reset();
        leaves = new Tensor<double>[inputs.Count];
        for (int i = 0; i < inputs.Count; i++) leaves[i] = tape.Leaf(inputs[i].Values, inputs[i].Shape);
        return function(tape, leaves);
    }

    private static double Difference(
        Tape<double> tape, Function function, IReadOnlyList<Input> inputs, double[] weights, int input, int element, double step)
    {
        ref double x = ref inputs[input].Values[element];
        double original = x, h = step * Math.Max(1, Math.Abs(original));
        x = original + h;
        double above = Dot(weights, Evaluate(tape, function, inputs, out _).Span);
        x = original - h;
        double below = Dot(weights, Evaluate(tape, function, inputs, out _).Span);
        x = original;
        return (above - below) / (2 * h);
    }

    private static double Dot(double[] weights, ReadOnlySpan<double> values)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            if (!double.IsInfinity(values[i])) sum += weights[i] * values[i];
        return sum;
    }

    private static double[] Weights(int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        double[] weights = new double[count];
        for (int i = 0; i < count; i++) weights[i] = random.NextGaussian();
        return weights;
    }
}
