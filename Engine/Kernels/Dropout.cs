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
/// <param name="Rate">Probability of zeroing an element, in [0, 1); 0 keeps all.</param>
/// <param name="Seed">Picks the mask.</param>
public readonly record struct Dropout(float Rate, ulong Seed)
{
    private const int Block = 256;

    /// <summary>No dropout.</summary>
    public static Dropout None => default;

    /// <summary>Whether any element is dropped.</summary>
    public bool Active => Rate > 0;

    /// <summary>y[i] = mask[i] x[i] / (1 - rate), added to y or replacing it.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">Input; for the backward pass, the gradient of the output.</param>
    /// <param name="y">Output; for the backward pass, the gradient of the input.</param>
    /// <param name="accumulate">Add to y instead of replacing it.</param>
    public void Apply<T>(WorkerPool workers, ReadOnlySpan<T> x, Span<T> y, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Kernel<T> kernel = new(this, x, y, accumulate);
        RangeKernel.Run<Kernel<T>, T>(workers, (x.Length + Block - 1) / Block, Block, ref kernel);
    }

    /// <summary>x[i] *= mask[first + i] / (1 - rate), on the calling thread.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="first">Index of the first element within the mask.</param>
    /// <param name="x">The elements.</param>
    [SkipLocalsInit]
    internal void Mask<T>(long first, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T scale = T.One / (T.One - T.CreateTruncating(Rate));
        uint threshold = (uint)(Rate * 4294967296.0);
        Span<uint> hashes = stackalloc uint[Block];
        for (int start = 0; start < x.Length; start += Block)
        {
            Hash(first + start, hashes);
            Span<T> part = x.Slice(start, Math.Min(Block, x.Length - start));
            for (int i = 0; i < part.Length; i++) part[i] *= hashes[i] < threshold ? T.Zero : scale;
        }
    }

    /// <summary>A 32-bit integer hash (Wellons' triple32 rounds) of the seed and consecutive indices.</summary>
    /// <remarks>
    /// Indices add up with the low half of the key, so the key is mixed first: masks of neighbouring seeds, or of the
    /// items of one seed (the indices' upper half), would otherwise be one mask shifted by a few places.
    /// </remarks>
    private void Hash(long first, Span<uint> hashes)
    {
        ulong mixed = Mix(Seed + ((ulong)(first >> 32) * 0x9E3779B97F4A7C15));
        uint key = (uint)mixed, high = (uint)(mixed >> 32);
        Vector256<uint> index = Vector256.Create((uint)first) + Vector256<uint>.Indices;
        for (int i = 0; i < Block; i += Vector256<uint>.Count)
        {
            Vector256<uint> h = (index + Vector256.Create(key)) * 0x9E3779B9u;
            h ^= (h >>> 17) ^ Vector256.Create(high);
            h *= 0xED5AD4BBu;
            h ^= h >>> 11;
            h *= 0xAC4C1B51u;
            h ^= h >>> 15;
            h *= 0x31848BABu;
            h ^= h >>> 14;
            h.StoreUnsafe(ref MemoryMarshal.GetReference(hashes), (nuint)i);
            index += Vector256.Create((uint)Vector256<uint>.Count);
        }
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
        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            Span<T> buffer = stackalloc T[Block];
            for (int block = from; block < to; block++)
            {
                int start = block * Block, count = Math.Min(Block, _x.Length - start);
                Span<T> part = accumulate ? buffer[..count] : _y.Slice(start, count);
                _x.Slice(start, count).CopyTo(part);
                dropout.Mask(start, part);
                if (accumulate) Rows.Add<TLane, T>(part, _y.Slice(start, count));
            }
        }
    }
}
