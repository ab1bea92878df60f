namespace QEngine.Storage;

/// <summary>Sizes computed from untrusted shapes.</summary>
internal static class ByteCount
{
    /// <summary>Product of the dimensions and the element size; false where one is negative or the product passes 2^63.</summary>
    internal static bool TryOf(ReadOnlySpan<long> shape, int elementBytes, out long bytes)
    {
        bytes = elementBytes;
        foreach (long dimension in shape)
        {
            if (dimension < 0) return false;
            if (Math.BigMul(bytes, dimension, out long product) != 0 || product < 0) return false;
            bytes = product;
        }
        return true;
    }
}
