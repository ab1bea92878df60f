using System.Globalization;

namespace QEngine.Tools.Lab;

/// <summary>Which of two models a publication finds better.</summary>
internal enum PaperSays
{
    /// <summary>Neither, or it does not compare them.</summary>
    Nothing,

    /// <summary>The first.</summary>
    FirstIsBetter,

    /// <summary>The second.</summary>
    SecondIsBetter,
}

/// <summary>What a publication reports of two models.</summary>
/// <param name="Says">Which of them it finds better.</param>
/// <param name="Figures">Its figures, as they are shown beside ours.</param>
/// <param name="Source">Where they were read: its results, text, abstract, or at second hand.</param>
internal sealed record PaperClaim(PaperSays Says, string Figures, string Source)
{
    /// <summary>Of two figures, which tell by themselves which one is better.</summary>
    /// <param name="measure">What they measure.</param>
    /// <param name="first">That of the first model.</param>
    /// <param name="second">That of the second model.</param>
    /// <param name="source">Where they were read.</param>
    public static PaperClaim Of(LabMeasure measure, double first, double second, string source)
    {
        PaperSays says = first == second ? PaperSays.Nothing
            : first < second == measure.LowerIsBetter ? PaperSays.FirstIsBetter
            : PaperSays.SecondIsBetter;
        return new(says, string.Create(CultureInfo.InvariantCulture, $"{first} vs {second}"), source);
    }

    /// <summary>Of models that it does not compare.</summary>
    public static PaperClaim None { get; } = new(PaperSays.Nothing, "-", "-");
}
