namespace QEngine.Onnx;

/// <summary>What numbers are that index a table or count.</summary>
internal enum NumbersKind
{
    /// <summary>Anything: extents, scalars, masks.</summary>
    Computed,

    /// <summary>The numbers of an input as they are.</summary>
    Input,

    /// <summary>0, 1, 2 and so on along the sequence.</summary>
    Positions,

    /// <summary>Zeros alone.</summary>
    Zeros,
}

/// <summary>Numbers that come of inputs, extents and constants alone, known as far as they say something about the encoder.</summary>
internal sealed class Numbers : Meaning
{
    // Extents of a tensor; longer ones are kept of the file's own tensors alone.
    private const int MaxComputed = 64;

    private readonly bool _ordered;
    private NumbersKind? _kind;

    /// <summary>Numbers of which some may be known.</summary>
    /// <param name="values">Row-major, null where unknown; null where not even their count is known.</param>
    /// <param name="rank">Axes, or null where unknown.</param>
    public Numbers(double?[]? values, int? rank = null) => (Values, Rank) = (values, rank);

    private Numbers(NumbersKind kind, string? input, bool ordered) => (_kind, Input, _ordered) = (kind, input, ordered);

    /// <summary>Numbers of which nothing is known.</summary>
    public static Numbers Unknown { get; } = new(null);

    /// <summary>Zeros.</summary>
    public static Numbers Zeros { get; } = new(NumbersKind.Zeros, null, false);

    /// <summary>Positions.</summary>
    public static Numbers Positions { get; } = new(NumbersKind.Positions, null, true);

    /// <summary>Computed from positions: a mask by order is, and that of an encoder is not.</summary>
    public static Numbers FromPositions { get; } = new(NumbersKind.Computed, null, true);

    /// <summary>The numbers, as far as known.</summary>
    public double?[]? Values { get; }

    /// <summary>Axes, or null where unknown.</summary>
    public int? Rank { get; }

    /// <summary>The input they are, or null.</summary>
    public string? Input { get; }

    /// <summary>What they are.</summary>
    public NumbersKind Kind => _kind ??= Values is null ? NumbersKind.Computed
        : Matches(0) ? NumbersKind.Zeros
        : Matches(1) ? NumbersKind.Positions
        : NumbersKind.Computed;

    /// <summary>Whether they depend on positions.</summary>
    public bool Ordered => _ordered || Kind == NumbersKind.Positions;

    /// <summary>Whether there is one of them.</summary>
    public bool IsSingle => Values is { Length: 1 };

    /// <summary>The one number, where there is one and it is known.</summary>
    public double? Single => IsSingle ? Values![0] : null;

    /// <inheritdoc/>
    public override Numbers AsNumbers => this;

    /// <summary>Numbers that a node computes; many of them are not kept.</summary>
    public static Numbers Computed(double?[] values, int? rank)
    {
        Numbers numbers = new(values, rank);
        return values.Length <= MaxComputed ? numbers : numbers.Resized();
    }

    /// <summary>An input.</summary>
    public static Numbers OfInput(string name) => new(NumbersKind.Input, name, name == "position_ids");

    /// <summary>The same in another shape, which is not looked at: what they are stays.</summary>
    public Numbers Reshaped(int? rank = null) => Values is null ? this : new Numbers(Values, rank);

    /// <summary>The same repeated or cut from the first on: what they are stays, how many of them does not.</summary>
    public Numbers Resized() => Kind switch
    {
        NumbersKind.Zeros => Zeros,
        NumbersKind.Positions => Positions,
        NumbersKind.Input => this,
        _ => Ordered ? FromPositions : Unknown,
    };

    /// <summary>Anything computed from both.</summary>
    public static Numbers Combine(Numbers a, Numbers b) => a.Ordered || b.Ordered ? FromPositions : Unknown;

    /// <summary>Number by number, where they are known.</summary>
    public static Numbers Combine(Numbers a, Numbers b, Func<double, double, double> combine)
    {
        if (a.Values is null || b.Values is null || a.Values.Length > MaxComputed || b.Values.Length > MaxComputed
            || (a.Values.Length != b.Values.Length && !a.IsSingle && !b.IsSingle)) return Combine(a, b);
        double?[] values = new double?[Math.Max(a.Values.Length, b.Values.Length)];
        for (int i = 0; i < values.Length; i++)
        {
            double? left = a.Values[a.IsSingle ? 0 : i], right = b.Values[b.IsSingle ? 0 : i];
            values[i] = left is double x && right is double y ? combine(x, y) : null;
        }
        return new Numbers(values, a.Rank is int p && b.Rank is int q ? Math.Max(p, q) : null);
    }

    // 0, step, 2 step and so on.
    private bool Matches(int step)
    {
        if (Values!.Length <= step) return false;
        for (int i = 0; i < Values.Length; i++)
        {
            if (Values[i] != i * step) return false;
        }
        return true;
    }
}
