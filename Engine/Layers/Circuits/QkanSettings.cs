using QEngine.Quantum;

namespace QEngine.Layers;

/// <summary>What the edges of a <see cref="QkanLayer{T}"/> are.</summary>
internal sealed record QkanSettings
{
    /// <summary>r, how often an edge reads its input.</summary>
    public int Repetitions { get; init; } = 3;

    /// <summary>The gates.</summary>
    public DaruanAnsatz Ansatz { get; init; }

    /// <summary>What is read.</summary>
    public DaruanReadout Readout { get; init; }

    /// <summary>
    /// Whether every repetition reads w x + b with w and b trained, 1 and 0 at first; else it reads x, but for ansatz rpz, which trains b.
    /// </summary>
    public bool TrainsData { get; init; }

    /// <summary>Whether an edge's value phi becomes s (phi + c) with s and c trained, 1 and 0 at first.</summary>
    public bool TrainsScale { get; init; }

    /// <summary>Whether beta SiLU(x) is added to every edge, beta trained and 0.5 at first.</summary>
    public bool HasBase { get; init; }
}
