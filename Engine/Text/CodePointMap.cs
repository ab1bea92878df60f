namespace QEngine.Text;

/// <summary>A value for every Unicode code point, in pages of 256 that exist only where a value was set.</summary>
/// <typeparam name="TValue">The value; its default is what an unset code point has.</typeparam>
internal sealed class CodePointMap<TValue>
    where TValue : struct
{
    private const int PageBits = 8;
    private const int PageSize = 1 << PageBits;

    private static readonly TValue[] Unset = new TValue[PageSize];

    private readonly TValue[][] _pages = new TValue[0x110000 >> PageBits][];

    /// <summary>Creates a map in which every code point has the default value.</summary>
    public CodePointMap() => Array.Fill(_pages, Unset);

    /// <summary>The value of a code point, 0 .. 0x10FFFF.</summary>
    public TValue this[int codePoint]
    {
        get => _pages[codePoint >> PageBits][codePoint & (PageSize - 1)];
        set
        {
            ref TValue[] page = ref _pages[codePoint >> PageBits];
            if (ReferenceEquals(page, Unset)) page = new TValue[PageSize];
            page[codePoint & (PageSize - 1)] = value;
        }
    }
}
