using System.Buffers;

namespace QEngine.Text;

/// <summary>The word being collected: at most as many characters as the tokenizer looks at, however long the word is.</summary>
internal struct WordBuffer : IDisposable
{
    // 100 characters, the usual limit, always fit; a larger limit grows the buffer only when such a word comes.
    private const int InitialUnits = 200;

    private readonly int _maximum;
    private char[] _units;
    private int _length;
    private int _characters;

    /// <summary>Starts with an empty word.</summary>
    /// <param name="maximum">How many Unicode characters are kept.</param>
    public WordBuffer(int maximum)
    {
        _maximum = maximum;
        _units = ArrayPool<char>.Shared.Rent(InitialUnits);
    }

    /// <summary>Whether nothing was appended since the last <see cref="Clear"/>.</summary>
    public readonly bool IsEmpty => _length == 0;

    /// <summary>Whether the word has more characters than are kept.</summary>
    public readonly bool TooLong => _characters > _maximum;

    /// <summary>The characters kept.</summary>
    public readonly ReadOnlySpan<char> Word => _units.AsSpan(0, _length);

    /// <summary>Appends a character of the basic plane.</summary>
    public void Append(char character)
    {
        if (Reserve(1)) _units[_length++] = character;
    }

    /// <summary>Appends any character.</summary>
    public void Append(int codePoint)
    {
        if (codePoint < 0x10000)
        {
            Append((char)codePoint);
            return;
        }
        if (!Reserve(2)) return;
        _units[_length++] = (char)(((codePoint - 0x10000) >> 10) + 0xD800);
        _units[_length++] = (char)((codePoint & 0x3FF) + 0xDC00);
    }

    /// <summary>Starts the next word.</summary>
    public void Clear()
    {
        _length = 0;
        _characters = 0;
    }

    /// <summary>Gives the scratch back.</summary>
    public readonly void Dispose() => ArrayPool<char>.Shared.Return(_units);

    // Counts one more character and makes room for its units, unless the word is full; the count stops one above the maximum.
    private bool Reserve(int units)
    {
        if (_characters > _maximum) return false;
        _characters++;
        if (_characters > _maximum) return false;
        if (_length + units > _units.Length) Grow();
        return true;
    }

    private void Grow()
    {
        char[] larger = ArrayPool<char>.Shared.Rent(_units.Length * 2);
        Word.CopyTo(larger);
        Dispose();
        _units = larger;
    }
}
