using System.Text;

namespace QEngine.Tools.Plots;

/// <summary>Texts in HTML, SVG and XML.</summary>
internal static class MarkupText
{
    /// <summary>
    /// A text as content or value of an attribute: what means something there is encoded; ends of lines and tabs are spaces, and what no
    /// document may hold, other control characters and halves of pairs, is U+FFFD.
    /// </summary>
    internal static string Encode(string text)
    {
        StringBuilder encoded = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': encoded.Append("&amp;"); break;
                case '<': encoded.Append("&lt;"); break;
                case '>': encoded.Append("&gt;"); break;
                case '"': encoded.Append("&quot;"); break;
                case '\'': encoded.Append("&#39;"); break;
                case '\t' or '\n' or '\r': encoded.Append(' '); break;
                default: encoded.Append(Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune); break;
            }
        }
        return encoded.ToString();
    }

    /// <summary>A text of at most so many characters, with an ellipsis where it was longer.</summary>
    internal static string Shorten(string text, int most)
    {
        if (text.Length <= most) return text;
        int end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text[..end]}\u2026";
    }
}
