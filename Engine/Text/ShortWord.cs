using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace QEngine.Text;

/// <summary>A word of at most <see cref="MaxLength"/> ASCII letters and digits, or one ASCII sign: a byte each, then zeros.</summary>
/// <param name="Bytes">The characters.</param>
/// <param name="Length">How many there are.</param>
/// <remarks>
/// Most words of a text are of this kind. They are found, lower-cased and looked up sixteen characters at a time, with one look into a
/// table, where longer and other words cost a step a character.
/// </remarks>
internal readonly record struct ShortWord(Vector128<byte> Bytes, int Length)
{
    /// <summary>The most characters. One more would not show whether a word ends there.</summary>
    public const int MaxLength = 15;

    /// <summary>Characters that <see cref="Widen"/> writes.</summary>
    public const int Room = 16;

    /// <summary>A word of one character.</summary>
    public static ShortWord Single(char character) => new(Vector128.CreateScalar((byte)character), 1);

    /// <summary>The letters and digits that a text begins with.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lowercase">Whether letters are made lower-case ones.</param>
    /// <param name="word">The word; where there is none, or a longer one, nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<char> text, bool lowercase, out ShortWord word)
    {
        Vector128<byte> characters = FirstSixteen(text);
        Vector128<byte> folded = characters | Vector128.Create((byte)0x20);
        Vector128<byte> isLetter = Vector128.LessThan(folded - Vector128.Create((byte)'a'), Vector128.Create((byte)26));
        Vector128<byte> isDigit = Vector128.LessThan(characters - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
        int length = BitOperations.TrailingZeroCount(~(isLetter | isDigit).ExtractMostSignificantBits());
        Vector128<byte> kept = Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)length));
        if (lowercase) characters |= isLetter & Vector128.Create((byte)0x20);
        word = new ShortWord(characters & kept, length);
        return length is > 0 and <= MaxLength;
    }

    /// <summary>A word of these characters where they are few enough, all ASCII and none 0.</summary>
    public static bool TryCreate(ReadOnlySpan<char> text, out ShortWord word)
    {
        word = default;
        if (text.Length is 0 or > MaxLength || !Ascii.IsValid(text) || text.Contains('\0')) return false;
        word = new ShortWord(FirstSixteen(text), text.Length);
        return true;
    }

    /// <summary>Writes the characters.</summary>
    /// <param name="characters">[<see cref="Room"/>]; what is behind the word is written over.</param>
    /// <returns>The word.</returns>
    public ReadOnlySpan<char> Widen(Span<char> characters)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Bytes);
        ref ushort first = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(characters[..Room]));
        low.StoreUnsafe(ref first);
        high.StoreUnsafe(ref first, (nuint)Vector128<ushort>.Count);
        return characters[..Length];
    }

    // What is beyond a byte becomes 255, which is no letter; what is beyond the text 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> FirstSixteen(ReadOnlySpan<char> text)
    {
        if (text.Length < Room) return FirstFew(text);
        ref ushort first = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        return Vector128.NarrowWithSaturation(
            Vector128.LoadUnsafe(ref first), Vector128.LoadUnsafe(ref first, (nuint)Vector128<ushort>.Count));
    }

    private static Vector128<byte> FirstFew(ReadOnlySpan<char> text)
    {
        Span<char> padded = stackalloc char[Room];
        padded.Clear();
        text.CopyTo(padded);
        return FirstSixteen(padded);
    }
}
