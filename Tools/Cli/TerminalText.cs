using System.Text;

namespace QEngine.Tools.Cli;

/// <summary>Texts on one line: what they hold must not move the cursor, colour the terminal or end a cell or row.</summary>
internal static class TerminalText
{
    /// <summary>A whole text with a space for every control character, tabs and ends of lines among them.</summary>
    public static string Whole(string text)
    {
        StringBuilder line = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029) line.Append(' ');
            else line.Append(rune);
        }
        return line.ToString();
    }

    /// <summary>A text cut to a number of character cells, every white space a space.</summary>
    public static string Cut(string text, int cells)
    {
        StringBuilder line = new();
        int used = 0, beforeEllipsis = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            used += Cells(rune);
            if (used > cells)
            {
                line.Length = beforeEllipsis;
                return line.Append('\u2026').ToString();
            }
            if (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune)) line.Append(' ');
            else line.Append(rune);
            if (used < cells) beforeEllipsis = line.Length;
        }
        return line.ToString();
    }

    /// <summary>Character cells of a text.</summary>
    public static int Cells(string text) => text.EnumerateRunes().Sum(Cells);

    // East Asian scripts and pictographs take two cells; near enough for a table.
    private static int Cells(Rune rune) => rune.Value >= 0x1100 && !(rune.Value is >= 0x11FF and < 0x2E80) ? 2 : 1;
}
