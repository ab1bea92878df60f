using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Copies blocks of a matrix into panels, the order in which the Gemm micro-kernel reads them.</summary>
/// <remarks>
/// A panel of width w holds, for each step p along the shared dimension, the w elements that the step needs. Where fewer
/// lines are left than the panel is wide the rest is zeros, so the micro-kernel knows no edges.
/// </remarks>
internal static class GemmPacking
{
    private const int CacheLine = 64;

    // Steps or lines that are asked for ahead of their turn: each starts on a page of its own, where the hardware's prefetching ends.
    private const int Ahead = 4;

    /// <summary>Packs one panel.</summary>
    /// <param name="lines">The lines of the panel as rows: rows of A, or columns of B as rows of B transposed.</param>
    /// <param name="line">First line.</param>
    /// <param name="step">First position along the shared dimension.</param>
    /// <param name="depth">Positions along the shared dimension.</param>
    /// <param name="width">Panel width; lines beyond the last are zeros.</param>
    /// <param name="panel">[depth, width].</param>
    public static void Pack<T>(MatrixView<T> lines, int line, int step, int depth, int width, Span<T> panel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int present = Math.Min(width, lines.Rows - line);
        if (present < width) panel[..(depth * width)].Clear();
        ref T target = ref MemoryMarshal.GetReference(panel[..(depth * width)]);
        if (lines.RowStride == 1) PackContiguous(lines, line, step, depth, width, present, ref target);
        else Transpose(lines, line, step, present, depth, ref target, width);
    }

