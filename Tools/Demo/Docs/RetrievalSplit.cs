namespace QEngine.Tools.Demo.Docs;

/// <summary>The use of a type's members.</summary>
internal enum Part
{
    /// <summary>Pairs are made of them.</summary>
    Training,

    /// <summary>Queries of them choose settings.</summary>
    Development,

    /// <summary>Queries of them measure.</summary>
    Test,
}

/// <summary>
/// Splits types, not members: whole families whose names differ in digits or arity alone (Int32 and Int64, Task and
/// Task&lt;T&gt;) go to one part, because their descriptions are near copies of each other.
/// </summary>
internal static class RetrievalSplit
{
    /// <summary>The family of a type.</summary>
    /// <param name="outerType">Full name of the outermost type.</param>
    public static string Family(string outerType) => string.Concat(outerType.Where(symbol => !char.IsAsciiDigit(symbol) && symbol != '`'));

    /// <summary>The part a family belongs to: a function of its name and the seed alone.</summary>
    public static Part Choose(string family, RetrievalOptions options)
    {
        double place = StableHash.Unit(family, options.Seed);
        if (place < options.TestShare) return Part.Test;
        return place < options.TestShare + options.DevelopmentShare ? Part.Development : Part.Training;
    }
}
