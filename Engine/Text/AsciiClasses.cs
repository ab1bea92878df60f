namespace QEngine.Text;

/// <summary>The 64 ASCII characters that are most frequent in some strings, a number each.</summary>
internal sealed class AsciiClasses
{
    /// <summary>The number of a character that is none of them.</summary>
    public const int None = 0xFF;

    private const int Count = 64, AsciiCount = 128;

    private readonly byte[] _classes = new byte[AsciiCount];

    /// <summary>Counts the characters.</summary>
    public AsciiClasses(IReadOnlyList<string> strings)
    {
        long[] counts = new long[AsciiCount];
        for (int i = 0; i < strings.Count; i++)
        {
            Characters += strings[i].Length;
            foreach (char character in strings[i])
                if (character < AsciiCount) counts[character]++;
        }
        int[] characters = new int[AsciiCount];
        for (int i = 0; i < AsciiCount; i++) characters[i] = i;
        Array.Sort(characters, (a, b) => counts[a] != counts[b] ? counts[b].CompareTo(counts[a]) : a - b);
        Array.Fill(_classes, (byte)None);
        Others = Characters;
        for (int i = 0; i < Count; i++)
        {
            _classes[characters[i]] = (byte)i;
            Others -= counts[characters[i]];
        }
    }

    /// <summary>Characters of all strings.</summary>
    public long Characters { get; }

    /// <summary>Those of them that have no number.</summary>
    public long Others { get; }

    /// <summary>A character's number, 0 to 63, or <see cref="None"/>.</summary>
    public int this[char character] => character < AsciiCount ? _classes[character] : None;
}
