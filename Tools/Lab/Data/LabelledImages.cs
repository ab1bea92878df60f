using QEngine.Kernels;

namespace QEngine.Tools.Lab;

/// <summary>Images of one size, each with the number of its class.</summary>
/// <param name="Extents">Of an image.</param>
/// <param name="Pixels">[images, height x width x channels], from 0 to 1.</param>
/// <param name="Labels">[images], from 0 to 9.</param>
internal sealed record LabelledImages(ImageShape Extents, float[] Pixels, int[] Labels)
{
    /// <summary>Classes of the sets that are read here.</summary>
    public const int Classes = 10;

    /// <summary>How many there are.</summary>
    public int Count => Labels.Length;

    /// <summary>Some of the images, in their order; fewer where there are fewer.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    public LabelledImages Part(int first, int count)
    {
        int from = Math.Min(first, Count), to = Math.Min(from + count, Count);
        return new(Extents, Pixels[(from * Extents.Length)..(to * Extents.Length)], Labels[from..to]);
    }
}
