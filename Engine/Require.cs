using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace QEngine;

/// <summary>
/// What a function asks of its arguments beyond what the runtime has words for, checked once at entry, before loops that check nothing:
/// lengths, ranges and overlap of spans, items of lists.
/// </summary>
/// <remarks>Messages name the parameter, so pass parameters themselves, never locals.</remarks>
internal static class Require
{
    /// <summary>Requires a number of elements.</summary>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Elements<T>(ReadOnlySpan<T> span, long expected, [CallerArgumentExpression(nameof(span))] string parameter = "")
    {
        if (span.Length != expected) ThrowElements(span.Length, expected, parameter);
    }

    /// <summary>Requires a number of elements, or none at all where the argument may be left out.</summary>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ElementsOrNone<T>(
        ReadOnlySpan<T> span, long expected, [CallerArgumentExpression(nameof(span))] string parameter = "")
    {
        if (!span.IsEmpty) Elements(span, expected, parameter);
    }

    /// <summary>Requires a minimum number of elements.</summary>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AtLeast<T>(ReadOnlySpan<T> span, long min, [CallerArgumentExpression(nameof(span))] string parameter = "")
    {
        if (span.Length < min) ThrowAtLeast(span.Length, min, parameter);
    }

    /// <summary>Requires whole rows, none where a row has no elements.</summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="ArgumentException">A row is cut off.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Rows<T>(ReadOnlySpan<T> span, int columns, [CallerArgumentExpression(nameof(span))] string parameter = "")
    {
        int rows = columns > 0 ? span.Length / columns : 0;
        if (columns < 0 || (long)rows * columns != span.Length) ThrowRows(span.Length, columns, parameter);
        return rows;
    }

    /// <summary>Requires the same number of elements in every row.</summary>
    /// <returns>The number of columns; 0 without rows.</returns>
    /// <exception cref="ArgumentException">The elements are no multiple of the rows.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Columns<T>(ReadOnlySpan<T> span, int rows, [CallerArgumentExpression(nameof(span))] string parameter = "")
    {
        int columns = rows > 0 ? span.Length / rows : 0;
        if (rows < 0 || (long)rows * columns != span.Length) ThrowColumns(span.Length, rows, parameter);
        return columns;
    }

    /// <summary>Requires a number from a range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Range(long value, long min, long max, [CallerArgumentExpression(nameof(value))] string parameter = "")
    {
        if (value < min || value > max) ThrowRange(value, min, max, parameter);
    }

    /// <summary>Requires a number that follows from other arguments.</summary>
    /// <exception cref="ArgumentException">It is another.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Equal(long value, long expected, [CallerArgumentExpression(nameof(value))] string parameter = "")
    {
        if (value != expected) ThrowEqual(value, expected, parameter);
    }

    /// <summary>Requires indices of entries, each from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or not below the count.</exception>
    public static void Indices(ReadOnlySpan<int> indices, int count, [CallerArgumentExpression(nameof(indices))] string parameter = "")
    {
        for (int i = 0; i < indices.Length; i++)
            if ((uint)indices[i] >= (uint)count) ThrowRange(indices[i], 0, count - 1L, parameter);
    }

    /// <summary>Requires indices of entries, or -1 for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is below -1 or not below the count.</exception>
    public static void IndicesOrNone(
        ReadOnlySpan<int> indices, int count, [CallerArgumentExpression(nameof(indices))] string parameter = "")
    {
        for (int i = 0; i < indices.Length; i++)
            if (indices[i] < -1 || indices[i] >= count) ThrowRange(indices[i], -1, count - 1L, parameter);
    }

    /// <summary>Requires offsets of packed sequences: from 0, ascending, no sequence empty.</summary>
    /// <returns>The number of sequences; the last offset is the number of their tokens.</returns>
    /// <exception cref="ArgumentException">The offsets do not divide tokens into sequences.</exception>
    public static int Offsets(ReadOnlySpan<int> offsets, out int tokens, [CallerArgumentExpression(nameof(offsets))] string parameter = "")
    {
        AtLeast(offsets, 1, parameter);
        if (offsets[0] != 0) Throw($"expected {parameter} from 0, found {offsets[0]}", parameter);
        for (int i = 1; i < offsets.Length; i++)
            if (offsets[i] <= offsets[i - 1])
                Throw($"expected ascending {parameter}, found {offsets[i]} after {offsets[i - 1]}", parameter);
        tokens = offsets[^1];
        return offsets.Length - 1;
    }

    /// <summary>Requires an output that shares no memory with other arguments.</summary>
    /// <exception cref="ArgumentException">It overlaps one of them.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apart<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> a, ReadOnlySpan<T> b = default, ReadOnlySpan<T> c = default, ReadOnlySpan<T> d = default,
        ReadOnlySpan<T> e = default, [CallerArgumentExpression(nameof(output))] string parameter = "")
    {
        if (output.Overlaps(a) || output.Overlaps(b) || output.Overlaps(c) || output.Overlaps(d) || output.Overlaps(e))
            ThrowOverlap(parameter);
    }

    /// <summary>Requires an output that is another argument itself, or shares no memory with it.</summary>
    /// <exception cref="ArgumentException">It overlaps the other argument from another element on.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SameOrApart<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> other, [CallerArgumentExpression(nameof(output))] string parameter = "")
    {
        if (output.Overlaps(other, out int offset) && offset != 0) ThrowOverlap(parameter);
    }

    /// <summary>Requires a list without null.</summary>
    /// <exception cref="ArgumentException">One is null; names its index.</exception>
    public static void Items<T>(ReadOnlySpan<T> items, [CallerArgumentExpression(nameof(items))] string parameter = "")
        where T : class
    {
        for (int i = 0; i < items.Length; i++)
            if (items[i] is null) throw NullAt(i, parameter);
    }

    /// <summary>Requires a list, and none of its items to be null.</summary>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">One is null; names its index.</exception>
    public static void Items<T>(IReadOnlyList<T> items, [CallerArgumentExpression(nameof(items))] string parameter = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(items, parameter);
        for (int i = 0; i < items.Count; i++)
            if (items[i] is null) throw NullAt(i, parameter);
    }

    /// <summary>Requires an index of so many items.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static void Index(int index, int count, [CallerArgumentExpression(nameof(index))] string parameter = "")
    {
        if ((uint)index >= (uint)count)
            throw new ArgumentOutOfRangeException(
                parameter, index, count > 0 ? $"expected an index from 0 to {count - 1}" : "expected no index, as there are no items");
    }

    /// <summary>Requires a value that the enumeration names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has none of that value.</exception>
    public static void Named<T>(T value, [CallerArgumentExpression(nameof(value))] string parameter = "")
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(parameter, value, $"expected one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <summary>What is said of null among items.</summary>
    public static ArgumentException NullAt(long index, string parameter) => new($"expected no null, found one at index {index}", parameter);

    // Messages are put together here, out of the code of those who check.
    [DoesNotReturn]
    private static void ThrowElements(int found, long expected, string parameter) =>
        Throw($"expected {parameter} of {expected} elements, found {found}", parameter);

    [DoesNotReturn]
    private static void ThrowAtLeast(int found, long min, string parameter) =>
        Throw($"expected {parameter} of at least {min} elements, found {found}", parameter);

    [DoesNotReturn]
    private static void ThrowRows(int found, int columns, string parameter) =>
        Throw($"expected {parameter} of rows of {columns} elements, found {found} elements", parameter);

    [DoesNotReturn]
    private static void ThrowColumns(int found, int rows, string parameter) =>
        Throw($"expected {parameter} of {rows} equal rows, found {found} elements", parameter);

    [DoesNotReturn]
    private static void ThrowEqual(long found, long expected, string parameter) =>
        Throw($"expected {parameter} {expected}, found {found}", parameter);

    [DoesNotReturn]
    private static void ThrowRange(long value, long min, long max, string parameter) =>
        throw new ArgumentOutOfRangeException(parameter, $"expected {parameter} from {min} to {max}, found {value}");

    [DoesNotReturn]
    private static void ThrowOverlap(string parameter) =>
        Throw($"expected {parameter} apart from the other arguments, found an overlap", parameter);

    [DoesNotReturn]
    private static void Throw(string message, string parameter) => throw new ArgumentException(message, parameter);
}
