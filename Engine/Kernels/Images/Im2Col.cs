using System.Numerics;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Images to the patches in their windows, a row each, so that a convolution is a matrix product (im2col; Chellapilla, Puri and Simard,
/// 2006), and the gradient back (col2im).
/// </summary>
internal static class Im2Col
{
    /// <summary>Copies every window: its lines one after another, zeros where it is in the padding.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <param name="patches">[images x windows, size x size x channels], an image's windows row by row.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ImageWindows windows, ReadOnlySpan<T> x, Span<T> patches)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int images = Require.Rows(x, windows.Image.Length);
        Require.Elements<T>(patches, (long)images * windows.Count * windows.PatchLength);
        Require.Apart(patches, x);
        ForwardKernel<T> kernel = new(windows, x, patches);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, images * windows.Rows, (long)windows.Columns * windows.PatchLength, ref kernel);
    }

    /// <summary>Adds what came of every copy of a pixel, windows in order.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="dpatches">[images x windows, size x size x channels].</param>
    /// <param name="dx">[images, height x width x channels], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, ImageWindows windows, ReadOnlySpan<T> dpatches, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int images = Require.Rows<T>(dx, windows.Image.Length);
        Require.Elements(dpatches, (long)images * windows.Count * windows.PatchLength);
        Require.Apart(dx, dpatches);
        BackwardKernel<T> kernel = new(windows, dpatches, dx);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, images, (long)windows.Count * windows.PatchLength, ref kernel);
    }

    /// <summary>A unit is a row of windows.</summary>
    private readonly ref struct ForwardKernel<T>(ImageWindows windows, ReadOnlySpan<T> x, Span<T> patches) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _patches = patches;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int length = windows.PatchLength;
            for (int unit = from; unit < to; unit++)
            {
                ReadOnlySpan<T> image = _x.Slice(unit / windows.Rows * windows.Image.Length, windows.Image.Length);
                for (int column = 0; column < windows.Columns; column++)
                    Copy(image, unit % windows.Rows, column, _patches.Slice(((unit * windows.Columns) + column) * length, length));
            }
        }

        private void Copy(ReadOnlySpan<T> image, int row, int column, Span<T> patch)
        {
            int length = windows.Size * windows.Image.Channels;
            for (int i = 0; i < windows.Size; i++)
            {
                Span<T> line = patch.Slice(i * length, length);
                WindowLine part = windows.Line(row, column, i);
                line[..part.InLine].Clear();
                image.Slice(part.InImage, part.Length).CopyTo(line[part.InLine..]);
                line[(part.InLine + part.Length)..].Clear();
            }
        }
    }

    /// <summary>A unit is an image, as its windows may overlap.</summary>
    private readonly ref struct BackwardKernel<T>(ImageWindows windows, ReadOnlySpan<T> dpatches, Span<T> dx) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dpatches = dpatches;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int length = windows.Size * windows.Image.Channels;
            for (int image = from; image < to; image++)
            {
                Span<T> dx = _dx.Slice(image * windows.Image.Length, windows.Image.Length);
                for (int window = 0; window < windows.Count; window++)
                {
                    for (int i = 0; i < windows.Size; i++)
                    {
                        WindowLine part = windows.Line(window / windows.Columns, window % windows.Columns, i);
                        int line = ((((image * windows.Count) + window) * windows.Size) + i) * length;
                        Rows<TLane, T>.Add(_dpatches.Slice(line + part.InLine, part.Length), dx.Slice(part.InImage, part.Length));
                    }
                }
            }
        }
    }
}
