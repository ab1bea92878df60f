using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QEngine.Kernels;

/// <summary>Copies blocks of a matrix into panels, the order in which the Gemm micro-kernel reads them.</summary>
/// <remarks>
/// A panel of width w holds, for each step p along the shared dimension, the w elements that the step needs. The last
/// panel is filled up with zeros, so the micro-kernel knows no edges.
/// </remarks>
internal static class GemmPacking
{
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
        if (lines.RowStride == 1) PackContiguous(lines, line, step, depth, width, present, panel);
        else PackTransposed(lines, line, step, depth, width, present, panel);
    }

    /// <summary>The lines lie side by side in memory: every step is a copy.</summary>
    private static void PackContiguous<T>(MatrixView<T> lines, int line, int step, int depth, int width, int present, Span<T> panel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int p = 0; p < depth; p++)
        {
            Span<T> target = panel.Slice(p * width, width);
            MemoryMarshal.CreateReadOnlySpan(ref lines.At(line, step + p), present).CopyTo(target);
            if (present < width) target[present..].Clear();
        }
    }

    /// <summary>Every line is contiguous along the shared dimension: the panel is a transpose.</summary>
    private static void PackTransposed<T>(MatrixView<T> lines, int line, int step, int depth, int width, int present, Span<T> panel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (present < width) panel[..(depth * width)].Clear();
        ref T target = ref MemoryMarshal.GetReference(panel);
        int r = 0;
        for (; r <= present - 4; r += 4)
        {
            ref T a = ref lines.At(line + r, step), b = ref lines.At(line + r + 1, step);
            ref T c = ref lines.At(line + r + 2, step), d = ref lines.At(line + r + 3, step);
            int p = 0;
            if (typeof(T) == typeof(float) && Sse.IsSupported)
            {
                for (; p <= depth - 4; p += 4)
                    Transpose4(ref Unsafe.As<T, float>(ref a), ref Unsafe.As<T, float>(ref b), ref Unsafe.As<T, float>(ref c), ref Unsafe.As<T, float>(ref d), p, ref Unsafe.As<T, float>(ref Unsafe.Add(ref target, (p * width) + r)), width);
            }
            for (; p < depth; p++)
            {
                ref T to = ref Unsafe.Add(ref target, (p * width) + r);
                to = Unsafe.Add(ref a, p);
                Unsafe.Add(ref to, 1) = Unsafe.Add(ref b, p);
                Unsafe.Add(ref to, 2) = Unsafe.Add(ref c, p);
                Unsafe.Add(ref to, 3) = Unsafe.Add(ref d, p);
            }
        }
        for (; r < present; r++)
        {
            ref T source = ref lines.At(line + r, step);
            for (int p = 0; p < depth; p++) Unsafe.Add(ref target, (p * width) + r) = Unsafe.Add(ref source, p);
        }
    }

    /// <summary>Transposes the 4 x 4 block that starts at column <paramref name="p"/> of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(ref float a, ref float b, ref float c, ref float d, int p, ref float target, int width)
    {
        Vector128<float> ra = Vector128.LoadUnsafe(ref a, (nuint)p), rb = Vector128.LoadUnsafe(ref b, (nuint)p);
        Vector128<float> rc = Vector128.LoadUnsafe(ref c, (nuint)p), rd = Vector128.LoadUnsafe(ref d, (nuint)p);
        Vector128<float> abLow = Sse.UnpackLow(ra, rb), abHigh = Sse.UnpackHigh(ra, rb);
        Vector128<float> cdLow = Sse.UnpackLow(rc, rd), cdHigh = Sse.UnpackHigh(rc, rd);
        Sse.MoveLowToHigh(abLow, cdLow).StoreUnsafe(ref target);
        Sse.MoveHighToLow(cdLow, abLow).StoreUnsafe(ref Unsafe.Add(ref target, width));
        Sse.MoveLowToHigh(abHigh, cdHigh).StoreUnsafe(ref Unsafe.Add(ref target, 2 * width));
        Sse.MoveHighToLow(cdHigh, abHigh).StoreUnsafe(ref Unsafe.Add(ref target, 3 * width));
    }
}
