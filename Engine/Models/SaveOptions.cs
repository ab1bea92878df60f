namespace QEngine.Models;

/// <summary>How a model is saved.</summary>
public sealed record SaveOptions
{
    /// <summary>Whether weights are stored in 16 bits (F16) instead of 32.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>What the card says of how the model was made, or null.</summary>
    public ModelCard? Card { get; init; }
}
