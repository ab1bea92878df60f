using System.Text;
using System.Text.Unicode;

namespace QEngine.Storage;

/// <summary>Whole text files read strictly: invalid UTF-8 is an error that says where, never a replacement character.</summary>
internal static class Utf8Text
{
    /// <summary>UTF-8 without byte order mark that throws on malformed text in either direction.</summary>
    internal static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The three bytes some editors put before UTF-8 text; they are not part of it.</summary>
    internal static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a file as checked UTF-8 bytes, which JSON readers take as they are.</summary>
    /// <param name="path">The file; a byte order mark at its start is left out.</param>
    /// <exception cref="QEngineException">The file cannot be read, is larger than an array, or is not UTF-8.</exception>
    public static ReadOnlyMemory<byte> ReadAllBytes(string path) => ReadAllBytes(path, Array.MaxLength);

    /// <summary>The same for a file that is never larger than <paramref name="maximumBytes"/>: a larger one is not read.</summary>
    internal static ReadOnlyMemory<byte> ReadAllBytes(string path, int maximumBytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        using RandomAccessFile file = RandomAccessFile.Open(path);
        return ReadAllBytes(file, maximumBytes);
    }

    /// <summary>The same of a file that is open.</summary>
    internal static ReadOnlyMemory<byte> ReadAllBytes(RandomAccessFile file, int maximumBytes)
    {
        if (file.Length > maximumBytes)
            throw new QEngineException($"expected a text file of at most {maximumBytes} bytes, found {file.Length} bytes: {file.Name}");

        byte[] bytes = new byte[file.Length];
        file.Read(0, bytes);
        int invalid = FirstInvalid(bytes);
        if (invalid >= 0)
        {
            int line = 1 + bytes.AsSpan(0, invalid).Count((byte)'\n');
            throw new QEngineException(
                $"expected UTF-8 text, "
                + $"found byte 0x{bytes[invalid]:X2} at byte {invalid}, line {line} of {file.Name}");
        }
        return bytes.AsSpan().StartsWith(ByteOrderMark) ? bytes.AsMemory(ByteOrderMark.Length) : bytes;
    }

    /// <summary>Reads a file as text.</summary>
    /// <param name="path">The file; a byte order mark at its start is left out.</param>
    /// <exception cref="QEngineException">The file cannot be read, is larger than an array or a string, or is not UTF-8.</exception>
    public static string ReadAllText(string path)
    {
        ReadOnlySpan<byte> bytes = ReadAllBytes(path).Span;
        // A string holds at most 2^30 UTF-16 units; the bound by bytes is the one that can be checked before decoding.
        if (bytes.Length >= 1 << 30)
            throw new QEngineException($"expected a text file below {1 << 30} bytes, found {bytes.Length} bytes: {FileErrors.Name(path)}");
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Index of the first byte that is not part of well-formed UTF-8, or -1.</summary>
    internal static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return -1;
        int index = 0;
        while (Rune.DecodeFromUtf8(bytes[index..], out _, out int length) == System.Buffers.OperationStatus.Done) index += length;
        return index;
    }

    /// <summary>Whether a text can be written as UTF-8: it has no lone surrogate.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }
}
