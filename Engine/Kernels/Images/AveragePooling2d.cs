using System.Numerics;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The mean of every channel over the pixels of each window; windows do not look beyond the image.</summary>
internal static class AveragePooling2d
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="windows">The windows, without padding.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <param name="y">[images, windows x channels].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ImageWindows windows, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Equal(windows.Padding, 0);
        int images = Require.Rows(x, windows.Image.Length);
        Require.Elements<T>(y, (long)images * windows.Count * windows.Image.Channels);
        Require.Apart(y, x);
        ForwardKernel<T> kernel = new(windows, x, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, images, (long)windows.Count * windows.PatchLength, ref kernel);
    }

    /// <summary>Backward: every pixel of a window gets an equal share.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="windows">The windows, without padding.</param>
    /// <param name="dy">[images, windows x channels].</param>
    /// <param name="dx">[images, height x width x channels], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, ImageWindows windows, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Equal(windows.Padding, 0);
        int images = Require.Rows<T>(dx, windows.Image.Length);
        Require.Elements(dy, (long)images * windows.Count * windows.Image.Channels);
        Require.Apart(dx, dy);
        BackwardKernel<T> kernel = new(windows, dy, dx);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, images, (long)windows.Count * windows.PatchLength, ref kernel);
    }

    private static T Share<T>(ImageWindows windows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One / T.CreateTruncating((long)windows.Size * windows.Size);

    /// <summary>Where a pixel of a window is among the numbers of all images.</summary>
    private static int Pixel(ImageWindows windows, int image, int window, int pixel)
    {
        WindowLine line = windows.Line(window / windows.Columns, window % windows.Columns, pixel / windows.Size);
        return (image * windows.Image.Length) + line.InImage + (pixel % windows.Size * windows.Image.Channels);
    }

    private readonly ref struct ForwardKernel<T>(ImageWindows windows, ReadOnlySpan<T> x, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int channels = windows.Image.Channels, pixels = windows.Size * windows.Size;
            T share = Share<T>(windows);
            for (int i = from * windows.Count; i < to * windows.Count; i++)
            {
                Span<T> mean = _y.Slice(i * channels, channels);
                (int image, int window) = Math.DivRem(i, windows.Count);
                _x.Slice(Pixel(windows, image, window, 0), channels).CopyTo(mean);
                for (int pixel = 1; pixel < pixels; pixel++)
                    Rows<TLane, T>.Add(_x.Slice(Pixel(windows, image, window, pixel), channels), mean);
                Rows<TLane, T>.Scale(share, mean);
            }
        }
    }

    /// <summary>A unit is an image, as its windows may overlap.</summary>
    private readonly ref struct BackwardKernel<T>(ImageWindows windows, ReadOnlySpan<T> dy, Span<T> dx) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int channels = windows.Image.Channels, pixels = windows.Size * windows.Size;
            T share = Share<T>(windows);
            for (int i = from * windows.Count; i < to * windows.Count; i++)
            {
                (int image, int window) = Math.DivRem(i, windows.Count);
                for (int pixel = 0; pixel < pixels; pixel++)
                    Rows<TLane, T>.AddScaled(
                        share, _dy.Slice(i * channels, channels), _dx.Slice(Pixel(windows, image, window, pixel), channels));
            }
        }
    }
}
