namespace QEngine.Tools.Lab;

/// <summary>Points with a class each.</summary>
/// <param name="Points">[count, features].</param>
/// <param name="Labels">[count], from 0.</param>
/// <param name="Features">Numbers of a point.</param>
internal sealed record LabelledPoints(double[] Points, int[] Labels, int Features)
{
    /// <summary>How many.</summary>
    public int Count => Labels.Length;
}
