namespace QEngine.Tools.Lab;

/// <summary>Images of the first classes alone.</summary>
internal static class FirstClasses
{
    /// <summary>Leaves images of other classes out.</summary>
    /// <param name="images">Images of any class.</param>
    /// <param name="classes">How many classes stay.</param>
    public static SmallImages Below(this SmallImages images, int classes) =>
        new(Below(images.Training, classes), Below(images.Test, classes));

    private static LabelledImages Below(LabelledImages images, int classes)
    {
        int length = images.Extents.Length;
        List<float> pixels = [];
        List<int> labels = [];
        for (int i = 0; i < images.Count; i++)
        {
            if (images.Labels[i] >= classes) continue;
            pixels.AddRange(images.Pixels.AsSpan(i * length, length));
            labels.Add(images.Labels[i]);
        }
        return new(images.Extents, [.. pixels], [.. labels]);
    }
}
