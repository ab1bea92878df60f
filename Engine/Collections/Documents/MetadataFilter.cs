using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>
/// Says by their metadata which documents may be found: equality and ranges of numbers, joined by <c>&amp;</c>, <c>|</c> and <c>!</c>.
/// A document without the field has no value that is equal or in a range.
/// </summary>
public abstract class MetadataFilter
{
    private protected MetadataFilter()
    {
    }

    /// <summary>Documents whose field has a value.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="value">A string, a number or a boolean; of another kind nothing is equal to it.</param>
    public static MetadataFilter Equal(string field, MetadataValue value)
    {
        ArgumentNullException.ThrowIfNull(field);
        return new ValueFilter(field, found => found == value);
    }

    /// <summary>Documents whose field is a number in a range, ends included.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="least">The smallest number; negative infinity for no such end.</param>
    /// <param name="most">The largest; infinity for no such end.</param>
    /// <exception cref="ArgumentOutOfRangeException">An end is no number, or <paramref name="most"/> is below the other.</exception>
    public static MetadataFilter Between(string field, double least, double most)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (!(least <= most))
            throw new ArgumentOutOfRangeException(nameof(most), most, $"expected a number of at least {least}, the other end");
        return new ValueFilter(
            field, found => found.Kind == MetadataKind.Number && found.AsNumber() is var number && number >= least && number <= most);
    }

    /// <summary>Documents whose field is a number and not below another.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="least">The smallest number.</param>
    public static MetadataFilter AtLeast(string field, double least) => Between(field, least, double.PositiveInfinity);

    /// <summary>Documents whose field is a number and not above another.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="most">The largest number.</param>
    public static MetadataFilter AtMost(string field, double most) => Between(field, double.NegativeInfinity, most);

    /// <summary>Documents that both filters let through.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static MetadataFilter operator &(MetadataFilter left, MetadataFilter right) => new JoinedFilter(left, right, isAnd: true);

    /// <summary>Documents that one of the filters lets through, or both.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static MetadataFilter operator |(MetadataFilter left, MetadataFilter right) => new JoinedFilter(left, right, isAnd: false);

    /// <summary>Documents that a filter does not let through, those without its field among them.</summary>
    /// <param name="filter">The filter.</param>
    public static MetadataFilter operator !(MetadataFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new NegatedFilter(filter);
    }

    /// <summary>Documents that have a field, whatever its value.</summary>
    internal static MetadataFilter Present(string field) => new ValueFilter(field, _ => true);

    /// <summary>All documents, or none.</summary>
    internal static MetadataFilter Constant(bool isAll)
    {
        NoneFilter none = new();
        return isAll ? new NegatedFilter(none) : none;
    }

    /// <summary>The rows of a segment that it lets through, deleted ones perhaps too.</summary>
    internal abstract RowSet Rows(SegmentMetadata metadata);

    private sealed class ValueFilter(string field, Predicate<MetadataValue> matches) : MetadataFilter
    {
        internal override RowSet Rows(SegmentMetadata metadata) => metadata.Rows(field, matches);
    }

    private sealed class NoneFilter : MetadataFilter
    {
        internal override RowSet Rows(SegmentMetadata metadata) => metadata.NoRows();
    }

    private sealed class NegatedFilter(MetadataFilter filter) : MetadataFilter
    {
        internal override RowSet Rows(SegmentMetadata metadata)
        {
            RowSet rows = filter.Rows(metadata);
            rows.Invert();
            return rows;
        }
    }

    private sealed class JoinedFilter : MetadataFilter
    {
        private readonly MetadataFilter _left, _right;
        private readonly bool _isAnd;

        public JoinedFilter(MetadataFilter left, MetadataFilter right, bool isAnd)
        {
            ArgumentNullException.ThrowIfNull(left);
            ArgumentNullException.ThrowIfNull(right);
            (_left, _right, _isAnd) = (left, right, isAnd);
        }

        internal override RowSet Rows(SegmentMetadata metadata)
        {
            RowSet rows = _left.Rows(metadata), other = _right.Rows(metadata);
            if (_isAnd) rows.IntersectWith(other);
            else rows.UnionWith(other);
            return rows;
        }
    }
}