    /// <summary>
    /// Packs lines into panels of the heights that <see cref="GemmTile{TLane, T}.Height"/> cuts them into, without zeros.
    /// </summary>
    /// <param name="lines">Rows of A.</param>
    /// <param name="line">First line.</param>
    /// <param name="count">Number of lines.</param>
    /// <param name="step">First position along the shared dimension.</param>
    /// <param name="depth">Positions along it.</param>
    /// <param name="panels">The panels one after another, count times depth elements.</param>
    public static void PackLines<TLane, T>(MatrixView<T> lines, int line, int count, int step, int depth, Span<T> panels)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int packed = lines.RowStride == 1 ? PackFullHeights<TLane, T>(lines, line, count, step, depth, panels) : 0;
        for (int r = packed, height; r < count; r += height)
        {
            height = GemmTile<TLane, T>.Height(count - r);
            Pack(lines, line + r, step, depth, height, panels.Slice(r * depth, depth * height));
        }
    }

    /// <summary>
    /// Lines that lie side by side: position by position, through all full panels, so that memory is read in longer pieces. Returns how
    /// many lines that were.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int PackFullHeights<TLane, T>(MatrixView<T> lines, int line, int count, int step, int depth, Span<T> panels)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int height = GemmTile<TLane, T>.Rows;
        int full = 0;
        while (full < count && GemmTile<TLane, T>.Height(count - full) == height) full += height;
        if (full == 0) return 0;
        ref readonly T source = ref lines.At(line, step);
        ref T target = ref MemoryMarshal.GetReference(panels[..(full * depth)]);
        for (int p = 0; p < depth; p++)
        {
            Prefetch(in source, (nint)Ahead * lines.ColumnStride, full);
            for (int r = 0; r < full; r += height) Copy(in Next(in source, r), ref Unsafe.Add(ref target, r * depth), height);
            source = ref Next(in source, lines.ColumnStride);
            target = ref Unsafe.Add(ref target, height);
        }
        return full;
    }

    /// <summary>target[p stride + r] = lines[line + r, step + p]: every line is contiguous along p.</summary>
    /// <param name="lines">The lines as rows.</param>
    /// <param name="line">First line.</param>
    /// <param name="step">First position along the lines.</param>
    /// <param name="count">Number of lines.</param>
    /// <param name="depth">Positions along the lines.</param>
    /// <param name="target">First element written.</param>
    /// <param name="stride">Elements from one position to the next in the target.</param>
    // Optimised before its first call, which packs all weights of a model.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose<T>(MatrixView<T> lines, int line, int step, int count, int depth, ref T target, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int r = 0;
        for (; r < count && count >= 4; r += 4)
        {
            // The last four may be some of the lines before once more.
            r = Math.Min(r, count - 4);
            ref readonly T a = ref lines.At(line + r, step);
            ref readonly T b = ref lines.At(line + r + 1, step);
            ref readonly T c = ref lines.At(line + r + 2, step);
            ref readonly T d = ref lines.At(line + r + 3, step);
            ref T to = ref Unsafe.Add(ref target, r);
            int p = 0;
            if (typeof(T) == typeof(float) && Sse.IsSupported)
            {
                nint next = (nint)Ahead * lines.RowStride;
                for (; p <= depth - 4; p += 4)
                {
                    if (p % (CacheLine / sizeof(float)) == 0)
                    {
                        Prefetch(in a, next + p, 1);
                        Prefetch(in b, next + p, 1);
                        Prefetch(in c, next + p, 1);
                        Prefetch(in d, next + p, 1);
                    }
                    Transpose4(
                        in Single(in a), in Single(in b), in Single(in c), in Single(in d), p, ref Unsafe.As<T, float>(ref to), stride);
                    to = ref Unsafe.Add(ref to, 4 * (nint)stride);
                }
            }
            for (; p < depth; p++)
            {
                to = Next(in a, p);
                Unsafe.Add(ref to, 1) = Next(in b, p);
                Unsafe.Add(ref to, 2) = Next(in c, p);
                Unsafe.Add(ref to, 3) = Next(in d, p);
                to = ref Unsafe.Add(ref to, stride);
            }
        }
        for (; r < count; r++)
        {
            ref readonly T source = ref lines.At(line + r, step);
            ref T to = ref Unsafe.Add(ref target, r);
            for (int p = 0; p < depth; p++) Unsafe.Add(ref to, (nint)p * stride) = Next(in source, p);
        }
    }

    /// <summary>The lines lie side by side in memory: every step is a copy.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PackContiguous<T>(MatrixView<T> lines, int line, int step, int depth, int width, int present, ref T target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref readonly T source = ref lines.At(line, step);
        nint stride = lines.ColumnStride;
        int whole = Vector512.IsHardwareAccelerated ? 2 * Vector512<T>.Count : 0;
        if (present == whole)
        {
            for (int p = 0; p < depth; p++)
            {
                Prefetch(in source, Ahead * stride, whole);
                Vector512<T> left = Vector512.LoadUnsafe(in source);
                Vector512<T> right = Vector512.LoadUnsafe(in source, (nuint)Vector512<T>.Count);
                left.StoreUnsafe(ref target);
                right.StoreUnsafe(ref target, (nuint)Vector512<T>.Count);
                source = ref Next(in source, stride);
                target = ref Unsafe.Add(ref target, whole);
            }
            return;
        }
        for (int p = 0; p < depth; p++)
        {
            Copy(in source, ref target, present);
            source = ref Next(in source, stride);
            target = ref Unsafe.Add(ref target, width);
        }
    }

    /// <summary>The element so many after another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly T Next<T>(ref readonly T element, nint offset) => ref Unsafe.Add(ref Unsafe.AsRef(in element), offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly float Single<T>(ref readonly T element) => ref Unsafe.As<T, float>(ref Unsafe.AsRef(in element));

    /// <summary>Asks for elements that are read soon; they need not exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch<T>(ref readonly T source, nint offset, int count)
        where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        byte* first = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in source)) + (offset * sizeof(T)), end = first + (count * sizeof(T));
        for (byte* line = first; line < end; line += CacheLine) Sse.Prefetch0(line);
    }

    /// <summary>A few elements, 12 mostly: a call to the runtime's copy takes longer than the copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<T>(ref readonly T source, ref T target, int count)
        where T : unmanaged
    {
        int i = 0;
        for (; i <= count - Vector256<T>.Count; i += Vector256<T>.Count)
            Vector256.LoadUnsafe(in source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
        for (; i <= count - Vector128<T>.Count; i += Vector128<T>.Count)
            Vector128.LoadUnsafe(in source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
        for (; i < count; i++) Unsafe.Add(ref target, i) = Next(in source, i);
    }

    /// <summary>Transposes the 4 x 4 block that starts at column <paramref name="p"/> of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(
        ref readonly float a, ref readonly float b, ref readonly float c, ref readonly float d, int p, ref float target, int stride)
    {
        Vector128<float> ra = Vector128.LoadUnsafe(in a, (nuint)p);
        Vector128<float> rb = Vector128.LoadUnsafe(in b, (nuint)p);
        Vector128<float> rc = Vector128.LoadUnsafe(in c, (nuint)p);
        Vector128<float> rd = Vector128.LoadUnsafe(in d, (nuint)p);
        Vector128<float> abLow = Sse.UnpackLow(ra, rb);
        Vector128<float> abHigh = Sse.UnpackHigh(ra, rb);
        Vector128<float> cdLow = Sse.UnpackLow(rc, rd);
        Vector128<float> cdHigh = Sse.UnpackHigh(rc, rd);
        Sse.MoveLowToHigh(abLow, cdLow).StoreUnsafe(ref target);
        Sse.MoveHighToLow(cdLow, abLow).StoreUnsafe(ref Unsafe.Add(ref target, stride));
        Sse.MoveLowToHigh(abHigh, cdHigh).StoreUnsafe(ref Unsafe.Add(ref target, 2 * (nint)stride));
        Sse.MoveHighToLow(cdHigh, abHigh).StoreUnsafe(ref Unsafe.Add(ref target, 3 * (nint)stride));
    }
}
