namespace QEngine.Quantum;

/// <summary>What is read from the state (alpha, beta) of a DARUAN edge.</summary>
internal enum DaruanReadout
{
    /// <summary>The expectation of Z, |alpha|^2 - |beta|^2.</summary>
    Expectation,

    /// <summary>|alpha| - |beta|, no expectation of any observable, but what the published models were trained with.</summary>
    AmplitudeDifference,
}
