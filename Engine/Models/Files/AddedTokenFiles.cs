using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>
/// The added tokens of a model folder. <c>tokenizer.json</c> lists its own, and other files must agree with it; beside <c>vocab.txt</c>
/// they come from <c>tokenizer_config.json</c>, or from the <c>added_tokens.json</c> and <c>special_tokens_map.json</c> of older releases.
/// </summary>
internal sealed class AddedTokenFiles
{
    private const string Added = "added_tokens.json", Special = "special_tokens_map.json", Decoder = "added_tokens_decoder";

    private readonly string _folder;
    private readonly Vocabulary _vocabulary;
    private readonly List<AddedToken> _tokens = [];
    private readonly Dictionary<string, AddedToken> _byContent = new(StringComparer.Ordinal);
    private int _beyondModel;

    private AddedTokenFiles(string folder, Vocabulary vocabulary) => (_folder, _vocabulary) = (folder, vocabulary);

    /// <summary>Reads them.</summary>
    /// <param name="folder">The encoder's folder.</param>
    /// <param name="configuration">What <c>tokenizer_config.json</c> says.</param>
    /// <param name="vocabulary">The vocabulary of the tokenizer's file.</param>
    /// <param name="complete">Whether that is <c>tokenizer.json</c>.</param>
    public static IReadOnlyList<AddedToken> Read(
        string folder, TokenizerConfigurationFile configuration, Vocabulary vocabulary, bool complete)
    {
        AddedTokenFiles files = new(folder, vocabulary);
        List<SpecialToken> special = [.. configuration.SpecialTokens];
        IReadOnlyList<AddedToken> listed = configuration.AddedTokens ?? [];
        string source = $"{Decoder} of {files.Name(TokenizerConfigurationFile.FileName)}";
        if (configuration.AddedTokens is null)
        {
            special.AddRange(files.ReadFile(Special, TokenizerConfigurationFile.ReadSpecialTokens));
            listed = files.ReadFile(Added, root => ReadIds(root, special));
            source = files.Name(Added);
        }

        // What tokenizer.json lists wins over the names of tokens in other files, and these over what vocab.txt alone stands for.
        if (complete) files.TakeMissing(vocabulary.AddedTokens);
        foreach (AddedToken token in listed)
        {
            if (complete) files.RequireListed(token, withFlags: configuration.AddedTokens is not null, source);
            else files.Add(token, source);
        }
        foreach (SpecialToken token in special) files.AddSpecial(token);
        files.TakeMissing(vocabulary.AddedTokens);
        return files._tokens;
    }

    // Contents with ids; as in transformers, those that are no special tokens are matched after normalisation.
    private static List<AddedToken> ReadIds(JsonCursor root, List<SpecialToken> special)
    {
        List<AddedToken> tokens = [];
        foreach ((string content, JsonCursor id) in root.Members())
        {
            bool isSpecial = special.Exists(token => token.Token.Content == content);
            tokens.Add(new AddedToken(content, id.Integer(0)) { Normalized = !isSpecial, Special = isSpecial });
        }
        tokens.Sort((left, right) => left.Id.CompareTo(right.Id));
        return tokens;
    }

    private List<T> ReadFile<T>(string name, Func<JsonCursor, List<T>> read)
    {
        string path = Path.Combine(_folder, name);
        return File.Exists(path) ? JsonFile.Read(path, read) : [];
    }

    private string Name(string file) => FileErrors.Name(Path.Combine(_folder, file));

    private AddedToken? Find(string content) => _byContent.GetValueOrDefault(content);

    private void Take(AddedToken token)
    {
        _tokens.Add(token);
        _byContent.Add(token.Content, token);
        if (!token.InModel) _beyondModel++;
    }

    private void TakeMissing(IReadOnlyList<AddedToken> tokens)
    {
        foreach (AddedToken token in tokens)
        {
            if (Find(token.Content) is null) Take(token);
        }
    }

    private void RequireListed(AddedToken token, bool withFlags, string source)
    {
        AddedToken? known = Find(token.Content);
        if (known?.Id == token.Id && (!withFlags || known == token with { InModel = known.InModel })) return;
        string found = known is null ? "which is not among them" : $"which has id {known.Id} there, or other flags";
        throw new QEngineException(
            $"expected the added tokens of tokenizer.json, "
            + $"found {Printable.Quote(token.Content)} with id {token.Id}, {found}, in {source}");
    }

    // A piece keeps its id, and what is no piece has the next one.
    private void Add(AddedToken token, string source)
    {
        if (token.Content.Length == 0 || Find(token.Content) is not null)
            throw new QEngineException(
                $"expected every added token once and with content, found {Printable.Quote(token.Content)} with id {token.Id} in {source}");
        bool inModel = _vocabulary.TryGetId(token.Content, out int id);
        if (!inModel) id = _vocabulary.Count + _beyondModel;
        if (id != token.Id)
            throw new QEngineException(
                $"expected id {id} for the added token {Printable.Quote(token.Content)}, "
                + $"{(inModel ? "its line in vocab.txt" : "the next one")}, found {token.Id} in {source}");
        Take(token with { InModel = inModel });
    }

    private void AddSpecial(SpecialToken special)
    {
        (string name, AddedToken token, string path) = special;
        string required = name switch
        {
            "unk_token" => _vocabulary.UnknownToken,
            "cls_token" => Vocabulary.Classification,
            "sep_token" => Vocabulary.Separator,
            _ => token.Content,
        };
        if (token.Content != required)
            throw new QEngineException(
                $"expected {name} {Printable.Quote(required)}, found {Printable.Quote(token.Content)}, which is not supported, in {path}");
        if (token.Content.Length == 0 || Find(token.Content) is not null) return;
        if (!_vocabulary.TryGetId(token.Content, out int id))
            throw new QEngineException(
                $"expected {name} among the {_vocabulary.Count} pieces or the added tokens, "
                + $"found {Printable.Quote(token.Content)} in {path}");
        Take(token with { Id = id });
    }
}
