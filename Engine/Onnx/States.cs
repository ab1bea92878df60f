namespace QEngine.Onnx;

/// <summary>The weights of a layer normalisation.</summary>
/// <param name="Gain">Factors.</param>
/// <param name="Shift">Summands.</param>
/// <param name="Epsilon">What is added to the variance.</param>
internal sealed record Norm(Weight Gain, Weight Shift, double Epsilon);

/// <summary>A normalised sum: what a part of the encoder ends with.</summary>
internal abstract class State(long width, Norm norm) : Activation(width)
{
    public Norm Norm => norm;

    /// <summary>The state of a normalised sum, or null where the sum is none of an encoder.</summary>
    public static State? From(Activation sum, Norm norm) => sum switch
    {
        LookupSum embeddings => Embedded.From(embeddings, norm),
        Residual { Update: { Of: Context, Bias: not null } } half => Attended.From(half, norm),
        Residual { Update: { Of: Step { IsGelu: true }, Bias: not null } } half => Layered.From(half, norm),
        _ => null,
    };
}

/// <summary>The embeddings.</summary>
internal sealed class Embedded : State
{
    private Embedded(Lookup words, Lookup positions, Lookup? types, Norm norm)
        : base(words.Width, norm) => (Words, Positions, Types) = (words.Table, positions.Table, types?.Table);

    public Weight Words { get; }

    public Weight Positions { get; }

    public Weight? Types { get; }

    // What a table holds is told by what indexes it; of two inputs, the larger table is that of words.
    public static Embedded? From(LookupSum sum, Norm norm)
    {
        List<Lookup> tokens = [], positions = [], types = [];
        foreach (Lookup part in sum.Parts)
        {
            if (!part.Table.IsReal) return null;
            bool ordered = part.Index.Ordered;
            (ordered ? positions : part.Index.Kind == NumbersKind.Zeros ? types : tokens).Add(part);
        }
        if (tokens.Count == 2 && types.Count == 0)
        {
            int smaller = tokens[0].Table.Shape[0] < tokens[1].Table.Shape[0] ? 0 : 1;
            types.Add(tokens[smaller]);
            tokens.RemoveAt(smaller);
        }
        return tokens.Count == 1 && positions.Count == 1 && types.Count <= 1
            ? new Embedded(tokens[0], positions[0], types.Count == 1 ? types[0] : null, norm)
            : null;
    }
}

/// <summary>A layer's first half.</summary>
internal sealed class Attended : State
{
    private Attended(State below, Context context, Affine output, Norm norm)
        : base(below.Width, norm) => (Below, Query, Key, Value, Output, HeadCount) =
            (below, context.Scores.Query.Of, context.Scores.Key.Of, context.Value.Of, output, context.Scores.Count ?? context.Value.Count);

    public State Below { get; }

    public Affine Query { get; }

    public Affine Key { get; }

    public Affine Value { get; }

    public Affine Output { get; }

    /// <summary>How many heads; null where the graph does not tell.</summary>
    public long? HeadCount { get; }

    public static Attended? From(Residual half, Norm norm)
    {
        Context context = (Context)half.Update.Of;
        State below = half.Below;
        bool fits = below is Embedded or Layered
            && context.Scores.Query.Of.Of == below && context.Scores.Key.Of.Of == below && context.Value.Of.Of == below
            && context.Scores.Query.Width == below.Width && context.Value.Width == below.Width;
        return fits ? new Attended(below, context, half.Update, norm) : null;
    }
}

/// <summary>A whole layer.</summary>
internal sealed class Layered : State
{
    private Layered(Attended attended, Affine inner, Affine outer, Norm norm)
        : base(attended.Width, norm) =>
            (Attended, Inner, Outer, Number) = (attended, inner, outer, attended.Below is Layered below ? below.Number + 1 : 1);

    public Attended Attended { get; }

    public Affine Inner { get; }

    public Affine Outer { get; }

    /// <summary>How many layers there are up to this one.</summary>
    public int Number { get; }

    public static Layered? From(Residual half, Norm norm) =>
        half.Below is Attended attended && ((Step)half.Update.Of).Of is Affine { Bias: not null } inner && inner.Of == attended
            ? new Layered(attended, inner, half.Update, norm)
            : null;
}
