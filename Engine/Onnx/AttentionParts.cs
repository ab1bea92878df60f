namespace QEngine.Onnx;

/// <summary>A projection cut into heads, perhaps scaled.</summary>
/// <param name="of">The projection.</param>
/// <param name="factor">What it is multiplied with; null where that cannot be told.</param>
/// <param name="count">How many heads; null where that cannot be told.</param>
/// <param name="layout">The axes in their order: b batch, s sequence, h heads, d numbers of a head.</param>
internal sealed class Heads(Affine of, double? factor, long? count, string layout) : Activation(of.Width)
{
    /// <summary>As a projection is cut.</summary>
    public const string Cut = "bshd";

    /// <summary>As a product over the sequence wants it.</summary>
    public const string ByHead = "bhsd";

    /// <summary>The same with the last axes exchanged.</summary>
    public const string ByHeadTransposed = "bhds";

    // Batch and heads as one axis.
    private const char Merged = 'm';

    public Affine Of => of;

    public double? Factor => factor;

    public long? Count => count;

    public string Layout => layout;

    /// <summary>
    /// The same with batch and heads as one axis, or apart again: so a key's last axes are exchanged by a fixed order; null for other
    /// shapes.
    /// </summary>
    public Heads? Reshape(double?[]? extents) => (layout, extents?.Length) switch
    {
        (ByHead, 3) => new Heads(of, factor, count, $"{Merged}sd"),
        ([Merged, _, _], 4) => new Heads(of, factor, count, $"bh{layout[1..]}"),
        _ => null,
    };

    /// <summary>The same with its axes in another order; null where the order is none.</summary>
    public Heads? Transpose(IReadOnlyList<long> order) =>
        Permute(layout, order) is string moved ? new Heads(of, factor, count, moved) : null;

    /// <summary>A layout with its axes in another order.</summary>
    public static string? Permute(string layout, IReadOnlyList<long> order)
    {
        if (order.Count != layout.Length) return null;
        char[] moved = new char[layout.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            if (order[i] < 0 || order[i] >= layout.Length) return null;
            moved[i] = layout[(int)order[i]];
        }
        return new string(moved);
    }
}

/// <summary>Products of queries and keys, perhaps scaled and masked.</summary>
internal sealed class Scores(Heads query, Heads key, double? factor) : Activation(query.Width)
{
    public Heads Query => query;

    public Heads Key => key;

    public double? Factor => factor;

    /// <summary>How many heads there are; where no reshape tells, the factor 1 / sqrt(width of a head) does.</summary>
    public long? Count
    {
        get
        {
            if ((query.Count ?? key.Count) is long count) return count;
            if (factor is not (double and > 0)) return null;
            double heads = Width * factor.Value * factor.Value;
            return Math.Abs(heads - Math.Round(heads)) < 0.05 ? (long)Math.Round(heads) : null;
        }
    }

    /// <summary>Whether the factor is the one of attention, or cannot be told.</summary>
    public bool IsScaled => factor is null || (Count is long count && count > 0 && Near.Is(factor * Math.Sqrt((double)Width / count), 1));
}

/// <summary>Softmax of the scores over the keys.</summary>
internal sealed class Probabilities(Scores of) : Activation(of.Width)
{
    public Scores Of => of;
}

/// <summary>Values weighed by the probabilities, head by head.</summary>
internal sealed class HeadContext(Scores scores, Heads value, string layout) : Activation(value.Width)
{
    public Scores Scores => scores;

    public Heads Value => value;

    public string Layout => layout;
}

/// <summary>The same with the heads side by side again.</summary>
internal sealed class Context(Scores scores, Heads value) : Activation(value.Width)
{
    public Scores Scores => scores;

    public Heads Value => value;
}
