namespace QEngine.Text;

/// <summary>Takes the words and added tokens of a text in order.</summary>
internal interface IWordSink
{
    /// <summary>Takes a normalised word.</summary>
    /// <param name="word">Its characters, valid during the call; a part of them where it is too long.</param>
    /// <param name="tooLong">Whether it has more than <see cref="TokenizerSettings.MaximumWordCharacters"/> characters.</param>
    /// <returns>Whether more is wanted; on false the rest of the text is not read.</returns>
    bool Word(scoped ReadOnlySpan<char> word, bool tooLong);

    /// <summary>Takes a normalised word that is short and ASCII; the same as the other way.</summary>
    /// <param name="word">Its characters.</param>
    /// <returns>Whether more is wanted.</returns>
    bool Word(ShortWord word);

    /// <summary>Takes an added token.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Whether more is wanted.</returns>
    bool Token(int id);
}
