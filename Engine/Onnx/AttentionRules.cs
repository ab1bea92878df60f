namespace QEngine.Onnx;

/// <summary>Matrix products and what turns projections into attention.</summary>
internal static class AttentionRules
{
    /// <summary>Adds the rules.</summary>
    public static void Add(Dictionary<string, Rule> rules)
    {
        rules["MatMul"] = call => call[0] is Activation left && call[1] is { } right ? Multiply(left, right) : null;
        rules["Reshape"] = Reshape;
        rules["Transpose"] = Transpose;
        rules["Softmax"] = call =>
            call[0] is Scores { IsScaled: true } scores && call.Integer("axis", -1) is -1 or 3 ? new Probabilities(scores) : null;
        rules["Where"] = Where;
    }

    /// <summary>What a product is in an encoder, or null.</summary>
    public static Meaning? Multiply(Activation left, Meaning right)
    {
        if (left is Heads query && right is Heads key)
        {
            bool fits = query.Layout == Heads.ByHead && key.Layout == Heads.ByHeadTransposed && query.Width == key.Width
                && SameCount(query.Count, key.Count);
            return fits ? new Scores(query, key, query.Factor * key.Factor) : null;
        }
        if (left is Probabilities probabilities)
        {
            bool fits = right is Heads { Layout: Heads.ByHead, Factor: 1 } heads && SameCount(probabilities.Of.Count, heads.Count);
            return fits ? new HeadContext(probabilities.Of, (Heads)right, Heads.ByHead) : null;
        }
        // A product with anything that is no vector of a token is none of an encoder.
        if (left is not (State or Context or Step { IsGelu: true })) return null;
        return right.AsWeight is { IsReal: true, Shape: [long inputs, _] } matrix && inputs == left.Width
            ? new Affine(left, matrix, null)
            : null;
    }

    private static bool SameCount(long? a, long? b) => a is null || b is null || a == b;

    private static Meaning? Reshape(Call call)
    {
        if (call[0] is Activation && call.Numbers(1) is { } target)
        {
            return call[0] switch
            {
                Affine { Bias: not null } affine => Cut(affine, 1, target.Values),
                Scaled { Of: Affine { Bias: not null } affine } scaled => Cut(affine, scaled.Factor, target.Values),
                Heads heads => heads.Reshape(target.Values),
                HeadContext { Layout: Heads.Cut } context => Join(context, target.Values),
                _ => null,
            };
        }
        return call.Numbers(0)?.Reshaped();
    }

    // [batch, sequence, heads, width of a head], of which 0 and -1 mean what is left.
    private static Heads? Cut(Affine affine, double? factor, double?[]? extents)
    {
        if (extents is not null && extents.Length != 4) return null;
        double? heads = Known(extents?[2]), width = Known(extents?[3]);
        double? count = heads ?? (affine.Width / width);
        if (count is double known && (known != Math.Floor(known) || known < 1 || (width is double each && known * each != affine.Width)))
            return null;
        return new Heads(affine, factor, (long?)count, Heads.Cut);
    }

    private static double? Known(double? extent) => extent > 0 ? extent : null;

    private static Context? Join(HeadContext context, double?[]? extents)
    {
        bool fits = extents is null || (extents.Length == 3 && (Known(extents[2]) is not double width || width == context.Width));
        return fits ? new Context(context.Scores, context.Value) : null;
    }

    private static Meaning? Transpose(Call call)
    {
        IReadOnlyList<long>? order = call.Attribute("perm")?.Integers;
        switch (call[0])
        {
            case Heads heads when order is not null:
                return heads.Transpose(order);
            case HeadContext context when order is not null:
                return Heads.Permute(context.Layout, order) is string layout
                    ? new HeadContext(context.Scores, context.Value, layout)
                    : null;
            case Constant or Weight when call[0]!.AsWeight is { Shape.Length: 2 } weight && order is null or [1, 0]:
                return weight.Transpose();
        }
        return call.Numbers(0)?.Resized();
    }

    // Scores that a mask replaces, and probabilities of a row of which nothing is left.
    private static Meaning? Where(Call call)
    {
        if (call.Numbers(0) is not { Ordered: false } || call[1] is not { } chosen || call[2] is not { } other) return null;
        if (chosen is Scores or Probabilities && other.AsNumbers is { Ordered: false }) return chosen;
        if (other is Scores or Probabilities && chosen.AsNumbers is { Ordered: false }) return other;
        return chosen.AsNumbers is { } a && other.AsNumbers is { } b ? Numbers.Combine(a, b) : null;
    }
}
