using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>Points with a class each.</summary>
/// <param name="Points">[count, features].</param>
/// <param name="Labels">[count], from 0.</param>
/// <param name="Features">Numbers of a point.</param>
internal sealed record LabelledPoints(double[] Points, int[] Labels, int Features)
{
    /// <summary>How many.</summary>
    public int Count => Labels.Length;

    /// <summary>The points as examples for a network.</summary>
    public Examples ToClassify() => Examples.ToClassify([.. Points.Select(x => (float)x)], Shape.Vector(Features), Labels);

    /// <summary>Share of the points whose class was predicted.</summary>
    /// <param name="predicted">[count].</param>
    public double Accuracy(ReadOnlySpan<int> predicted)
    {
        int right = 0;
        for (int i = 0; i < Labels.Length; i++)
            if (predicted[i] == Labels[i]) right++;
        return (double)right / Labels.Length;
    }
}
