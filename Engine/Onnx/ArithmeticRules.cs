namespace QEngine.Onnx;

/// <summary>The four operations and their like: what they are depends on what they take.</summary>
internal static class ArithmeticRules
{
    /// <summary>Adds the rules.</summary>
    public static void Add(Dictionary<string, Rule> rules)
    {
        rules["Add"] = call => Both(call, Add);
        rules["Mul"] = call => Both(call, Multiply);
        rules["Sub"] = call => call[0] is { } x && call[1] is { } y ? Subtract(x, y) : null;
        rules["Div"] = call => call[0] is { } x && call[1] is { } y ? Divide(x, y) : null;
        rules["Pow"] = Power;
        rules["Sqrt"] = call =>
            call[0] is Step { Kind: StepKind.Padded } step ? new Step(StepKind.Deviation, step.Of, step.Number) : Number(call, Math.Sqrt);
        rules["Reciprocal"] = call =>
            call[0] is Step { Kind: StepKind.Deviation } step
                ? new Step(StepKind.InverseDeviation, step.Of, step.Number)
                : Number(call, x => 1 / x);
        rules["Erf"] = call =>
            call[0] is Scaled scaled && Near.Is(scaled.Factor, Math.Sqrt(0.5)) ? new Step(StepKind.Erf, scaled.Of) : null;
        rules["Gelu"] = call =>
            call[0] is Affine affine && (call.Attribute("approximate")?.Text ?? "none") == "none"
                ? new Step(StepKind.Gelu, affine, 0.5)
                : null;
    }

    // Either order of the two sides.
    private static Meaning? Both(Call call, Func<Meaning, Meaning, Meaning?> rule) =>
        call[0] is { } x && call[1] is { } y ? rule(x, y) ?? rule(y, x) : null;

    private static Meaning? Add(Meaning x, Meaning y)
    {
        switch (x, y)
        {
            case (Lookup a, Lookup b) when a.Width == b.Width:
                return new LookupSum(a, b);
            case (LookupSum { Parts.Length: 2 } a, Lookup b) when a.Width == b.Width:
                return new LookupSum([.. a.Parts, b]);
            case (Affine { Bias: not null } update, State below) when update.Width == below.Width:
                return new Residual(update, below);
            case (Scores scores, _) when y.AsNumbers is { } mask:
                return mask.Ordered ? null : scores;
            case (Step { Kind: StepKind.Variance } step, _) when y.AsNumbers is { Single: double epsilon } && epsilon >= 0:
                return new Step(StepKind.Padded, step.Of, epsilon);
            case (Step { Kind: StepKind.Erf } step, _) when y.AsNumbers is { Single: 1 }:
                return new Step(StepKind.OnePlusErf, step.Of, 1);
            case (Step { Kind: StepKind.Gained } step, _) when y.AsWeight is { } shift:
                return NormRules.Normalize(step.Of, step.Gain, shift, step.Number);
            case (Affine { Bias: null } affine, _) when y.AsWeight is { } bias && bias.IsVector(affine.Width):
                return new Affine(affine.Of, affine.Matrix, bias);
        }
        if (x.AsNumbers is not { } left || y.AsNumbers is not { } right) return null;
        return left is { Single: 0 } ? right : right is { Single: 0 } ? left : Numbers.Combine(left, right, (a, b) => a + b);
    }

    private static Meaning? Multiply(Meaning x, Meaning y)
    {
        switch (x, y)
        {
            case (Step { Kind: StepKind.Centered } a, Step { Kind: StepKind.Centered } b) when a.Of == b.Of:
                return new Step(StepKind.Square, a.Of);
            case (Step { Kind: StepKind.Centered } a, Step { Kind: StepKind.InverseDeviation } b) when a.Of == b.Of:
                return new Step(StepKind.Standardized, a.Of, b.Number);
            case (Step { Kind: StepKind.Standardized } step, _) when y.AsWeight is { } gain && gain.IsVector(step.Width):
                return new Step(StepKind.Gained, step.Of, step.Number, gain);
            case (Scaled a, Step { Kind: StepKind.OnePlusErf } b) when a.Of == b.Of:
                return new Step(StepKind.Gelu, b.Of, a.Factor * b.Number);
            case (Affine a, Step { Kind: StepKind.OnePlusErf } b) when a == b.Of:
                return new Step(StepKind.Gelu, b.Of, b.Number);
            case (IntegerProduct product, ScaleProduct scale):
                return QuantizationRules.Multiply(product, scale);
            case (Quantized { Part: Quantized.Scale } a, Quantized { Part: Quantized.Scale } b):
                return new ScaleProduct(a.Of, b.Of);
            case (Quantized { Part: Quantized.Scale } a, Constant b):
                return new ScaleProduct(a.Of, b);
            case (Activation activation, _) when y.AsNumbers is { IsSingle: true } factor:
                return Scale(activation, factor.Single);
            case (Heads or Scores, _) when y.AsNumbers is { Values: null, Ordered: false }:
                return Scale((Activation)x, null);
        }
        if (x.AsNumbers is not { } left || y.AsNumbers is not { } right) return null;
        return left is { Single: 1 } ? right : right is { Single: 1 } ? left : Numbers.Combine(left, right, (a, b) => a * b);
    }

    private static Meaning? Subtract(Meaning x, Meaning y)
    {
        if (y is Step { Kind: StepKind.Mean } mean) return mean.Of == x ? new Step(StepKind.Centered, mean.Of) : null;
        return x.AsNumbers is { } left && y.AsNumbers is { } right ? Numbers.Combine(left, right, (a, b) => a - b) : null;
    }

    private static Meaning? Divide(Meaning x, Meaning y)
    {
        if (x is Step { Kind: StepKind.Centered } a && y is Step { Kind: StepKind.Deviation } b)
            return a.Of == b.Of ? new Step(StepKind.Standardized, a.Of, b.Number) : null;
        if (y.AsNumbers is not { } right) return null;
        if (x is Activation activation)
        {
            if (right.IsSingle) return Scale(activation, 1 / right.Single);
            return x is Heads or Scores && right is { Values: null, Ordered: false } ? Scale(activation, null) : null;
        }
        return x.AsNumbers is { } left ? Numbers.Combine(left, right, (p, q) => p / q) : null;
    }

    private static Meaning? Power(Call call)
    {
        if (call.Numbers(1) is not { } exponent || call[0] is not { } x) return null;
        if (x is Step { Kind: StepKind.Centered } step) return exponent.Single == 2 ? new Step(StepKind.Square, step.Of) : null;
        return x.AsNumbers is { } numbers ? Numbers.Combine(numbers, exponent, Math.Pow) : null;
    }

    private static Meaning? Number(Call call, Func<double, double> function) =>
        call.Numbers(0) is { } numbers ? Numbers.Combine(numbers, numbers, (x, _) => function(x)) : null;

    // Where the factor cannot be told it comes from extents: the width of a head.
    private static Activation Scale(Activation x, double? factor) => x switch
    {
        Heads heads => new Heads(heads.Of, heads.Factor * factor, heads.Count, heads.Layout),
        Scores scores => new Scores(scores.Query, scores.Key, scores.Factor * factor),
        Scaled scaled => new Scaled(scaled.Of, scaled.Factor * factor),
        Step { Kind: StepKind.OnePlusErf or StepKind.Gelu } step => new Step(step.Kind, step.Of, step.Number * factor),
        _ => new Scaled(x, factor),
    };
}
