namespace QEngine.Text;

/// <summary>
/// How text is cut into words before the pieces are looked up, and how it is cut off; the defaults are those of an uncased BERT.
/// </summary>
/// <remarks>
/// The members are those of <c>BertNormalizer</c>, <c>WordPiece</c> and the truncation in Hugging Face's <c>tokenizer.json</c>.
/// </remarks>
public sealed record TokenizerSettings
{
    /// <summary>The largest <see cref="MaximumWordCharacters"/>, which bounds the scratch memory of a call.</summary>
    internal const int LengthLimit = 1 << 20;

    /// <summary>Whether control characters are removed and every white space becomes a space; true by default.</summary>
    public bool CleanText { get; init; } = true;

    /// <summary>Whether every CJK ideograph becomes a word of its own; true by default.</summary>
    public bool HandleChineseCharacters { get; init; } = true;

    /// <summary>
    /// Whether accents are removed (canonical decomposition, then no nonspacing marks); null, the default, follows
    /// <see cref="Lowercase"/>.
    /// </summary>
    public bool? StripAccents { get; init; }

    /// <summary>Whether text is lower-cased, character by character; true by default.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>
    /// A longer word, counted in Unicode characters after normalisation, becomes the unknown token; 1 .. 1,048,576, 100 by default.
    /// </summary>
    public int MaximumWordCharacters { get; init; } = 100;

    /// <summary>What marks a piece that continues a word, <c>##</c> by default.</summary>
    public string ContinuingPrefix { get; init; } = "##";

    /// <summary>Which end of a text that is too long is cut off; the right one by default.</summary>
    public TruncationSide TruncationSide { get; init; }

    /// <summary>Whether accents are removed once null is resolved.</summary>
    internal bool StripsAccents => StripAccents ?? Lowercase;
}
