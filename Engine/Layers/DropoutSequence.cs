using QEngine.Kernels;

namespace QEngine.Layers;

/// <summary>Hands out a dropout with its own mask to every place of a model that drops elements, in order.</summary>
/// <remarks>The masks of a training step follow from its seed alone.</remarks>
public sealed class DropoutSequence
{
    private readonly bool _active;
    private SplittableRandom _random;

    private DropoutSequence(bool active) => _active = active;

    /// <summary>For inference: nothing is dropped. Safe from many threads.</summary>
    public static DropoutSequence None { get; } = new(active: false);

    /// <summary>For training; call <see cref="Begin"/> before every step.</summary>
    public static DropoutSequence ForTraining() => new(active: true);

    /// <summary>Starts a step.</summary>
    /// <param name="seed">Picks all its masks.</param>
    public void Begin(ulong seed) => _random = new SplittableRandom(seed);

    /// <summary>Where the sequence stands, for <see cref="Resume"/>.</summary>
    internal SplittableRandom State => _random;

    /// <summary>Goes on from where the sequence stood, so that a block computed again gets the same masks.</summary>
    /// <param name="state">From <see cref="State"/>.</param>
    internal void Resume(SplittableRandom state)
    {
        if (_active) _random = state;
    }

    /// <summary>The next dropout.</summary>
    /// <param name="rate">Probability of zeroing an element, in [0, 1).</param>
    public Dropout Next(double rate) => _active && rate > 0 ? new Dropout((float)rate, _random.NextBits()) : Dropout.None;
}
