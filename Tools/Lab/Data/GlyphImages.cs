using QEngine.Kernels;

namespace QEngine.Tools.Lab;

/// <summary>
/// Images of 8 x 8 pixels of the ten digits of a 5 x 7 dot-matrix display, moved by up to three pixels across and one down, of half to
/// full brightness, with normal noise: a stand-in for handwritten digits that needs no file.
/// </summary>
internal static class GlyphImages
{
    private const int Side = 8, Width = 5, Height = 7;
    private const double Noise = 0.2;

    // A row of the display a number, its leftmost dot the highest of five bits.
    private static readonly byte[][] Digits =
    [
        [14, 17, 19, 21, 25, 17, 14],
        [4, 12, 4, 4, 4, 4, 14],
        [14, 17, 1, 2, 4, 8, 31],
        [31, 2, 4, 2, 1, 17, 14],
        [2, 6, 10, 18, 31, 2, 2],
        [31, 16, 30, 1, 1, 17, 14],
        [6, 8, 16, 30, 17, 17, 14],
        [31, 1, 2, 4, 8, 8, 8],
        [14, 17, 17, 14, 17, 17, 14],
        [14, 17, 17, 15, 1, 2, 12],
    ];

    /// <summary>Draws images, as many of every digit but for a last incomplete ten.</summary>
    /// <param name="count">How many.</param>
    /// <param name="random">Where places, brightness and noise come from.</param>
    public static LabelledImages Create(int count, SplittableRandom random)
    {
        float[] pixels = new float[count * Side * Side];
        int[] labels = new int[count];
        for (int image = 0; image < count; image++)
        {
            labels[image] = image % LabelledImages.Classes;
            Draw(Digits[labels[image]], ref random, pixels.AsSpan(image * Side * Side, Side * Side));
        }
        return new(new ImageShape(Side, Side, 1), pixels, labels);
    }

    private static void Draw(byte[] digit, ref SplittableRandom random, Span<float> pixels)
    {
        (int left, int top) = (random.NextInt(Side - Width + 1), random.NextInt(Side - Height + 1));
        double brightness = 0.5 + (0.5 * random.NextDouble());
        for (int i = 0; i < pixels.Length; i++)
        {
            (int row, int column) = ((i / Side) - top, (i % Side) - left);
            bool isOn = row is >= 0 and < Height && column is >= 0 and < Width && ((digit[row] >> (Width - 1 - column)) & 1) == 1;
            pixels[i] = (float)Math.Clamp((isOn ? brightness : 0) + (Noise * random.NextGaussian()), 0, 1);
        }
    }
}
