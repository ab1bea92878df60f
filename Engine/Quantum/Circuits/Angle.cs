using System.Globalization;

namespace QEngine.Quantum;

/// <summary>
/// Where the angle of a gate comes from: a constant, or a number of the call times a factor plus a constant. A parameter is shared by all
/// rows of a batch, an input is a row's own.
/// </summary>
/// <example><code>Angle a = 0.3, b = Angle.Parameter(2), c = (2 * Angle.Input(0)) + Math.PI;</code></example>
public readonly record struct Angle
{
    private Angle(AngleSource source, int index, double factor, double offset) =>
        (Source, Index, Factor, Offset) = (source, index, factor, offset);

    /// <summary>What the angle depends on.</summary>
    internal AngleSource Source { get; }

    /// <summary>Index of the parameter or column of the input; 0 for a constant.</summary>
    internal int Index { get; }

    /// <summary>What the number is multiplied by; 0 for a constant.</summary>
    internal double Factor { get; }

    /// <summary>What is added; the angle of a constant.</summary>
    internal double Offset { get; }

    /// <summary>A parameter, one number for all rows.</summary>
    /// <param name="index">Its index, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public static Angle Parameter(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(AngleSource.Parameter, index, 1, 0);
    }

    /// <summary>An input, one number a row.</summary>
    /// <param name="column">Its column, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="column"/> is negative.</exception>
    public static Angle Input(int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        return new(AngleSource.Input, column, 1, 0);
    }

    /// <summary>A constant angle.</summary>
    /// <param name="radians">In radians.</param>
    public static implicit operator Angle(double radians) => new(AngleSource.Constant, 0, 0, radians);

    /// <summary>The angle turned the other way.</summary>
    /// <param name="angle">The angle.</param>
    public static Angle operator -(Angle angle) => -1 * angle;

    /// <summary>A multiple of an angle.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="angle">The angle.</param>
    public static Angle operator *(double factor, Angle angle) =>
        new(angle.Source, angle.Index, factor * angle.Factor, factor * angle.Offset);

    /// <summary>An angle and a constant.</summary>
    /// <param name="angle">The angle.</param>
    /// <param name="radians">What is added.</param>
    public static Angle operator +(Angle angle, double radians) =>
        new(angle.Source, angle.Index, angle.Factor, angle.Offset + radians);

    /// <summary>The angle as a formula of p0, p1 and so on, the parameters, and x0, x1 and so on, the inputs.</summary>
    public override string ToString() => ToString([]);

    /// <summary>The angle as a formula of parameters by their names; those beyond the names are p and their index.</summary>
    internal string ToString(IReadOnlyList<string> names)
    {
        string offset = Offset.ToString("R", CultureInfo.InvariantCulture);
        if (Source == AngleSource.Constant) return offset;
        string factor = Factor == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Factor:R}*");
        bool isNamed = Source == AngleSource.Parameter && Index < names.Count;
        string term = factor + (isNamed ? names[Index] : $"{(Source == AngleSource.Parameter ? "p" : "x")}{Index}");
        return Offset == 0 ? term : $"{term}{(Offset > 0 ? "+" : "")}{offset}";
    }

    /// <summary>The angle of given numbers.</summary>
    internal double Value(ReadOnlySpan<double> inputs, ReadOnlySpan<double> parameters) => Source switch
    {
        AngleSource.Input => (Factor * inputs[Index]) + Offset,
        AngleSource.Parameter => (Factor * parameters[Index]) + Offset,
        _ => Offset,
    };

    /// <summary>The sum, or null where it is of two different numbers.</summary>
    internal Angle? Plus(Angle other)
    {
        if (other.Source == AngleSource.Constant) return this + other.Offset;
        if (Source == AngleSource.Constant) return other + Offset;
        bool one = (Source, Index) == (other.Source, other.Index);
        return one ? new(Source, Index, Factor + other.Factor, Offset + other.Offset) : null;
    }

    /// <summary>The same angle of numbers that lie further on in the call.</summary>
    internal Angle Moved(int firstInput, int firstParameter) => Source switch
    {
        AngleSource.Input => new(Source, checked(Index + firstInput), Factor, Offset),
        AngleSource.Parameter => new(Source, checked(Index + firstParameter), Factor, Offset),
        _ => this,
    };
}

/// <summary>What an angle depends on.</summary>
internal enum AngleSource
{
    /// <summary>Nothing.</summary>
    Constant,

    /// <summary>A number shared by all rows.</summary>
    Parameter,

    /// <summary>A number of the row.</summary>
    Input,
}
