using System.Text;

namespace QEngine.Storage;

/// <summary>
/// A parser of exactly the Python literal that .npy headers hold: a dictionary with the keys <c>descr</c>, <c>fortran_order</c> and
/// <c>shape</c>, each once, in any order.
/// </summary>
internal ref struct NpyHeaderParser
{
    private const int MaximumRank = 64;

    private readonly ReadOnlySpan<byte> _text;
    private readonly int _offset;
    private readonly string _fileName;
    private int _at;

    /// <param name="text">The header without the bytes before it.</param>
    /// <param name="offset">Where in the file it begins, for messages.</param>
    /// <param name="fileName">The file, for messages.</param>
    internal NpyHeaderParser(ReadOnlySpan<byte> text, int offset, string fileName)
    {
        _text = text;
        _offset = offset;
        _fileName = fileName;
    }

    /// <summary>The array protocol's type string, <c>&lt;f4</c> for instance.</summary>
    internal string Type { get; private set; } = "";

    internal bool FortranOrder { get; private set; }

    internal long[] Shape { get; private set; } = [];

    internal void Parse()
    {
        bool type = false, order = false, shape = false;
        Expect('{', "a dictionary");
        while (!TryTake('}'))
        {
            int keyAt = _at;
            string key = String("one of the keys 'descr', 'fortran_order' and 'shape'");
            Expect(':', "':'");
            if (key == "descr" && !type) (type, Type) = (true, String("a plain dtype string (structured dtypes are not read)"));
            else if (key == "fortran_order" && !order) (order, FortranOrder) = (true, Boolean());
            else if (key == "shape" && !shape) (shape, Shape) = (true, Tuple());
            else
            {
                _at = keyAt;
                throw Unexpected("the keys 'descr', 'fortran_order' and 'shape' once each", Printable.Quote(key));
            }
            if (!TryTake(',') && Peek() != '}') throw Unexpected("',' or '}'");
        }
        if (!type || !order || !shape) throw Unexpected("the keys 'descr', 'fortran_order' and 'shape'", "fewer");
        if (Peek() >= 0) throw Unexpected("nothing but white space after the dictionary");
    }

    private string String(string expected)
    {
        int quote = Peek();
        if (quote is not ('\'' or '"')) throw Unexpected(expected);
        int start = ++_at;
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (_text[_at] is < 0x20 or >= 0x7F or (byte)'\\') throw Unexpected("printable ASCII without escapes");
            _at++;
        }
        if (_at == _text.Length) throw Unexpected("the end of a string");
        return Encoding.ASCII.GetString(_text[start.._at++]);
    }

    private bool Boolean()
    {
        Peek();
        ReadOnlySpan<byte> rest = _text[_at..];
        bool value = rest.StartsWith("True"u8);
        if (!value && !rest.StartsWith("False"u8)) throw Unexpected("True or False");
        _at += value ? 4 : 5;
        return value;
    }

    private long[] Tuple()
    {
        Expect('(', "a tuple of dimensions");
        List<long> items = [];
        bool comma = true;
        while (!TryTake(')'))
        {
            if (!comma) throw Unexpected("',' or ')'");
            if (items.Count == MaximumRank) throw Unexpected($"at most {MaximumRank} dimensions");
            items.Add(Integer());
            comma = TryTake(',');
        }
        // In Python (5) is a number; a tuple of one item is (5,).
        if (items.Count == 1 && !comma) throw Unexpected("a tuple such as (5,)", "a number in brackets");
        return items.ToArray();
    }

    private long Integer()
    {
        const string Expected = "a non-negative integer below 2^63";
        if (!char.IsAsciiDigit((char)Math.Max(Peek(), 0))) throw Unexpected(Expected);
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit((char)_text[_at])) _at++;
        ReadOnlySpan<byte> digits = _text[start.._at];
        if ((digits.Length > 1 && digits[0] == '0') || !long.TryParse(digits, out long value))
        {
            _at = start;
            throw Unexpected(Expected, "a leading zero or a larger number");
        }
        // Python 2 wrote long integers with a suffix.
        if (_at < _text.Length && _text[_at] == 'L') _at++;
        return value;
    }

    /// <summary>Skips white space; the next byte without taking it, or -1 at the end.</summary>
    private int Peek()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') _at++;
        return _at < _text.Length ? _text[_at] : -1;
    }

    private bool TryTake(char wanted)
    {
        if (Peek() != wanted) return false;
        _at++;
        return true;
    }

    private void Expect(char wanted, string expected)
    {
        if (!TryTake(wanted)) throw Unexpected(expected);
    }

    private readonly QEngineException Unexpected(string expected)
    {
        string found = _at >= _text.Length ? "the end of the header"
            : _text[_at] is >= 0x20 and < 0x7F ? $"'{(char)_text[_at]}'" : $"byte 0x{_text[_at]:X2}";
        return Unexpected(expected, found);
    }

    private readonly QEngineException Unexpected(string expected, string found) =>
        new($"expected {expected} in the .npy header, found {found} at byte {_offset + _at} of {_fileName}");
}
