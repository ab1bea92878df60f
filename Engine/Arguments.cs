using System.Runtime.CompilerServices;

namespace QEngine;

/// <summary>Checks of what callers hand over, for those that the runtime has no words for.</summary>
internal static class Arguments
{
    /// <summary>Requires a list without null.</summary>
    /// <exception cref="ArgumentException">One is null; names its index.</exception>
    public static void RequireItems<T>(ReadOnlySpan<T> items, [CallerArgumentExpression(nameof(items))] string name = "")
        where T : class
    {
        for (int i = 0; i < items.Length; i++)
            if (items[i] is null) throw NullAt(i, name);
    }

    /// <summary>Requires a list, and none of its items to be null.</summary>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">One is null; names its index.</exception>
    public static void RequireItems<T>(IReadOnlyList<T> items, [CallerArgumentExpression(nameof(items))] string name = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(items, name);
        for (int i = 0; i < items.Count; i++)
            if (items[i] is null) throw NullAt(i, name);
    }

    /// <summary>Requires an index of so many items.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static void RequireIndex(int index, int count, [CallerArgumentExpression(nameof(index))] string name = "")
    {
        if ((uint)index >= (uint)count) throw new ArgumentOutOfRangeException(name, index, count > 0 ? $"expected an index from 0 to {count - 1}" : "expected no index, as there are no items");
    }

    /// <summary>Requires a value that the enumeration names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has none of that value.</exception>
    public static void RequireNamed<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new ArgumentOutOfRangeException(name, value, $"expected one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <summary>What is said of null among items.</summary>
    public static ArgumentException NullAt(long index, string name) => new($"expected no null, found one at index {index}", name);
}
