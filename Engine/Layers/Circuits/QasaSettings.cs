namespace QEngine.Layers;

/// <summary>Sizes of a <see cref="QasaLayer{T}"/>; as they stand, those of the publication's benchmark.</summary>
internal sealed record QasaSettings
{
    /// <summary>Numbers of a token.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Heads of the attention; divides <see cref="Hidden"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Dropout within the feed-forward network and after it.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Whether tau is the length of the sequence, else 0.</summary>
    public bool AddsLength { get; init; } = true;

    /// <summary>Whether a classical map stands in for the circuit.</summary>
    public bool IsClassical { get; init; }
}
