using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The maximum of every channel over the pixels of each window; windows do not look beyond the image.</summary>
internal static class MaxPooling2d
{
    /// <summary>Forward; NaN where one of the pixels is.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="windows">The windows, without padding.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <param name="y">[images, windows x channels].</param>
    /// <param name="argmax">
    /// [images, windows x channels], the first pixel of the window that has the maximum, counted line by line; a whole number.
    /// </param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ImageWindows windows, ReadOnlySpan<T> x, Span<T> y, Span<T> argmax)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Equal(windows.Padding, 0);
        int images = Require.Rows(x, windows.Image.Length);
        Require.Elements<T>(y, (long)images * windows.Count * windows.Image.Channels);
        Require.Elements<T>(argmax, y.Length);
        Require.Apart(y, x, argmax);
        Require.Apart(argmax, x);
        ForwardKernel<T> kernel = new(windows, x, y, argmax);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, images, (long)windows.Count * windows.PatchLength, ref kernel);
    }

    /// <summary>Backward: the gradient of a maximum goes to the pixel that had it.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="windows">The windows, without padding.</param>
    /// <param name="dy">[images, windows x channels].</param>
    /// <param name="argmax">[images, windows x channels], from the forward pass.</param>
    /// <param name="dx">[images, height x width x channels], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, ImageWindows windows, ReadOnlySpan<T> dy, ReadOnlySpan<T> argmax, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Equal(windows.Padding, 0);
        int images = Require.Rows<T>(dx, windows.Image.Length);
        Require.Elements(dy, (long)images * windows.Count * windows.Image.Channels);
        Require.Elements(argmax, dy.Length);
        Require.Apart(dx, dy, argmax);
        BackwardKernel<T> kernel = new(windows, dy, argmax, dx);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, images, (long)windows.Count * windows.Image.Channels, ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(ImageWindows windows, ReadOnlySpan<T> x, Span<T> y, Span<T> argmax) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y, _argmax = argmax;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int channels = windows.Image.Channels;
            for (int i = from * windows.Count; i < to * windows.Count; i++)
            {
                (int image, int window) = Math.DivRem(i, windows.Count);
                int first = windows.Line(window / windows.Columns, window % windows.Columns, 0).InImage;
                Loop<TLane> loop = new(
                    windows, _x.Slice(image * windows.Image.Length, windows.Image.Length)[first..], _y.Slice(i * channels, channels),
                    _argmax.Slice(i * channels, channels));
                LaneLoop<TLane, T>.Run(ref loop, 0, channels);
            }
        }

        /// <summary>A lane of channels goes over all pixels of a window: maximum and place stay in registers.</summary>
        private readonly ref struct Loop<TLane>(ImageWindows windows, ReadOnlySpan<T> pixels, Span<T> maxima, Span<T> argmax)
            : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly ReadOnlySpan<T> _pixels = pixels;
            private readonly Span<T> _maxima = maxima, _argmax = argmax;
            private readonly int _size = windows.Size, _channels = windows.Image.Channels;
            private readonly int _nextLine = (windows.Image.Width - windows.Size) * windows.Image.Channels;

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                ref T x = ref MemoryMarshal.GetReference(_pixels);
                TLane one = TLane.Splat(T.One);
                for (int channel = from; channel < to; channel += TLane.Count)
                {
                    int rest = to - channel, at = channel;
                    TLane max = TPart.Take(ref Unsafe.Add(ref x, at), rest), argmax = TLane.Splat(T.Zero), place = argmax;
                    for (int line = 0; line < _size; line++, at += _nextLine)
                    {
                        for (int pixel = 0; pixel < _size; pixel++, at += _channels, place += one)
                        {
                            TLane value = TPart.Take(ref Unsafe.Add(ref x, at), rest);
                            argmax = TLane.WhereLess(max, value, place, argmax);
                            max = TLane.Max(max, value);
                        }
                    }
                    TPart.Put(max, ref _maxima[channel], rest);
                    TPart.Put(argmax, ref _argmax[channel], rest);
                }
            }
        }
    }

    /// <summary>A unit is an image, as its windows may overlap.</summary>
    private readonly ref struct BackwardKernel<T>(ImageWindows windows, ReadOnlySpan<T> dy, ReadOnlySpan<T> argmax, Span<T> dx)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _argmax = argmax;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int channels = windows.Image.Channels;
            for (int i = from * windows.Count; i < to * windows.Count; i++)
            {
                (int image, int window) = Math.DivRem(i, windows.Count);
                Span<T> dx = _dx.Slice(image * windows.Image.Length, windows.Image.Length);
                for (int channel = 0; channel < channels; channel++)
                {
                    (int line, int pixel) = Math.DivRem(int.CreateTruncating(_argmax[(i * channels) + channel]), windows.Size);
                    int first = windows.Line(window / windows.Columns, window % windows.Columns, line).InImage;
                    dx[first + (pixel * channels) + channel] += _dy[(i * channels) + channel];
                }
            }
        }
    }
}
