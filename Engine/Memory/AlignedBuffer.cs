using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QEngine.Memory;

/// <summary>A pinned array whose first usable element is aligned to a cache line (64 bytes).</summary>
/// <remarks>
/// Pinned, so that alignment stays; managed, so that nothing has to be freed and no use after release can read foreign memory.
/// </remarks>
internal readonly struct AlignedBuffer<T>
    where T : unmanaged
{
    /// <summary>The alignment in bytes.</summary>
    public const int Alignment = 64;

    /// <summary>Allocates a buffer. The content is not cleared.</summary>
    /// <param name="length">How many elements are usable, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OverflowException"><paramref name="length"/> leaves no room for the alignment.</exception>
    public AlignedBuffer(int length)
        : this(GC.AllocateUninitializedArray<T>(Padded(length), pinned: true), length)
    {
    }

    private AlignedBuffer(T[] array, int length) => (Array, Offset, Length) = (array, FirstAligned(array), length);

    /// <summary>Allocates a buffer of zeros. Memory that is new to the process is not touched before its first use.</summary>
    /// <param name="length">How many elements are usable, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OverflowException"><paramref name="length"/> leaves no room for the alignment.</exception>
    public static AlignedBuffer<T> Zeros(int length) => new(GC.AllocateArray<T>(Padded(length), pinned: true), length);

    /// <summary>The array that holds the elements.</summary>
    public T[] Array { get; }

    /// <summary>Index of the first, aligned element in <see cref="Array"/>.</summary>
    public int Offset { get; }

    /// <summary>How many elements are usable from <see cref="Offset"/> on.</summary>
    public int Length { get; }

    /// <summary>The usable elements.</summary>
    public Span<T> Span => Array.AsSpan(Offset, Length);

    private static int Padded(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return checked(length + (Alignment / Unsafe.SizeOf<T>()));
    }

    private static unsafe int FirstAligned(T[] array)
    {
        // The array is pinned: its address cannot change after this.
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        nuint aligned = (address + Alignment - 1) & ~(nuint)(Alignment - 1);
        return (int)((aligned - address) / (nuint)Unsafe.SizeOf<T>());
    }
}
