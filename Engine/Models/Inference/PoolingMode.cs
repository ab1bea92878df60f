namespace QEngine.Models;

/// <summary>How the token vectors of a text become one vector, by sentence-transformers' modes.</summary>
public enum PoolingMode
{
    /// <summary>Their mean, <c>mean</c>.</summary>
    Mean,

    /// <summary>That of the first token, <c>[CLS]</c>, <c>cls</c>.</summary>
    Cls,

    /// <summary>The largest element of every column, <c>max</c>.</summary>
    Max,

    /// <summary>Their sum divided by the square root of their number, <c>mean_sqrt_len_tokens</c>.</summary>
    MeanSqrtLen,
}

/// <summary>Names of the modes.</summary>
public static class PoolingModes
{
    /// <summary>The mode as sentence-transformers calls it.</summary>
    /// <param name="mode">The mode.</param>
    public static string Name(this PoolingMode mode) => PoolingFile.NameOf(mode);
}
