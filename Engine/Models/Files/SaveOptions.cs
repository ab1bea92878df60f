namespace QEngine.Models;

/// <summary>How a model is saved.</summary>
public sealed record SaveOptions
{
    /// <summary>Whether weights are stored in 16 bits (F16, at most 65504 in magnitude) instead of 32.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>What the card, <c>README.md</c>, says of how the model was made; null for a card of what the model is.</summary>
    public ModelCard? Card { get; init; }
}
