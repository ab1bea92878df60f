using System.Globalization;

namespace QEngine.Collections;

/// <summary>A segment as the manifest lists it; equal to another that lists the same.</summary>
internal sealed record SegmentEntry
{
    private const string Prefix = "segment-";
    private const int NumberDigits = 6;

    internal SegmentEntry(int number, int documents, IReadOnlyList<int> deleted, uint checksum) =>
        (Number, Documents, Deleted, Checksum) = (number, documents, deleted, checksum);

    /// <summary>Its number, never used again.</summary>
    public int Number { get; }

    /// <summary>Documents in it, deleted ones included.</summary>
    public int Documents { get; internal init; }

    /// <summary>Rows that are deleted, ascending.</summary>
    public IReadOnlyList<int> Deleted { get; internal init; }

    /// <summary>Checksum of its <c>segment.json</c>, which has those of its other files.</summary>
    public uint Checksum { get; internal init; }

    /// <summary>Name of its folder.</summary>
    public string Name => $"{Prefix}{Number.ToString($"D{NumberDigits}", CultureInfo.InvariantCulture)}";

    /// <summary>Whether another lists the same.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(SegmentEntry? other) =>
        other is not null && (Number, Documents, Checksum) == (other.Number, other.Documents, other.Checksum)
            && AreEqual(Deleted, other.Deleted);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Number, Documents, Checksum, Deleted.Count);

    /// <summary>Whether a name is that of a segment's folder, or of one that is being written or deleted.</summary>
    internal static bool IsName(string name) => TryNumber(name, out _);

    /// <summary>The number in such a name.</summary>
    internal static bool TryNumber(string name, out int number)
    {
        number = 0;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        int digits = Prefix.Length;
        while (digits < name.Length && char.IsAsciiDigit(name[digits])) digits++;
        if (digits < Prefix.Length + NumberDigits || (digits < name.Length && name[digits] != '.')) return false;
        return int.TryParse(name.AsSpan()[Prefix.Length..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Whether two lists hold the same, one by one.</summary>
    internal static bool AreEqual<T>(IReadOnlyList<T> one, IReadOnlyList<T> other)
        where T : IEquatable<T>
    {
        if (one.Count != other.Count) return false;
        for (int i = 0; i < one.Count; i++)
            if (!one[i].Equals(other[i])) return false;
        return true;
    }
}
