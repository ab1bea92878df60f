using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>General matrix product C = A B or C += A B for row- or column-contiguous views of A and B.</summary>
/// <remarks>
/// Packed and blocked (Goto and van de Geijn, 2008): both operands are copied into panels in the order they are read in,
/// then a micro-kernel holds a tile of C in registers while it goes along a panel of A and one of B. Every element of C
/// is the same chain of operations whatever the other rows and columns are and however the work is shared out, so a
/// row's result is bit-identical alone and in any batch, with B packed before or not, and at any thread count.
/// </remarks>
internal static class Gemm
{
    /// <summary>Computes C = A B, or C += A B.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="a">[m, k].</param>
    /// <param name="b">[k, n].</param>
    /// <param name="c">[m, n], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">Elements from one row of C to the next, at least n.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together, or C overlaps another argument.</exception>
    public static void Multiply<T>(WorkerPool workers, MatrixView<T> a, MatrixView<T> b, Span<T> c, int stride, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Multiply(workers, a, b, c, stride, accumulate, default(NoEpilogue<T>));

    /// <summary>Computes C = f(A B), or C = f(C + A B), where f is applied to a block as soon as it is complete.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="a">[m, k].</param>
    /// <param name="b">[k, n].</param>
    /// <param name="c">[m, n], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">Elements from one row of C to the next, at least n.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    /// <param name="epilogue">What is done with a complete block.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together, or C overlaps another argument.</exception>
    public static void Multiply<TEpilogue, T>(
        WorkerPool workers, MatrixView<T> a, MatrixView<T> b, Span<T> c, int stride, bool accumulate, TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Multiply(workers, a, new GemmRight<T>(b), c, stride, accumulate, epilogue);

    /// <summary>The same for a B that was packed before, as constant weights are.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="a">[m, k].</param>
    /// <param name="b">[k, n].</param>
    /// <param name="c">[m, n], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">Elements from one row of C to the next, at least n.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    /// <param name="epilogue">What is done with a complete block.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together, or C overlaps another argument.</exception>
    public static void Multiply<TEpilogue, T>(
        WorkerPool workers, MatrixView<T> a, PackedMatrix<T> b, Span<T> c, int stride, bool accumulate, TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Multiply(workers, a, new GemmRight<T>(b), c, stride, accumulate, epilogue);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Multiply<TEpilogue, T>(
        WorkerPool workers, MatrixView<T> a, GemmRight<T> b, Span<T> c, int stride, bool accumulate, TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Columns != b.Rows)
            throw new ArgumentException(
                $"expected A [m, k] times B [k, n], found [{a.Rows}, {a.Columns}] times [{b.Rows}, {b.Columns}]", nameof(b));
        Require.Range(stride, b.Columns, int.MaxValue);
        long needed = a.Rows == 0 ? 0 : ((long)(a.Rows - 1) * stride) + b.Columns;
        Require.AtLeast(c, needed);
        epilogue.Check(a.Rows, b.Columns, c);
        ReadOnlySpan<T> written = c[..(int)needed];
        if (a.Overlaps(written) || b.Lines.Overlaps(written))
            throw new ArgumentException("expected c apart from A and B, found an overlap", nameof(c));
        if (a.Overlaps(epilogue.Output) || b.Lines.Overlaps(epilogue.Output))
            throw new ArgumentException("expected outputs apart from A and B, found an overlap", nameof(epilogue));
        if (a.Rows == 0 || b.Columns == 0) return;
        Work<TEpilogue, T> work = new(workers, a, b, new GemmTarget<T>(c, a.Rows, b.Columns, stride, accumulate), epilogue);
        Tier.Run<Work<TEpilogue, T>, T>(ref work, 0);
    }

    private readonly ref struct Work<TEpilogue, T>(WorkerPool workers, MatrixView<T> a, GemmRight<T> b, GemmTarget<T> c, TEpilogue epilogue)
        : ILaneWork<T>
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly MatrixView<T> _a = a;
        private readonly GemmRight<T> _b = b;
        private readonly GemmTarget<T> _c = c;
        private readonly TEpilogue _epilogue = epilogue;

        void ILaneWork<T>.Run<TLane, TShort>(int item) => GemmBlocks<TLane, T>.Run(workers, _a, _b, _c, in _epilogue);
    }
}
