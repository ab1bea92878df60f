using QEngine.Kernels;

namespace QEngine.Layers;

/// <summary>Hands out a dropout with its own mask to every place of a model that drops elements, in order.</summary>
/// <remarks>The masks of a training step follow from its seed alone.</remarks>
public sealed class DropoutSequence
{
    private readonly bool _active;

    private DropoutSequence(bool active) => _active = active;

    /// <summary>For inference: nothing is dropped. Safe from many threads.</summary>
    public static DropoutSequence None { get; } = new(active: false);

    /// <summary>For training; call <see cref="Begin"/> before every step.</summary>
    public static DropoutSequence ForTraining() => new(active: true);

    /// <summary>Starts a step.</summary>
    /// <param name="seed">Picks all its masks.</param>
    public void Begin(ulong seed) => Position = new Place(new SplittableRandom(seed), 0, 0);

    /// <summary>Where the sequence stands, for <see cref="Resume"/>.</summary>
    internal Place Position { get; private set; }

    /// <summary>Goes on from where the sequence stood, so that a block computed again gets the same masks.</summary>
    /// <param name="position">From <see cref="Position"/>.</param>
    internal void Resume(Place position)
    {
        if (_active) Position = position;
    }

    /// <summary>The next dropout, of a tensor that is not cut into parts.</summary>
    /// <param name="rate">Probability of zeroing an element, in [0, 1).</param>
    public Dropout Next(double rate) => Next(rate, 0);

    /// <summary>The next dropout, of [tokens, columns].</summary>
    /// <param name="rate">Probability of zeroing an element, in [0, 1).</param>
    /// <param name="columns">Numbers of a token.</param>
    /// <param name="selection">Which tokens; null for all.</param>
    internal Dropout NextOfTokens(double rate, int columns, TokenSelection? selection = null) =>
        Next(rate, (selection?.Before ?? Position.Tokens) * columns);

    /// <summary>The next dropout, of attention weights.</summary>
    /// <param name="rate">Probability of zeroing an element, in [0, 1).</param>
    /// <param name="heads">Items of a sequence; each has 2^32 places in the mask, see <see cref="Attention"/>.</param>
    internal Dropout NextOfWeights(double rate, int heads) => Next(rate, (Position.Sequences * heads) << 32);

    private Dropout Next(double rate, long first)
    {
        if (!_active || !(rate > 0)) return Dropout.None;
        SplittableRandom random = Position.Random;
        Dropout next = new((float)rate, random.NextBits()) { First = first };
        Position = Position with { Random = random };
        return next;
    }

    /// <summary>A place in the sequence, and in the masks: behind some tokens and sequences of a batch that is run in parts.</summary>
    /// <param name="Random">Picks the masks that follow.</param>
    /// <param name="Tokens">Tokens of the batch before those of this part.</param>
    /// <param name="Sequences">Sequences of the batch before those of this part.</param>
    internal readonly record struct Place(SplittableRandom Random, long Tokens, long Sequences);
}
