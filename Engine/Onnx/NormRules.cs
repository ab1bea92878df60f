using System.Globalization;

namespace QEngine.Onnx;

/// <summary>Layer normalisation, in one operator or in its parts.</summary>
internal static class NormRules
{
    private const float DefaultEpsilon = 1e-5f;

    /// <summary>Adds the rules.</summary>
    public static void Add(Dictionary<string, Rule> rules)
    {
        rules["ReduceMean"] = Mean;
        rules["LayerNormalization"] = call =>
            call[0] is Activation x && call.Integer("axis", -1) is -1 or 2 && call[1]?.AsWeight is { } gain && gain.IsVector(x.Width)
                && call[2]?.AsWeight is { } shift
                ? Normalize(x, gain, shift, call.Attribute("epsilon")?.Single ?? DefaultEpsilon)
                : null;
    }

    /// <summary>What a normalised sum is in an encoder, or null.</summary>
    public static Meaning? Normalize(Activation x, Weight? gain, Weight shift, double? epsilon)
    {
        if (gain is null || epsilon is not double added || !shift.IsVector(x.Width)) return null;
        // The shortest decimal of the float: files say 1e-12, and float's nearest is another double.
        double shortest = double.Parse(((float)added).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return State.From(x, new Norm(gain, shift, shortest));
    }

    private static Meaning? Mean(Call call)
    {
        if (call.AllNumbers) return NumberRules.Any(call);
        if (call[0] is not Activation x || call.Integers("axes", 1) is not [-1 or 2] || call.Integer("keepdims", 1) != 1) return null;
        return x is Step { Kind: StepKind.Square } square ? new Step(StepKind.Variance, square.Of) : new Step(StepKind.Mean, x);
    }
}
