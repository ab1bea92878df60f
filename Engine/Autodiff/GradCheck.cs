using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Autodiff;

/// <summary>
/// Checks that an operation's backward pass is the derivative of its forward pass: in double, by central differences,
/// against a random weight on every element of the result.
/// </summary>
/// <remarks>
/// With weights w, the function checked is L(x) = w . f(x). An upstream gradient of ones would hide errors that a
/// random one shows. An error is relative to the largest derivative by any element of the same input, so that small gradients are
/// checked as closely as large ones; what rounding alone can make of the difference quotient is no error. An element of the result
/// that is infinite has to be the same infinity everywhere: a score that is excluded.
/// </remarks>
public static class GradCheck
{
    // Half a unit in the last place, and how many of them a result of many operations may be off by.
    private const double UnitRoundoff = 1.0 / (1L << 53), RoundingUnits = 8;

    /// <summary>A function under test: records operations on the tape and returns the result.</summary>
    /// <param name="tape">A recording tape.</param>
    /// <param name="inputs">The inputs as leaves of the tape.</param>
    public delegate Tensor<double> Function(Tape<double> tape, Tensor<double>[] inputs);

    /// <summary>An input of the function under test.</summary>
    /// <param name="Values">The point at which the derivative is checked.</param>
    /// <param name="Shape">Its shape.</param>
    public readonly record struct Input(double[] Values, Shape Shape);

    /// <summary>The largest disagreement found.</summary>
    /// <param name="Error">|analytic - numeric|, less what rounding explains, over the largest derivative by the same input.</param>
    /// <param name="InputIndex">Which input.</param>
    /// <param name="Element">Which of its elements.</param>
    /// <param name="Analytic">The backward pass's derivative.</param>
    /// <param name="Numeric">The difference quotient.</param>
    public readonly record struct Result(double Error, int InputIndex, int Element, double Analytic, double Numeric)
    {
        /// <inheritdoc/>
        public override string ToString() =>
            $"input {InputIndex}, element {Element}: analytic {Analytic:R}, numeric {Numeric:R}, error {Error:E2}";
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
        for (int input = 0; input < inputs.Count; input++)
        {
            Quotient[] numeric = new Quotient[inputs[input].Values.Length];
            for (int element = 0; element < numeric.Length; element++)
                numeric[element] = Difference(tape, function, inputs, weights, input, element, step);
            double scale = Scale(analytic[input], numeric);
            for (int element = 0; element < numeric.Length; element++)
            {
                double error = Error(analytic[input][element], numeric[element], scale);
                if (error > worst.Error) worst = new Result(error, input, element, analytic[input][element], numeric[element].Value);
            }
        }
        return worst;
    }

    /// <summary>The largest derivative by any element.</summary>
    private static double Scale(double[] analytic, Quotient[] numeric)
    {
        double scale = 0;
        for (int i = 0; i < analytic.Length; i++) scale = Math.Max(scale, Math.Max(Math.Abs(analytic[i]), Math.Abs(numeric[i].Value)));
        return scale;
    }

    private static double Error(double analytic, Quotient numeric, double scale)
    {
        double beyondRounding = Math.Max(0, Math.Abs(analytic - numeric.Value) - numeric.Rounding);
        double error = beyondRounding == 0 ? 0 : beyondRounding / scale;
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    private static Tensor<double> Evaluate(Tape<double> tape, Function function, IReadOnlyList<Input> inputs, out Tensor<double>[] leaves)
    {
        tape.Reset();
        leaves = new Tensor<double>[inputs.Count];
        for (int i = 0; i < inputs.Count; i++) leaves[i] = tape.Leaf(inputs[i].Values, inputs[i].Shape);
        return function(tape, leaves);
    }

    private static Quotient Difference(
        Tape<double> tape, Function function, IReadOnlyList<Input> inputs, double[] weights, int input, int element, double step)
    {
        ref double x = ref inputs[input].Values[element];
        double original = x, h = step * Math.Max(1, Math.Abs(original));
        x = original + h;
        double[] above = Evaluate(tape, function, inputs, out _).Span.ToArray();
        x = original - h;
        ReadOnlySpan<double> below = Evaluate(tape, function, inputs, out _).Span;
        x = original;
        double sum = 0, size = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            // The difference of equal infinities is not a number, but there is none.
            if (double.IsInfinity(above[i]) && above[i] == below[i]) continue;
            sum += weights[i] * (above[i] - below[i]);
            size += Math.Abs(weights[i]) * Math.Max(Math.Abs(above[i]), Math.Abs(below[i]));
        }
        return new Quotient(sum / (2 * h), RoundingUnits * UnitRoundoff * size / h);
    }

    private static double[] Weights(int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        double[] weights = new double[count];
        for (int i = 0; i < count; i++) weights[i] = random.NextGaussian();
        return weights;
    }

    /// <summary>A difference quotient and what rounding of the function's values may have changed of it.</summary>
    private readonly record struct Quotient(double Value, double Rounding);
}
