namespace QEngine.Models;

/// <summary>What a model's card says of how it was made.</summary>
public sealed record ModelCard
{
    /// <summary>What it was trained on, by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Data { get; init; } = [];

    /// <summary>How it was trained, by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>Seed of everything random.</summary>
    public ulong? Seed { get; init; }

    /// <summary>What it came to, by name.</summary>
    public IReadOnlyList<(string Name, double Value)> Measures { get; init; } = [];
}
