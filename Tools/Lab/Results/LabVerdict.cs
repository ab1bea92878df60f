namespace QEngine.Tools.Lab;

/// <summary>What a difference says of a publication's: a rule on the 95 % interval over seeds, and nothing else.</summary>
internal static class LabVerdict
{
    /// <summary>The publication's direction, and the interval excludes 0.</summary>
    public const string Confirmed = "confirmed";

    /// <summary>The opposite direction, and the interval excludes 0.</summary>
    public const string Contradicted = "contradicted";

    /// <summary>The interval holds 0, or there is none.</summary>
    public const string NotShown = "not shown";

    /// <summary>The publication finds neither model better, or does not compare them.</summary>
    public const string NoClaim = "no claim";

    /// <summary>Applies the rule.</summary>
    /// <param name="says">What the publication says.</param>
    /// <param name="lowerIsBetter">Whether a good model has a low value.</param>
    /// <param name="low">Lower end of the interval of the first model's measure less the second's; null without one.</param>
    /// <param name="high">Upper end.</param>
    public static string Of(PaperSays says, bool lowerIsBetter, double? low, double? high)
    {
        if (says == PaperSays.Nothing) return NoClaim;
        if (low is null || high is null || (low <= 0 && high >= 0)) return NotShown;
        bool firstIsBetter = low > 0 != lowerIsBetter;
        return firstIsBetter == (says == PaperSays.FirstIsBetter) ? Confirmed : Contradicted;
    }
}
