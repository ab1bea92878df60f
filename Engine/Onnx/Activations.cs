namespace QEngine.Onnx;

/// <summary>A value that has a vector for every token, or is on the way to one.</summary>
/// <param name="width">The vector's numbers.</param>
internal abstract class Activation(long width) : Meaning
{
    /// <summary>Numbers of a token's vector.</summary>
    public long Width => width;
}

/// <summary>Rows of a table.</summary>
internal sealed class Lookup(Weight table, Numbers index) : Activation(table.Shape[1])
{
    public Weight Table => table;

    public Numbers Index => index;
}

/// <summary>Sum of rows of several tables.</summary>
internal sealed class LookupSum(params Lookup[] parts) : Activation(parts[0].Width)
{
    public Lookup[] Parts => parts;
}

/// <summary>x M + b; without b until it is added.</summary>
/// <param name="of">x.</param>
/// <param name="matrix">M [in, out].</param>
/// <param name="bias">b [out].</param>
internal sealed class Affine(Activation of, Weight matrix, Weight? bias) : Activation(matrix.Shape[1])
{
    public Activation Of => of;

    public Weight Matrix => matrix;

    public Weight? Bias => bias;
}

/// <summary>A linear map's result added to what a layer's half began with.</summary>
internal sealed class Residual(Affine update, State below) : Activation(below.Width)
{
    public Affine Update => update;

    public State Below => below;
}

/// <summary>Times a number.</summary>
/// <param name="of">What.</param>
/// <param name="factor">The number; null where it cannot be told.</param>
internal sealed class Scaled(Activation of, double? factor) : Activation(of.Width)
{
    public Activation Of => of;

    public double? Factor => factor;
}

/// <summary>What a step on the way to a normalisation or to GELU has computed of x.</summary>
internal enum StepKind
{
    /// <summary>Mean of x.</summary>
    Mean,

    /// <summary>x less its mean.</summary>
    Centered,

    /// <summary>Square of the centred x.</summary>
    Square,

    /// <summary>Mean of the square.</summary>
    Variance,

    /// <summary>Variance plus a number, epsilon.</summary>
    Padded,

    /// <summary>Root of it.</summary>
    Deviation,

    /// <summary>One over the root.</summary>
    InverseDeviation,

    /// <summary>Centred x over the deviation.</summary>
    Standardized,

    /// <summary>Times the gain.</summary>
    Gained,

    /// <summary>erf(x / sqrt 2).</summary>
    Erf,

    /// <summary>(1 + erf(x / sqrt 2)) times the number.</summary>
    OnePlusErf,

    /// <summary>x (1 + erf(x / sqrt 2)) times the number: GELU where that is 1/2.</summary>
    Gelu,
}

/// <summary>A step on the way to a normalisation or to GELU.</summary>
/// <param name="kind">Which.</param>
/// <param name="of">x.</param>
/// <param name="number">Epsilon, or a factor.</param>
/// <param name="gain">The normalisation's gain.</param>
internal sealed class Step(StepKind kind, Activation of, double? number = null, Weight? gain = null) : Activation(of.Width)
{
    public StepKind Kind => kind;

    public Activation Of => of;

    public double? Number => number;

    public Weight? Gain => gain;

    /// <summary>Whether it is GELU of x.</summary>
    public bool IsGelu => kind == StepKind.Gelu && Near.Is(number, 0.5);
}

/// <summary>
/// An activation as bytes, with what makes it real again: one of the three results of DynamicQuantizeLinear, or QuantizeLinear's one.
/// </summary>
internal sealed class Quantized(Activation of, int part) : Meaning
{
    public const int Bytes = 0, Scale = 1, Zero = 2;

    public Activation Of => of;

    public int Part => part;
}

/// <summary>Product of whole numbers that stands for one of real numbers.</summary>
/// <param name="left">The left side.</param>
/// <param name="right">The right side: a tensor of the file, or an activation.</param>
/// <param name="zero">The right tensor's zero, or null.</param>
internal sealed class IntegerProduct(Activation left, Meaning right, OnnxTensor? zero) : Meaning
{
    public Activation Left => left;

    public Meaning Right => right;

    public OnnxTensor? Zero => zero;
}

/// <summary>Product of the scales of two quantised sides.</summary>
internal sealed class ScaleProduct(Activation left, Meaning right) : Meaning
{
    public Activation Left => left;

    public Meaning Right => right;
}

/// <summary>Comparison of constants that went through numbers of few bits.</summary>
internal static class Near
{
    private const double Tolerance = 2e-3;

    public static bool Is(double? found, double expected) =>
        found is double value && Math.Abs(value - expected) <= Tolerance * Math.Abs(expected);
}
