using QEngine.Storage;

namespace QEngine.Text;

/// <summary>The pieces of a WordPiece model with their ids, its special tokens, and the settings it cuts text with.</summary>
/// <remarks>Immutable, so safe from many threads. Ids are 0 .. <see cref="Count"/> - 1 without holes.</remarks>
public sealed class Vocabulary
{
    internal const string DefaultUnknown = "[UNK]", Classification = "[CLS]", Separator = "[SEP]", Padding = "[PAD]", Mask = "[MASK]";

    private readonly string[] _pieces;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idsBySpan;

    /// <summary>Checks the pieces and indexes them.</summary>
    /// <param name="pieces">All pieces; the index is the id. Kept, not copied.</param>
    /// <param name="settings">How text is cut into words.</param>
    /// <param name="unknown">The unknown token.</param>
    /// <param name="addedTokens">The tokens matched in the text as a whole; null for the five standard ones that are present.</param>
    /// <param name="source">The file, or what else to name in errors, fit for a line.</param>
    internal Vocabulary(string[] pieces, TokenizerSettings settings, string unknown, IReadOnlyList<AddedToken>? addedTokens, string source)
    {
        if (pieces.Length == 0) throw new QEngineException($"expected at least one piece, found an empty vocabulary in {source}");
        if (settings.MaximumWordCharacters is < 1 or > TokenizerSettings.LengthLimit)
        {
            throw new QEngineException(
                $"expected 1 to {TokenizerSettings.LengthLimit} characters a word, found {settings.MaximumWordCharacters} in {source}");
        }

        _pieces = pieces;
        Settings = settings;
        _ids = new Dictionary<string, int>(pieces.Length, StringComparer.Ordinal);
        _idsBySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int id = 0; id < pieces.Length; id++)
        {
            if (pieces[id].Length == 0) throw new QEngineException($"expected a piece with id {id}, found an empty one in {source}");
            if (_ids.TryAdd(pieces[id], id)) continue;
            throw new QEngineException(
                $"expected every piece once, found {Printable.Quote(pieces[id])} with ids {_ids[pieces[id]]} and {id} in {source}");
        }

