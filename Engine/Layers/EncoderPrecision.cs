namespace QEngine.Layers;

/// <summary>In which numbers an encoder keeps its matrices and multiplies with them.</summary>
public enum EncoderPrecision
{
    /// <summary>Single precision; what is trained.</summary>
    Float32,

    /// <summary>
    /// Eight bits, for embedding alone: matrices with a scale for every row, the tokens' vectors quantised where they are multiplied.
    /// Attention, normalisation, pooling and heads stay in single precision.
    /// </summary>
    Int8,
}
