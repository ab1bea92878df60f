namespace QEngine.Kernels;

/// <summary>
/// Extents of an image, channels last. A batch is [images, height x width x channels]; the same elements are [images x height x width,
/// channels], a pixel a row, so that what maps rows maps pixels.
/// </summary>
internal readonly record struct ImageShape
{
    private const int MaxSide = 1 << 15;

    /// <summary>Sets the extents.</summary>
    /// <param name="height">Rows of pixels, from 1 to 32,768.</param>
    /// <param name="width">Pixels of a row, from 1 to 32,768.</param>
    /// <param name="channels">Numbers of a pixel, from 1 to 32,768.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is outside, or the image is longer than an array.</exception>
    public ImageShape(int height, int width, int channels)
    {
        Require.Range(height, 1, MaxSide);
        Require.Range(width, 1, MaxSide);
        Require.Range(channels, 1, MaxSide);
        Require.Range((long)height * width * channels, 1, Array.MaxLength, nameof(channels));
        (Height, Width, Channels) = (height, width, channels);
    }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Numbers of a pixel.</summary>
    public int Channels { get; }

    /// <summary>Numbers of the image.</summary>
    public int Length => Height * Width * Channels;

    /// <inheritdoc/>
    public override string ToString() => $"{Height} x {Width} x {Channels}";
}
