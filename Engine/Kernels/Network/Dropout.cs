using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Seeded dropout: an element is zeroed with a given probability, the others are scaled so that the mean stays.
/// </summary>
/// <remarks>
/// Whether an element is kept is a hash of the seed and the element's index, so the backward pass needs no stored
/// mask and the result does not depend on the order of the work.
/// </remarks>
public readonly record struct Dropout
{
    private const int Block = 256;

    /// <summary>Names a mask.</summary>
    /// <param name="rate">Probability of zeroing an element, in [0, 1); 0 keeps all.</param>
    /// <param name="seed">Picks the mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in its range: at 1 nothing is left that could be scaled.</exception>
    public Dropout(float rate, ulong seed)
    {
        if (!(rate >= 0 && rate < 1)) throw new ArgumentOutOfRangeException(nameof(rate), $"expected rate from 0 to below 1, found {rate}");
        (Rate, Seed) = (rate, seed);
    }

    /// <summary>Probability of zeroing an element, in [0, 1).</summary>
    public float Rate { get; }

    /// <summary>Picks the mask.</summary>
    public ulong Seed { get; }

    /// <summary>Place of its first element in the mask: not 0 where a part of a batch has its part of the whole batch's mask.</summary>
    internal long First { get; init; }

    /// <summary>No dropout.</summary>
    public static Dropout None => default;

    /// <summary>Whether any element is dropped.</summary>
    public bool Active => Rate > 0;

    /// <summary>y[i] = mask[i] x[i] / (1 - rate), added to y or replacing it.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">Input; for the backward pass, the gradient of the output.</param>
    /// <param name="y">Output; for the backward pass, the gradient of the input.</param>
    /// <param name="accumulate">Add to y instead of replacing it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    internal void Apply<T>(WorkerPool workers, ReadOnlySpan<T> x, Span<T> y, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(y, x.Length);
        Require.SameOrApart(y, x);
        Kernel<T> kernel = new(this, x, y, accumulate);
        RangeKernel.Run<Kernel<T>, T>(workers, (x.Length + Block - 1) / Block, Block, ref kernel);
    }

    /// <summary>x[i] *= mask[<see cref="First"/> + first + i] / (1 - rate), on the calling thread.</summary>
    internal void Mask<T>(long first, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        first += First;
        // The lower half of the index counts on, the upper half belongs to the key: a mask that crosses is two masks.
        int inFirst = (int)Math.Min(x.Length, (1L << 32) - (uint)first);
        MaskWithin(first, x[..inFirst]);
        if (inFirst < x.Length) MaskWithin(first + inFirst, x[inFirst..]);
    }

    private void MaskWithin<T>(long first, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Indices add up with the low half of the key, so the key is mixed first: masks of neighbouring seeds, or of the
        // items of one seed (the indices' upper half), would otherwise be one mask shifted by a few positions.
        ulong mixed = Mix(Seed + ((ulong)(first >> 32) * 0x9E3779B97F4A7C15));
        uint key = (uint)mixed + (uint)first;
        uint high = (uint)(mixed >> 32);
        uint threshold = (uint)(Rate * 4294967296.0);
        T scale = T.One / (T.One - T.CreateTruncating(Rate));
        int i = 0;
        if (typeof(T) == typeof(float))
        {
            ref float element = ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(x));
            Vector256<float> kept = Vector256.Create(float.CreateTruncating(scale));
            for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<uint> dropped = Vector256.LessThan(Hash(key + (uint)i, high), Vector256.Create(threshold));
                Vector256<float> factor = Vector256.ConditionalSelect(dropped.AsSingle(), Vector256<float>.Zero, kept);
                (Vector256.LoadUnsafe(ref element, (nuint)i) * factor).StoreUnsafe(ref element, (nuint)i);
            }
        }
        for (Vector256<uint> hashes = default; i < x.Length; i++)
        {
            if (i % Vector256<uint>.Count == 0) hashes = Hash(key + (uint)i, high);
            x[i] *= hashes[i % Vector256<uint>.Count] < threshold ? T.Zero : scale;
        }
    }

    /// <summary>A 32-bit integer hash (Wellons' triple32 rounds) of the key and consecutive indices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Hash(uint first, uint high)
    {
        Vector256<uint> h = (Vector256.Create(first) + Vector256<uint>.Indices) * 0x9E3779B9u;
        h ^= (h >>> 17) ^ Vector256.Create(high);
        h *= 0xED5AD4BBu;
        h ^= h >>> 11;
        h *= 0xAC4C1B51u;
        h ^= h >>> 15;
        h *= 0x31848BABu;
        return h ^ (h >>> 14);
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private readonly ref struct Kernel<T>(Dropout dropout, ReadOnlySpan<T> x, Span<T> y, bool accumulate) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        [SkipLocalsInit]
        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            Span<T> buffer = stackalloc T[Block];
            for (int block = from; block < to; block++)
            {
                int start = block * Block;
                int count = Math.Min(Block, _x.Length - start);
                Span<T> part = accumulate ? buffer[..count] : _y.Slice(start, count);
                _x.Slice(start, count).CopyTo(part);
                dropout.Mask(start, part);
                if (accumulate) Rows<TLane, T>.Add(part, _y.Slice(start, count));
            }
        }
    }
}
