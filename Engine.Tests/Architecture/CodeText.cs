namespace QEngine.Tests.Architecture;

/// <summary>
/// Reduces C# source to what the compiler takes as code: comments and the text of literals become spaces, so that a name in them is no
/// use of it. Line breaks stay, and so does code inside an interpolated string.
/// </summary>
internal sealed class CodeText
{
    private readonly string _source;
    private readonly char[] _code;
    private int _next;

    private CodeText(string source)
    {
        _source = source;
        _code = new char[source.Length];
        for (int i = 0; i < source.Length; i++) _code[i] = source[i] is '\n' or '\r' ? source[i] : ' ';
    }

    /// <summary>The code of a source, of the same length.</summary>
    public static string Of(string source)
    {
        CodeText text = new(source);
        text.Code(inHole: false);
        return new string(text._code);
    }

    /// <summary>Copies code up to the end, or up to the brace that closes an interpolation's hole.</summary>
    private void Code(bool inHole)
    {
        int depth = 0;
        while (_next < _source.Length)
        {
            char current = _source[_next];
            if (inHole && depth == 0 && current == '}') return;
            if (At("//")) SkipTo("\n", keepEnd: true);
            else if (At("/*")) SkipTo("*/", keepEnd: false);
            else if (current == '\'') Character();
            else if (IsString(out int dollars, out bool verbatim, out int quotes)) String(dollars, verbatim, quotes);
            else
            {
                depth += current switch { '{' => 1, '}' => -1, _ => 0 };
                _code[_next++] = current;
            }
        }
    }

    private bool IsString(out int dollars, out bool verbatim, out int quotes)
    {
        int i = _next;
        (dollars, verbatim, quotes) = (0, false, 0);
        for (; i < _source.Length && _source[i] is '$' or '@'; i++)
        {
            if (_source[i] == '$') dollars++;
            else verbatim = true;
        }
        int first = i;
        while (i < _source.Length && _source[i] == '"') i++;
        quotes = i - first;
        if (quotes == 0) return false;
        bool raw = quotes >= 3 && !verbatim;
        if (!raw) quotes = 1;
        _next = first + quotes;
        return true;
    }

    private void String(int dollars, bool verbatim, int quotes)
    {
        bool raw = quotes > 1;
        int braces = raw ? dollars : Math.Min(dollars, 1);
        string end = new('"', quotes);
        while (_next < _source.Length)
        {
            if (!raw && verbatim && At("\"\"")) _next += 2;
            else if (!raw && !verbatim && _source[_next] == '\\') _next += 2;
            else if (At(end))
            {
                _next += quotes;
                return;
            }
            else if (braces > 0 && _source[_next] == '{') Hole(raw, braces);
            else _next++;
        }
    }

    private void Hole(bool raw, int braces)
    {
        int run = 0;
        while (_next + run < _source.Length && _source[_next + run] == '{') run++;
        _next += run;
        // Of a plain string two braces are one brace of text; of a raw string fewer braces than dollars are text.
        bool opens = raw ? run >= braces : run % 2 == 1;
        if (!opens) return;
        Code(inHole: true);
        _next = Math.Min(_source.Length, _next + braces);
    }

    private void Character()
    {
        for (_next++; _next < _source.Length && _source[_next] != '\''; _next++)
        {
            if (_source[_next] == '\\') _next++;
        }
        _next++;
    }

    private void SkipTo(string end, bool keepEnd)
    {
        int found = _source.IndexOf(end, _next + 2, StringComparison.Ordinal);
        _next = found < 0 ? _source.Length : keepEnd ? found : found + end.Length;
    }

    private bool At(string text) => string.CompareOrdinal(_source, _next, text, 0, text.Length) == 0;
}
