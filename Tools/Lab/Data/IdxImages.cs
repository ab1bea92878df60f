using QEngine.Kernels;
using QEngine.Storage;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Lab;

/// <summary>
/// A folder of grey images in the four files of MNIST and Fashion-MNIST (Xiao, Rasul and Vollgraf, arXiv 1708.07747), as they are or in
/// <c>.gz</c>; Debian's package dataset-fashion-mnist has one.
/// </summary>
internal static class IdxImages
{
    private const int MaxSide = 512;

    /// <summary>The images to learn from.</summary>
    /// <exception cref="QEngineException">The files are not there, or malformed.</exception>
    public static LabelledImages Training(string folder) => Read(folder, "train");

    /// <summary>The images to be measured on.</summary>
    /// <exception cref="QEngineException">The files are not there, or malformed.</exception>
    public static LabelledImages Test(string folder) => Read(folder, "t10k");

    /// <summary>Whether a folder has files of these names.</summary>
    public static bool AreIn(string folder) => File.Exists(Find(folder, "train-images-idx3-ubyte"));

    private static LabelledImages Read(string folder, string part)
    {
        string labelPath = Find(folder, $"{part}-labels-idx1-ubyte"), imagePath = Find(folder, $"{part}-images-idx3-ubyte");
        (_, byte[] labels) = IdxFile.Read(labelPath, dimensions: 1);
        (int[] extents, byte[] bytes) = IdxFile.Read(imagePath, dimensions: 3);
        if (extents[0] != labels.Length)
            throw new QEngineException(
                $"expected {labels.Length} images, as many as labels, found {extents[0]}: {FileErrors.Name(imagePath)}");
        (int height, int width) = (extents[1], extents[2]);
        if (height > MaxSide || width > MaxSide)
            throw new QEngineException(
                $"expected images of at most {MaxSide} x {MaxSide} pixels, found {height} x {width}: {FileErrors.Name(imagePath)}");
        int wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(LabelledImages.Classes - 1));
        if (wrong >= 0)
            throw new QEngineException(
                $"expected labels from 0 to 9, found {labels[wrong]} at image {wrong + 1}: {FileErrors.Name(labelPath)}");
        float[] pixels = Array.ConvertAll(bytes, value => value / 255f);
        return new(new ImageShape(height, width, 1), pixels, Array.ConvertAll(labels, label => (int)label));
    }

    private static string Find(string folder, string name)
    {
        string plain = Path.Combine(folder, name), compressed = $"{plain}.gz";
        return File.Exists(compressed) && !File.Exists(plain) ? compressed : plain;
    }
}
