namespace QEngine.Tests.Oracles;

/// <summary>Reverse-mode differentiation number by number, in double precision: slow and obvious, shares nothing with the engine.</summary>
internal sealed class ScalarTape
{
    private readonly List<(int A, double SlopeA, int B, double SlopeB)> _nodes = [];

    /// <summary>A number whose derivative is wanted, or a constant.</summary>
    public Scalar Leaf(double value) => Record(value, -1, 0, -1, 0);

    public Scalar Record(double value, int a, double slopeA, int b, double slopeB)
    {
        _nodes.Add((a, slopeA, b, slopeB));
        return new Scalar(this, _nodes.Count - 1, value);
    }

    /// <summary>Derivatives of one number with respect to all recorded before it.</summary>
    public double[] Gradients(Scalar of)
    {
        double[] gradients = new double[_nodes.Count];
        gradients[of.Index] = 1;
        for (int i = of.Index; i >= 0; i--)
        {
            (int a, double slopeA, int b, double slopeB) = _nodes[i];
            if (a >= 0) gradients[a] += slopeA * gradients[i];
            if (b >= 0) gradients[b] += slopeB * gradients[i];
        }
        return gradients;
    }
}

/// <summary>A recorded number.</summary>
internal readonly record struct Scalar(ScalarTape Tape, int Index, double Value)
{
    public static Scalar operator +(Scalar a, Scalar b) => a.Tape.Record(a.Value + b.Value, a.Index, 1, b.Index, 1);

    public static Scalar operator -(Scalar a, Scalar b) => a.Tape.Record(a.Value - b.Value, a.Index, 1, b.Index, -1);

    public static Scalar operator *(Scalar a, Scalar b) => a.Tape.Record(a.Value * b.Value, a.Index, b.Value, b.Index, a.Value);

    public static Scalar operator /(Scalar a, Scalar b) => a.Tape.Record(a.Value / b.Value, a.Index, 1 / b.Value, b.Index, -a.Value / (b.Value * b.Value));

    public static Scalar operator +(Scalar a, double b) => a.Unary(a.Value + b, 1);

    public static Scalar operator *(Scalar a, double b) => a.Unary(a.Value * b, b);

    public static Scalar operator -(Scalar a) => a.Unary(-a.Value, -1);

    public Scalar Exp() => Unary(Math.Exp(Value), Math.Exp(Value));

    public Scalar Log() => Unary(Math.Log(Value), 1 / Value);

    public Scalar Sqrt() => Unary(Math.Sqrt(Value), 0.5 / Math.Sqrt(Value));

    public Scalar Tanh() => Unary(Math.Tanh(Value), 1 - (Math.Tanh(Value) * Math.Tanh(Value)));

    public Scalar Sin() => Unary(Math.Sin(Value), Math.Cos(Value));

    public Scalar Cos() => Unary(Math.Cos(Value), -Math.Sin(Value));

    /// <summary>x Phi(x).</summary>
    public Scalar Gelu()
    {
        double distribution = 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-Value / Math.Sqrt(2)), density = Math.Exp(-Value * Value / 2) / Math.Sqrt(2 * Math.PI);
        return Unary(Value * distribution, distribution + (Value * density));
    }

    private Scalar Unary(double value, double slope) => Tape.Record(value, Index, slope, -1, 0);
}
