using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>The angle that a number is read as: itself, or its arc cosine.</summary>
internal static class DataAngle<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Sine and cosine of the angle. The arc cosine of numbers beyond [-1, 1] is that of the nearer end.</summary>
    /// <returns>The sine.</returns>
    [MethodImpl(Inline)]
    public static TLane SinCos(bool isArcCosine, TLane x, out TLane cos)
    {
        if (!isArcCosine) return Functions<TLane, T>.SinCos(Functions<TLane, T>.WithoutTurns(x), out cos);
        TLane one = TLane.Splat(T.One);
        cos = TLane.Max(TLane.Splat(-T.One), TLane.Min(one, x));
        return TLane.Sqrt((one - cos) * (one + cos));
    }

    /// <summary>The derivative of the angle by the number; 0 where the arc cosine has none.</summary>
    [MethodImpl(Inline)]
    public static TLane Slope(bool isArcCosine, TLane sin)
    {
        if (!isArcCosine) return TLane.Splat(T.One);
        TLane zero = TLane.Splat(T.Zero);
        return TLane.WhereLess(zero, sin, TLane.Splat(-T.One) / sin, zero);
    }
}

/// <summary>Sines and cosines of many numbers.</summary>
internal static class DataAngles
{
    private const int Chunk = 1 << 10;

    /// <summary>Fills both.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="isArcCosine">How the numbers are read.</param>
    /// <param name="x">The numbers.</param>
    /// <param name="cos">As many cosines.</param>
    /// <param name="sin">As many sines.</param>
    public static void SinCos<T>(WorkerPool workers, bool isArcCosine, ReadOnlySpan<T> x, Span<T> cos, Span<T> sin)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Kernel<T> kernel = new(isArcCosine, x, cos, sin);
        RangeKernel.Run<Kernel<T>, T>(workers, (x.Length + Chunk - 1) / Chunk, Chunk, ref kernel);
    }

    /// <summary>Fills both for w x + b, on this thread.</summary>
    /// <param name="isArcCosine">How the numbers are read.</param>
    /// <param name="x">x.</param>
    /// <param name="frequency">w.</param>
    /// <param name="offset">b.</param>
    /// <param name="cos">As many cosines.</param>
    /// <param name="sin">As many sines.</param>
    public static void SinCos<TLane, T>(bool isArcCosine, ReadOnlySpan<T> x, T frequency, T offset, Span<T> cos, Span<T> sin)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Loop<TLane, T> loop = new(isArcCosine, x, frequency, offset, cos, sin);
        LaneLoop<TLane, T>.Run(ref loop, 0, x.Length);
    }

    private readonly ref struct Kernel<T>(bool isArcCosine, ReadOnlySpan<T> x, Span<T> cos, Span<T> sin) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _cos = cos, _sin = sin;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            (int first, int end) = (from * Chunk, Math.Min(to * Chunk, _x.Length));
            SinCos<TLane, T>(isArcCosine, _x[first..end], T.One, T.Zero, _cos[first..end], _sin[first..end]);
        }
    }

    private readonly ref struct Loop<TLane, T>(
        bool isArcCosine, ReadOnlySpan<T> x, T frequency, T offset, Span<T> cos, Span<T> sin) : ILaneLoop<TLane, T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ref T _x = ref MemoryMarshal.GetReference(x), _cos = ref MemoryMarshal.GetReference(cos);
        private readonly ref T _sin = ref MemoryMarshal.GetReference(sin);

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run<TPart>(int from, int to)
            where TPart : struct, ILanePart<TLane, T>
        {
            TLane w = TLane.Splat(frequency), b = TLane.Splat(offset);
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane number = TLane.MultiplyAdd(w, TPart.Take(ref Unsafe.Add(ref _x, i), to - i), b);
                TLane sine = DataAngle<TLane, T>.SinCos(isArcCosine, number, out TLane cosine);
                TPart.Put(cosine, ref Unsafe.Add(ref _cos, i), to - i);
                TPart.Put(sine, ref Unsafe.Add(ref _sin, i), to - i);
            }
        }
    }
}
