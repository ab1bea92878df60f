using System.Numerics;
using System.Runtime.Intrinsics;

namespace QEngine.Text;

/// <summary>The pieces of a vocabulary that are <see cref="ShortWord"/>s, by their bytes: an open-addressing hash table.</summary>
/// <remarks>Immutable once built, so safe from many threads.</remarks>
internal sealed class ShortPieces
{
    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <summary>Builds the table of <paramref name="pieces"/>; the value of each is its index, and of equal ones the last.</summary>
    public ShortPieces(IReadOnlyList<string> pieces)
    {
        int count = 0;
        foreach (string piece in pieces)
            if (ShortWord.TryCreate(piece, out _)) count++;
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, checked(count * 2)));
        _slots = new Slot[capacity];
        _shift = 64 - BitOperations.Log2((uint)capacity);
        for (int id = 0; id < pieces.Count; id++)
            if (ShortWord.TryCreate(pieces[id], out ShortWord word)) SlotOf(word.Bytes) = new Slot(word.Bytes, id);
    }

    /// <summary>The index of the piece that is this word, or <see cref="PieceTrie.None"/>.</summary>
    public int Find(ShortWord word)
    {
        ref Slot slot = ref SlotOf(word.Bytes);
        return slot.IsFree ? PieceTrie.None : slot.Id;
    }

    // The word's slot, or the free one where it belongs: half of them are free.
    private ref Slot SlotOf(Vector128<byte> bytes)
    {
        ulong low = bytes.AsUInt64()[0], high = bytes.AsUInt64()[1];
        // Fibonacci hashing: the upper bits of the product depend on all bits of the key.
        ulong hash = (low ^ BitOperations.RotateLeft(high * 0xC2B2AE3D27D4EB4F, 32)) * 0x9E3779B97F4A7C15;
        for (uint i = (uint)(hash >> _shift); ; i++)
        {
            ref Slot slot = ref _slots[i & (uint)(_slots.Length - 1)];
            if (slot.IsFree || slot.Bytes == bytes) return ref slot;
        }
    }

    private readonly record struct Slot(Vector128<byte> Bytes, int Id)
    {
        // A word has a first character.
        public bool IsFree => Bytes == Vector128<byte>.Zero;
    }
}
