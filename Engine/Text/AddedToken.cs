namespace QEngine.Text;

/// <summary>
/// A token that is matched in the text as a whole, such as <c>[MASK]</c>; the flags are those of Hugging Face's <c>AddedToken</c>.
/// </summary>
/// <param name="Content">The text that is matched, not empty.</param>
/// <param name="Id">Its id.</param>
internal sealed record AddedToken(string Content, int Id)
{
    /// <summary>Whether it matches only where no word character stands beside it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Whether it takes the white space before it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Whether it takes the white space after it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Whether its normalised content is matched in normalised text; otherwise its content in the text as it comes.</summary>
    public bool Normalized { get; init; }

    /// <summary>Whether it is a special token, which is left out of decoded text; kept for saving.</summary>
    public bool Special { get; init; } = true;

    /// <summary>Whether the model has it as a piece too, so that a word after normalisation can become it.</summary>
    public bool InModel { get; init; } = true;
}
