using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Reductions and updates of one row, for use inside kernels that have picked their lane.</summary>
/// <remarks>The order of the additions depends on the row's length alone.</remarks>
internal static class Rows
{
    /// <summary>Sum of the elements.</summary>
    public static T Sum<TLane, T>(ReadOnlySpan<T> row)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane sum = TLane.Splat(T.Zero);
        for (int i = 0; i < row.Length; i += TLane.Count) sum += Lanes.Take<TLane, T>(ref Unsafe.Add(ref x, i), row.Length - i);
        return sum.Sum();
    }

    /// <summary>Largest element; minus infinity for an empty row.</summary>
    public static T Max<TLane, T>(ReadOnlySpan<T> row)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane max = TLane.Splat(T.NegativeInfinity);
        for (int i = 0; i < row.Length; i += TLane.Count)
            max = TLane.Max(max, Lanes.Take<TLane, T>(ref Unsafe.Add(ref x, i), row.Length - i, T.NegativeInfinity));
        return max.Largest();
    }

    /// <summary>Sum of the products of two rows.</summary>
    public static T Dot<TLane, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right);
        TLane sum = TLane.Splat(T.Zero);
        for (int i = 0; i < left.Length; i += TLane.Count)
        {
            int rest = left.Length - i;
            sum = TLane.MultiplyAdd(Lanes.Take<TLane, T>(ref Unsafe.Add(ref a, i), rest), Lanes.Take<TLane, T>(ref Unsafe.Add(ref b, i), rest), sum);
        }
        return sum.Sum();
    }

    /// <summary>y += factor x.</summary>
    public static void AddScaled<TLane, T>(T factor, ReadOnlySpan<T> row, Span<T> target)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        ref T y = ref MemoryMarshal.GetReference(target);
        TLane scale = TLane.Splat(factor);
        for (int i = 0; i < row.Length; i += TLane.Count)
        {
            int rest = row.Length - i;
            TLane sum = TLane.MultiplyAdd(scale, Lanes.Take<TLane, T>(ref Unsafe.Add(ref x, i), rest), Lanes.Take<TLane, T>(ref Unsafe.Add(ref y, i), rest));
            Lanes.Put(sum, ref Unsafe.Add(ref y, i), rest);
        }
    }

    /// <summary>y += x.</summary>
    public static void Add<TLane, T>(ReadOnlySpan<T> row, Span<T> target)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        ref T y = ref MemoryMarshal.GetReference(target);
        for (int i = 0; i < row.Length; i += TLane.Count)
        {
            int rest = row.Length - i;
            Lanes.Put(Lanes.Take<TLane, T>(ref Unsafe.Add(ref x, i), rest) + Lanes.Take<TLane, T>(ref Unsafe.Add(ref y, i), rest), ref Unsafe.Add(ref y, i), rest);
        }
    }

    /// <summary>x *= factor.</summary>
    public static void Scale<TLane, T>(T factor, Span<T> row)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane scale = TLane.Splat(factor);
        for (int i = 0; i < row.Length; i += TLane.Count)
        {
            int rest = row.Length - i;
            Lanes.Put(scale * Lanes.Take<TLane, T>(ref Unsafe.Add(ref x, i), rest), ref Unsafe.Add(ref x, i), rest);
        }
    }
}
