using System.Globalization;
using System.Text;

namespace QEngine.Storage;

/// <summary>Text from untrusted files made fit for a one-line message: no control characters, bounded length.</summary>
internal static class Printable
{
    private const int MaximumShown = 120;
    private const int MaximumDimensions = 8;

    /// <summary>The text with every control character and lone surrogate written as <c>\uXXXX</c>.</summary>
    internal static string OneLine(string text)
    {
        StringBuilder? escaped = null;
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = char.IsSurrogatePair(text, i);
            if (!pair && (char.IsControl(text[i]) || char.IsSurrogate(text[i]) || text[i] is '\u2028' or '\u2029'))
            {
                escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
                continue;
            }
            escaped?.Append(text, i, pair ? 2 : 1);
            if (pair) i++;
        }
        return escaped?.ToString() ?? text;
    }

    /// <summary>A text on one line, cut after 120 characters.</summary>
    internal static string Short(string text) => text.Length <= MaximumShown ? OneLine(text) : $"{OneLine(text[..MaximumShown])}...";

    /// <summary>A name in double quotes, as <see cref="Short"/>.</summary>
    internal static string Quote(string name) => $"\"{Short(name)}\"";

    /// <summary>A shape as <c>[4, 16]</c>; a scalar's is <c>[]</c>; long shapes are cut after eight dimensions.</summary>
    internal static string Shape(ReadOnlySpan<long> shape)
    {
        StringBuilder text = new("[");
        for (int i = 0; i < Math.Min(shape.Length, MaximumDimensions); i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(CultureInfo.InvariantCulture, $"{shape[i]}");
        }
        if (shape.Length > MaximumDimensions) text.Append(CultureInfo.InvariantCulture, $", ... {shape.Length} dimensions");
        return text.Append(']').ToString();
    }
}
