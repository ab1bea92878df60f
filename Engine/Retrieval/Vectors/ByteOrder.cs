namespace QEngine.Retrieval;

/// <summary>The order of ids in trec_eval: that of their UTF-8 bytes.</summary>
internal static class ByteOrder
{
    /// <summary>Compares two ids.</summary>
    /// <param name="left">Well-formed text.</param>
    /// <param name="right">Well-formed text.</param>
    /// <returns>Below 0 where <paramref name="left"/> comes first, 0 where they are equal.</returns>
    public static int Compare(string left, string right)
    {
        int common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length) return left.Length.CompareTo(right.Length);
        char a = left[common], b = right[common];
        // UTF-16's own order differs only where a surrogate, half of a character above U+FFFF, meets one from U+E000 on, and is the larger.
        bool above = char.IsSurrogate(a);
        return above != char.IsSurrogate(b) && Math.Max(a, b) >= '\uE000' ? (above ? 1 : -1) : a.CompareTo(b);
    }
}
