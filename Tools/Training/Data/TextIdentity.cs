using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace QEngine.Tools.Training;

/// <summary>Which texts are the same: those that differ in case and white space alone.</summary>
/// <remarks>
/// Eight bytes a text rather than the text itself: of ten million texts two different ones share a number with a chance of 3 in a million.
/// </remarks>
internal static class TextIdentity
{
    /// <summary>The number of texts of nothing but white space.</summary>
    public const ulong Empty = 0;

    /// <summary>A text's number, the same for the same texts.</summary>
    /// <param name="text">The text.</param>
    public static ulong Compute(string text)
    {
        char[] letters = new char[text.Length];
        int count = 0;
        bool space = false;
        foreach (char letter in text)
        {
            if (char.IsWhiteSpace(letter))
            {
                space = count > 0;
                continue;
            }
            if (space) letters[count++] = ' ';
            space = false;
            letters[count++] = char.ToUpperInvariant(letter);
        }
        if (count == 0) return Empty;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(letters.AsSpan(0, count)), digest);
        return Math.Max(Empty + 1, MemoryMarshal.Read<ulong>(digest));
    }
}
