using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;

namespace QEngine.Storage;

/// <summary>
/// Escapes in JSON only what has to be: quotation mark, reverse solidus and control characters, and the two separators of lines and
/// paragraphs, at which some readers of lines break. Everything else, emoji among it, is written as it is; an unpaired surrogate becomes
/// U+FFFD. Not for JSON within HTML.
/// </summary>
/// <remarks><see cref="JavaScriptEncoder.UnsafeRelaxedJsonEscaping"/> escapes all characters beyond U+FFFF and more.</remarks>
internal sealed unsafe class MinimalJsonEncoder : JavaScriptEncoder
{
    private const char Replacement = '\uFFFD';

    private static readonly SearchValues<char> Suspects = SearchValues.Create([.. Escaped(), .. Surrogates()]);

    private MinimalJsonEncoder()
    {
    }

    /// <summary>The encoder.</summary>
    public static MinimalJsonEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => 6; // \u0000

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar is '"' or '\\' or < 0x20 or (>= 0x7F and <= 0x9F) or 0x2028 or 0x2029;

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        ReadOnlySpan<char> all = new(text, textLength);
        int at = 0;
        while (true)
        {
            int next = all[at..].IndexOfAny(Suspects);
            if (next < 0) return -1;
            at += next;
            bool isPair = at + 1 < all.Length && char.IsSurrogatePair(all[at], all[at + 1]);
            if (!isPair) return at;
            at += 2;
        }
    }

    /// <inheritdoc/>
    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        Span<char> target = new(buffer, bufferLength);
        ReadOnlySpan<char> mnemonic = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\f' => "\\f",
            '\r' => "\\r",
            // What stands for an unpaired surrogate.
            Replacement => "\uFFFD",
            _ => default,
        };
        if (mnemonic.IsEmpty) return target.TryWrite(CultureInfo.InvariantCulture, $"\\u{unicodeScalar:X4}", out numberOfCharactersWritten);
        numberOfCharactersWritten = mnemonic.TryCopyTo(target) ? mnemonic.Length : 0;
        return numberOfCharactersWritten > 0;
    }

    private static IEnumerable<char> Escaped()
    {
        for (int c = 0; c < 0x20; c++) yield return (char)c;
        for (int c = 0x7F; c <= 0x9F; c++) yield return (char)c;
        foreach (char c in (char[])['"', '\\', '\u2028', '\u2029']) yield return c;
    }

    private static IEnumerable<char> Surrogates()
    {
        for (int c = 0xD800; c <= 0xDFFF; c++) yield return (char)c;
    }
}
