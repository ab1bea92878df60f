using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>A vector of three numbers in every element of a lane: a qubit's state, or the gradient of one.</summary>
internal readonly struct BlochVector<TLane, T>(TLane x, TLane y, TLane z)
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly TLane X = x, Y = y, Z = z;

    /// <summary>Reads three lanes.</summary>
    [MethodImpl(Inline)]
    public static BlochVector<TLane, T> Load(ref readonly T source) => new(
        TLane.Load(in source), TLane.Load(ref At(in source, TLane.Count)), TLane.Load(ref At(in source, 2 * TLane.Count)));

    /// <summary>Writes three lanes.</summary>
    [MethodImpl(Inline)]
    public void Store(ref T destination)
    {
        X.Store(ref destination);
        Y.Store(ref Unsafe.Add(ref destination, TLane.Count));
        Z.Store(ref Unsafe.Add(ref destination, 2 * TLane.Count));
    }

    /// <summary>Turned about z.</summary>
    [MethodImpl(Inline)]
    public BlochVector<TLane, T> AboutZ(TLane cos, TLane sin) =>
        new((cos * X) - (sin * Y), TLane.MultiplyAdd(sin, X, cos * Y), Z);

    /// <summary>Turned about z the other way.</summary>
    [MethodImpl(Inline)]
    public BlochVector<TLane, T> BackAboutZ(TLane cos, TLane sin) =>
        new(TLane.MultiplyAdd(sin, Y, cos * X), (cos * Y) - (sin * X), Z);

    /// <summary>m times the vector.</summary>
    /// <param name="matrix">[3, 3], the same for all elements.</param>
    [MethodImpl(Inline)]
    public BlochVector<TLane, T> Times(ReadOnlySpan<T> matrix)
    {
        ref T m = ref MemoryMarshal.GetReference(matrix);
        return new(Combined(ref m, 0, 1, 2), Combined(ref m, 3, 4, 5), Combined(ref m, 6, 7, 8));
    }

    /// <summary>The transpose of m times the vector: turned back.</summary>
    /// <param name="matrix">[3, 3], the same for all elements.</param>
    [MethodImpl(Inline)]
    public BlochVector<TLane, T> TimesTransposed(ReadOnlySpan<T> matrix)
    {
        ref T m = ref MemoryMarshal.GetReference(matrix);
        return new(Combined(ref m, 0, 3, 6), Combined(ref m, 1, 4, 7), Combined(ref m, 2, 5, 8));
    }

    /// <summary>The product with another vector.</summary>
    [MethodImpl(Inline)]
    public BlochVector<TLane, T> Cross(in BlochVector<TLane, T> other) =>
        new((Y * other.Z) - (Z * other.Y), (Z * other.X) - (X * other.Z), (X * other.Y) - (Y * other.X));

    [MethodImpl(Inline)]
    private TLane Combined(ref T m, int a, int b, int c) => TLane.MultiplyAdd(
        TLane.Splat(Unsafe.Add(ref m, a)),
        X,
        TLane.MultiplyAdd(TLane.Splat(Unsafe.Add(ref m, b)), Y, TLane.Splat(Unsafe.Add(ref m, c)) * Z));

    [MethodImpl(Inline)]
    private static ref T At(ref readonly T source, int index) => ref Unsafe.Add(ref Unsafe.AsRef(in source), index);
}
