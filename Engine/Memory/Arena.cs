using System.Runtime.CompilerServices;

namespace QEngine.Memory;

/// <summary>
/// Storage of one step: allocation moves a cursor, everything is released at once or back to a mark. Blocks are kept
/// and reused, so a step that has run once allocates nothing.
/// </summary>
/// <remarks>Not for use from several threads at a time.</remarks>
internal sealed class Arena<T>
    where T : unmanaged
{
    private const int MinBlock = 1 << 16;

    private readonly List<AlignedBuffer<T>> _blocks = [];
    private int _block;
    private int _used;

    /// <summary>A position to return to with <see cref="Release"/>.</summary>
    /// <param name="Block">Index of the current block.</param>
    /// <param name="Used">Elements used in that block.</param>
    public readonly record struct Mark(int Block, int Used);

    /// <summary>Elements held in all blocks, used or not.</summary>
    public long Capacity { get; private set; }

    /// <summary>The current position.</summary>
    public Mark Position => new(_block, _used);

    /// <summary>Hands out aligned storage. The content is what was last there.</summary>
    /// <param name="length">How many elements, at least 0.</param>
    /// <returns>The array and the index of the first element in it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OverflowException">
    /// <paramref name="length"/> is too close to <see cref="int.MaxValue"/> to be rounded up to whole cache lines.
    /// </exception>
    public (T[] Array, int Offset) Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int rounded = Round(length);
        while (_block < _blocks.Count)
        {
            AlignedBuffer<T> block = _blocks[_block];
            if (block.Length - _used >= rounded)
            {
                int offset = block.Offset + _used;
                _used += rounded;
                return (block.Array, offset);
            }
            _block++;
            _used = 0;
        }
        return Grow(rounded);
    }

    /// <summary>Releases everything that was handed out since <paramref name="mark"/> was taken.</summary>
    /// <param name="mark">A position taken from <see cref="Position"/> and not yet released itself.</param>
    /// <exception cref="ArgumentException">The mark lies beyond the current position.</exception>
    public void Release(Mark mark)
    {
        bool passed = mark.Block < _block || (mark.Block == _block && mark.Used <= _used);
        if (!passed || mark.Block < 0 || mark.Used < 0)
            throw new ArgumentException($"expected a mark up to {Position}, found {mark}", nameof(mark));
        (_block, _used) = (mark.Block, mark.Used);
    }

    private (T[] Array, int Offset) Grow(int length)
    {
        // Doubling keeps the number of blocks logarithmic while the first, growing step runs.
        int size = (int)Math.Min(int.MaxValue / 2, Math.Max(Math.Max(MinBlock, length), Capacity));
        AlignedBuffer<T> block = new(Math.Max(size, length));
        _blocks.Add(block);
        Capacity += block.Length;
        _block = _blocks.Count - 1;
        _used = length;
        return (block.Array, block.Offset);
    }

    private static int Round(int length)
    {
        int line = AlignedBuffer<T>.Alignment / Unsafe.SizeOf<T>();
        return checked((length + line - 1) / line * line);
    }
}
