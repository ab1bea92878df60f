namespace QEngine.Kernels;

/// <summary>What the sum of a sequence's token vectors is divided by.</summary>
public enum MeanDivisor
{
    /// <summary>The number of tokens: the mean.</summary>
    Length,

    /// <summary>Its square root: independent tokens then give vectors of the same size at any length.</summary>
    SquareRootOfLength,
}