        UnknownToken = unknown;
        UnknownId = IdOf(unknown, source);
        ClassificationId = IdOf(Classification, source);
        SeparatorId = IdOf(Separator, source);
        PaddingId = Find(Padding);
        MaskId = Find(Mask);
        AddedTokens = addedTokens ?? StandardTokens();
        RequirePatterns(source);
    }

    /// <summary>How many pieces there are, special tokens included.</summary>
    public int Count => _pieces.Length;

    /// <summary>The piece of an id, a continuing one with its prefix.</summary>
    /// <param name="id">0 .. <see cref="Count"/> - 1.</param>
    /// <exception cref="QEngineException">The id is outside that range.</exception>
    public string this[int id] => (uint)id < (uint)_pieces.Length
        ? _pieces[id]
        : throw new QEngineException($"expected a token id from 0 to {_pieces.Length - 1}, found {id}");

    /// <summary>The token that stands for a word without pieces, <c>[UNK]</c> unless <c>tokenizer.json</c> names another.</summary>
    public string UnknownToken { get; }

    /// <summary>The id of <see cref="UnknownToken"/>.</summary>
    public int UnknownId { get; }

    /// <summary>The id of <c>[CLS]</c>, the first token of every sequence.</summary>
    public int ClassificationId { get; }

    /// <summary>The id of <c>[SEP]</c>, the last token of every sequence.</summary>
    public int SeparatorId { get; }

    /// <summary>The id of <c>[PAD]</c>, or null where the vocabulary has none.</summary>
    public int? PaddingId { get; }

    /// <summary>The id of <c>[MASK]</c>, or null where the vocabulary has none.</summary>
    public int? MaskId { get; }

    /// <summary>How text is cut into words: from <c>tokenizer.json</c>, or as given; <c>vocab.txt</c> does not store it.</summary>
    public TokenizerSettings Settings { get; }

    /// <summary>The tokens matched in the text as a whole.</summary>
    internal IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>
    /// Reads <c>tokenizer.json</c> (a name ending in <c>.json</c>) or <c>vocab.txt</c> (any other): one piece a line, the id is the
    /// line number from 0.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">
    /// Settings to use instead of the file's; null for those of <c>tokenizer.json</c>, or the defaults for <c>vocab.txt</c>.
    /// </param>
    /// <exception cref="QEngineException">
    /// The file cannot be read, is empty, is not valid UTF-8 or JSON, repeats a piece, lacks <c>[UNK]</c>, <c>[CLS]</c> or <c>[SEP]</c>,
    /// or describes another tokenizer than BERT's WordPiece with these two around a text.
    /// </exception>
    public static Vocabulary Load(string path, TokenizerSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ReadOnlyMemory<byte> content = VocabularyFile.ReadUtf8(path);
        string name = FileErrors.Name(path);
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? TokenizerJson.Parse(content, settings, name).Vocabulary
            : new Vocabulary(VocabularyFile.ParseLines(content.Span, name), settings ?? new(), DefaultUnknown, null, name);
    }

    /// <summary>Makes a vocabulary of pieces in memory.</summary>
    /// <param name="pieces">The pieces; the index is the id. With <c>[UNK]</c>, <c>[CLS]</c> and <c>[SEP]</c>, and none twice.</param>
    /// <param name="settings">How text is cut into words; null for the defaults.</param>
    /// <exception cref="QEngineException">A piece is empty or repeated, or a required one is missing.</exception>
    public static Vocabulary Create(IEnumerable<string> pieces, TokenizerSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        string[] all = [.. pieces];
        Require.Items(all, nameof(pieces));
        return new(all, settings ?? new(), DefaultUnknown, null, "the given pieces");
    }

    /// <summary>Looks up a piece.</summary>
    /// <param name="piece">The piece, a continuing one with its prefix.</param>
    /// <param name="id">Its id where it is found.</param>
    /// <returns>Whether the vocabulary has it.</returns>
    public bool TryGetId(ReadOnlySpan<char> piece, out int id) => _idsBySpan.TryGetValue(piece, out id);

    /// <summary>Writes <c>vocab.txt</c>: one piece a line in id order, UTF-8, line feeds. The file appears whole or not at all.</summary>
    /// <param name="path">The file, replaced where it exists.</param>
    /// <exception cref="QEngineException">A piece contains a line break, or the file cannot be written.</exception>
    public void SaveText(string path) => VocabularyFile.WriteLines(path, _pieces);

    /// <summary>The same pieces with other settings and added tokens; tokens that the model does not have follow its pieces.</summary>
    /// <param name="settings">How text is cut into words.</param>
    /// <param name="tokens">All added tokens.</param>
    /// <param name="source">What to name in errors, fit for a line.</param>
    internal Vocabulary With(TokenizerSettings settings, IReadOnlyList<AddedToken> tokens, string source)
    {
        if (settings == Settings && AreSame(tokens)) return this;
        List<string> pieces = [.. _pieces];
        foreach (AddedToken token in tokens)
        {
            if (token.Id == pieces.Count) pieces.Add(token.Content);
        }
        return new Vocabulary([.. pieces], settings, UnknownToken, tokens, source);
    }

    /// <summary>The pieces words are cut into; the index is the id. A token only matched as a whole leaves an empty string.</summary>
    internal string[] ModelPieces()
    {
        string[] pieces = [.. _pieces];
        foreach (AddedToken token in AddedTokens)
        {
            if (!token.InModel) pieces[token.Id] = "";
        }
        return pieces;
    }

    private bool AreSame(IReadOnlyList<AddedToken> tokens)
    {
        if (tokens.Count != AddedTokens.Count) return false;
        for (int i = 0; i < tokens.Count; i++)
            if (tokens[i] != AddedTokens[i]) return false;
        return true;
    }

    private int? Find(string piece) => _ids.TryGetValue(piece, out int id) ? id : null;

    private int IdOf(string piece, string source) => Find(piece)
        ?? throw new QEngineException(
            $"expected the special token {Printable.Short(piece)}, found none among {_pieces.Length} pieces in {source}");

    // Releases of the reference differ in which of two equal ones they find, and an empty one would be found everywhere.
    private void RequirePatterns(string source)
    {
        Dictionary<string, string> contents = new(StringComparer.Ordinal);
        foreach (AddedToken token in AddedTokens)
        {
            if (!token.Normalized) continue;
            string pattern = NormalizedTokenSplitter.Pattern(token, Settings);
            if (pattern.Length == 0)
                throw new QEngineException(
                    $"expected normalised added tokens with text, "
                    + $"found {Printable.Quote(token.Content)}, of which normalisation leaves nothing, in {source}");
            if (!contents.TryAdd(pattern, token.Content))
            {
                throw new QEngineException(
                    $"expected added tokens that differ after normalisation, "
                    + $"found {Printable.Quote(contents[pattern])} and {Printable.Quote(token.Content)} in {source}");
            }
        }
    }

    private List<AddedToken> StandardTokens()
    {
        List<AddedToken> tokens = [];
        foreach (string content in (ReadOnlySpan<string>)[Padding, UnknownToken, Classification, Separator, Mask])
        {
            if (Find(content) is int id) tokens.Add(new AddedToken(content, id));
        }
        return tokens;
    }
}
