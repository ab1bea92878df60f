namespace QEngine.Layers;

/// <summary>How numbers become the state of some qubits.</summary>
public enum StateEncoding
{
    /// <summary>Angles of rotations, a layer of them after another with trained rotations and a ring of CNOTs between.</summary>
    Angle,

    /// <summary>Amplitudes, all numbers at once.</summary>
    Amplitude,
}
