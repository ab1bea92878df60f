using System.Globalization;

namespace QEngine.Quantum;

/// <summary>What a piece of an OpenQASM text is.</summary>
internal enum QasmTokenKind
{
    /// <summary>A name or a word of the language.</summary>
    Name,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text between quotes, without them.</summary>
    Quoted,

    /// <summary>A sign.</summary>
    Symbol,

    /// <summary>The end of the text.</summary>
    End,
}

/// <summary>A piece of an OpenQASM text and its place.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its characters.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
internal readonly record struct QasmToken(QasmTokenKind Kind, string Text, int Line, int Column)
{
    /// <summary>The piece as an error shows it.</summary>
    public override string ToString() => Kind == QasmTokenKind.End ? "the end" : $"'{Text}'";
}

/// <summary>Cuts an OpenQASM text into pieces, one at a time.</summary>
/// <param name="text">The text.</param>
/// <param name="source">What it is called in errors.</param>
internal sealed class QasmLexer(string text, string source)
{
    // Beyond any name of use, and short enough for one line of an error.
    private const int MostCharacters = 64;

    private int _at, _line = 1, _lineStart;

    /// <summary>The next piece.</summary>
    /// <exception cref="QEngineException">There is none that the language knows.</exception>
    public QasmToken Next()
    {
        SkipBlanks();
        if (_at == text.Length) return Token(QasmTokenKind.End, _at);
        int from = _at;
        char first = text[_at];
        if (char.IsAsciiLetter(first) || first == '_')
        {
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
            return Token(QasmTokenKind.Name, from);
        }
        if (char.IsAsciiDigit(first) || (first == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]))) return Number();
        if (first == '"') return Quoted();
        string two = _at + 1 < text.Length ? text.Substring(_at, 2) : "";
        _at += two is "->" or "==" ? 2 : 1;
        QasmToken token = Token(QasmTokenKind.Symbol, from);
        return _at - from == 2 || ";,()[]{}+-*/^".Contains(first, StringComparison.Ordinal)
            ? token
            : throw Error(token, "a sign of OpenQASM", Visible(first));
    }

    /// <summary>An error at a place.</summary>
    public QEngineException Error(QasmToken at, string expected, string found) =>
        new($"{source}, line {at.Line}, column {at.Column}: expected {expected}, found {found}");

    private static string Visible(char character) =>
        character is > ' ' and < '\u007f' ? $"'{character}'" : string.Create(CultureInfo.InvariantCulture, $"U+{(int)character:X4}");

    private QasmToken Number()
    {
        int from = _at;
        Digits();
        if (_at < text.Length && text[_at] == '.') _at++;
        Digits();
        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            int exponent = _at++;
            if (_at < text.Length && text[_at] is '+' or '-') _at++;
            int digits = _at;
            Digits();
            // Not an exponent: a name follows, which the parser does not expect there.
            if (_at == digits) _at = exponent;
        }
        return Token(QasmTokenKind.Number, from);
    }

    private void Digits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
    }

    private QasmToken Quoted()
    {
        int from = _at++;
        while (_at < text.Length && text[_at] is >= ' ' and <= '~' and not '"') _at++;
        if (_at == text.Length || text[_at] != '"') throw Error(Token(QasmTokenKind.Quoted, from, from + 1), "a closing quote", "none");
        QasmToken token = Token(QasmTokenKind.Quoted, from + 1);
        _at++;
        return token;
    }

    private QasmToken Token(QasmTokenKind kind, int from) => Token(kind, from, _at);

    private QasmToken Token(QasmTokenKind kind, int from, int to)
    {
        bool tooLong = to - from > MostCharacters;
        QasmToken token = new(kind, tooLong ? "" : text[from..to], _line, from - _lineStart + 1);
        return tooLong ? throw Error(token, $"at most {MostCharacters} characters", $"{to - from}") : token;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (text[_at] == '\n') (_line, _lineStart) = (_line + 1, _at + 1);
            else if (text.AsSpan(_at).StartsWith("//")) _at = LastOfLine();
            else if (text[_at] is not (' ' or '\t' or '\r' or '\uFEFF')) return;
            _at++;
        }
    }

    private int LastOfLine()
    {
        int end = text.IndexOf('\n', _at);
        return (end < 0 ? text.Length : end) - 1;
    }
}
