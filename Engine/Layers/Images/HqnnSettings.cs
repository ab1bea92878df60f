using QEngine.Kernels;

namespace QEngine.Layers;

/// <summary>Sizes of an <see cref="HqnnParallel{T}"/>; as they stand, those of MNIST.</summary>
/// <remarks>The publication's text was not at hand; what is known of it at second hand leaves these numbers open.</remarks>
internal sealed record HqnnSettings
{
    /// <summary>Extents of an image, both sides at least 4.</summary>
    public ImageShape Image { get; init; } = new(28, 28, 1);

    /// <summary>Pixels of a side of the kernels, odd.</summary>
    public int KernelSize { get; init; } = 5;

    /// <summary>Channels of the first convolution.</summary>
    public int FirstChannels { get; init; } = 16;

    /// <summary>Channels of the second.</summary>
    public int SecondChannels { get; init; } = 32;

    /// <summary>Circuits side by side.</summary>
    public int Circuits { get; init; } = 4;

    /// <summary>Qubits of a circuit.</summary>
    public int Qubits { get; init; } = 5;

    /// <summary>Layers of gates of a circuit.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Classes.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>Whether as many units with ReLU stand in for the qubits.</summary>
    public bool IsClassical { get; init; }
}
