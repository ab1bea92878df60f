using System.Net;

namespace QEngine.Tools.Serving;

/// <summary>Where a server listens, whom it answers, and how much it takes.</summary>
internal sealed record ServerOptions
{
    /// <summary>The address to listen at; of this machine alone unless there is a key.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>What clients have to know; null for nothing.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The most texts of a request.</summary>
    public int MaxBatch { get; init; } = 2048;

    /// <summary>The most bytes of a request's body.</summary>
    public long MaxBody { get; init; } = 8 << 20;

    /// <summary>The most requests that wait for the model, and as many for the index.</summary>
    public int MaxQueue { get; init; } = 512;
}
