using System.Globalization;
using System.Numerics;

namespace QEngine.Tools.Cli;

/// <summary>
/// Numbers as the command line has them, in one form whatever the machine's language: <c>-</c> and digits; those of measures and rates
/// perhaps with a point and digits, and an exponent: <c>12</c>, <c>-0.5</c>, <c>1e-3</c>.
/// </summary>
internal static class NumberText
{
    /// <summary>Whether a text is a whole number; it may be too large for <typeparamref name="T"/>.</summary>
    public static bool IsWhole(string text) => Digits(text, Sign(text)) is var end && end > Sign(text) && end == text.Length;

    /// <summary>Whether a text is a number, whole or not.</summary>
    public static bool IsReal(string text)
    {
        int at = Digits(text, Sign(text));
        if (at == Sign(text)) return false;
        if (at < text.Length && text[at] == '.')
        {
            int end = Digits(text, at + 1);
            if (end == at + 1) return false;
            at = end;
        }
        if (at == text.Length) return true;
        if (text[at] is not ('e' or 'E')) return false;
        int exponent = at + 1 < text.Length && text[at + 1] is '+' or '-' ? at + 2 : at + 1;
        return Digits(text, exponent) is var last && last > exponent && last == text.Length;
    }

    /// <summary>Whether a text says that it is no number, or beyond all.</summary>
    public static bool IsNotFinite(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double value) && !double.IsFinite(value);

    /// <summary>Whether a text that begins with a minus is meant as a number, well formed or not, rather than as an option.</summary>
    public static bool IsMeant(string text) => text.Length > 1 && text[0] == '-' && (char.IsDigit(text[1]) || text[1] is '.' or ',');

    /// <summary>The value of a whole number; false where it is none or beyond the type.</summary>
    public static bool TryWhole<T>(string text, out T value)
        where T : IBinaryInteger<T>
    {
        value = T.Zero;
        return IsWhole(text) && T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value!);
    }

    /// <summary>The value of a number; false where it is none or not finite.</summary>
    public static bool TryReal(string text, out double value)
    {
        value = 0;
        return IsReal(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    private static int Sign(string text) => text.StartsWith('-') ? 1 : 0;

    // Of Unicode's many digits only ASCII's.
    private static int Digits(string text, int from)
    {
        while (from < text.Length && char.IsAsciiDigit(text[from])) from++;
        return from;
    }
}
