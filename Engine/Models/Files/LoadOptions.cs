using QEngine.Layers;

namespace QEngine.Models;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>
    /// In which numbers the encoder computes; null for those of the folder. A folder in float32 is quantised where int8 is asked for, which
    /// gives the same as the quantised folder that <see cref="ModelFolder.Save"/> then writes; one in int8 cannot be had in float32.
    /// </summary>
    public EncoderPrecision? Precision { get; init; }

    /// <summary>A stored encoder in the numbers asked for.</summary>
    /// <exception cref="QEngineException">Float32 is asked for, and it is stored in int8.</exception>
    internal BertConfiguration Over(BertConfiguration encoder, string name)
    {
        if (Precision is null || Precision == encoder.Precision) return encoder;
        if (Precision == EncoderPrecision.Float32)
            throw new QEngineException($"expected a model in float32, found one in int8, whose numbers are rounded: {name}");
        return encoder with { Precision = Precision.Value };
    }
}
