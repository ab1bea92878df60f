namespace QEngine.Kernels;

/// <summary>Square windows on an image at equal distances, as convolution and pooling look through them.</summary>
internal readonly record struct ImageWindows
{
    /// <summary>Lays the windows out.</summary>
    /// <param name="image">The image.</param>
    /// <param name="size">Pixels of a side of a window; no more than the padded image has.</param>
    /// <param name="stride">Pixels from a window to the next, at least 1.</param>
    /// <param name="padding">Zeros put around the image on every side, from 0 to size - 1, so that no window sees zeros alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ImageWindows(ImageShape image, int size, int stride, int padding = 0)
    {
        Require.Range(size, 1, int.MaxValue);
        Require.Range(stride, 1, int.MaxValue);
        Require.Range(padding, 0, size - 1);
        Require.Range(size, 1, Math.Min(image.Height, image.Width) + (2L * padding));
        (Image, Size, Stride, Padding) = (image, size, stride, padding);
        (Rows, Columns) = (Count(image.Height), Count(image.Width));

        int Count(int pixels) => ((pixels + (2 * padding) - size) / stride) + 1;
    }

    /// <summary>The image.</summary>
    public ImageShape Image { get; }

    /// <summary>Pixels of a side of a window.</summary>
    public int Size { get; }

    /// <summary>Pixels from a window to the next.</summary>
    public int Stride { get; }

    /// <summary>Zeros around the image.</summary>
    public int Padding { get; }

    /// <summary>Rows of windows.</summary>
    public int Rows { get; }

    /// <summary>Windows of a row.</summary>
    public int Columns { get; }

    /// <summary>Windows of an image.</summary>
    public int Count => Rows * Columns;

    /// <summary>Numbers in a window: lines of pixels of channels.</summary>
    public int PatchLength => checked(Size * Size * Image.Channels);

    /// <summary>The image with a pixel for every window.</summary>
    /// <param name="channels">Numbers of such a pixel.</param>
    public ImageShape Result(int channels) => new(Rows, Columns, channels);

    /// <summary>What of a line of a window is in the image and not in its padding.</summary>
    /// <param name="row">The window's row.</param>
    /// <param name="column">The window's place in its row.</param>
    /// <param name="line">The line, from 0 to size - 1.</param>
    public WindowLine Line(int row, int column, int line)
    {
        int y = (row * Stride) - Padding + line, x = (column * Stride) - Padding;
        int from = Math.Max(0, x), to = Math.Min(Image.Width, x + Size);
        return (uint)y < (uint)Image.Height
            ? new(((y * Image.Width) + from) * Image.Channels, (from - x) * Image.Channels, (to - from) * Image.Channels)
            : default;
    }
}

/// <summary>Elements that lie together in a line of a window and in the image.</summary>
/// <param name="InImage">The first of them among the image's.</param>
/// <param name="InLine">The first of them among the line's.</param>
/// <param name="Length">How many; 0 for a line of padding.</param>
internal readonly record struct WindowLine(int InImage, int InLine, int Length);
