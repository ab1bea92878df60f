namespace QEngine.Text;

/// <summary>What a WordPiece vocabulary is trained for.</summary>
public sealed record WordPieceTrainerOptions
{
    /// <summary>The most pieces, special tokens included; 30,000 by default. Fewer result where no pair is frequent enough.</summary>
    public int VocabularySize { get; init; } = 30_000;

    /// <summary>A pair of pieces seen less often is not joined; 1 or more, 2 by default.</summary>
    public int MinimumFrequency { get; init; } = 2;

    /// <summary>How many different characters the vocabulary covers, the most frequent ones; 1 or more, 1,000 by default.</summary>
    public int AlphabetLimit { get; init; } = 1_000;

    /// <summary>How text is cut into words; the vocabulary keeps it.</summary>
    public TokenizerSettings Settings { get; init; } = new();
}
