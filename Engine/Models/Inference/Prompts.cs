using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>Texts that a model wants before the texts it embeds, by name, with the rules of sentence-transformers.</summary>
public sealed class Prompts
{
    /// <summary>The name of the prompt of queries.</summary>
    internal const string QueryName = "query";

    private static readonly string[] DocumentNames = ["document", "passage", "corpus"];

    private readonly Dictionary<string, string> _byName = new(StringComparer.Ordinal);

    /// <summary>Names prompts.</summary>
    /// <param name="texts">Names and texts, which may be empty; in the order in which they are saved.</param>
    /// <param name="defaultName">The name of the prompt used where none is asked for; null for none.</param>
    /// <param name="pooled">Whether a prompt's tokens count in the pooling; [CLS] goes with them.</param>
    /// <exception cref="QEngineException">A name occurs twice, or the default is none of the names.</exception>
    public Prompts(IReadOnlyList<KeyValuePair<string, string>> texts, string? defaultName = null, bool pooled = true)
    {
        ArgumentNullException.ThrowIfNull(texts);
        foreach ((string name, string text) in texts)
        {
            if (name is null || text is null) throw Require.NullAt(_byName.Count, nameof(texts));
            if (!_byName.TryAdd(name, text)) throw new QEngineException($"expected every prompt once, found {Printable.Quote(name)} twice");
        }
        (Texts, DefaultName, Pooled) = (texts, defaultName, pooled);
        Default = defaultName is null ? "" : this[defaultName];
    }

    /// <summary>No prompts.</summary>
    public static Prompts None { get; } = new([]);

    /// <summary>Names and texts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Texts { get; }

    /// <summary>The name of the prompt used where none is asked for, or null.</summary>
    public string? DefaultName { get; }

    /// <summary>Whether a prompt's tokens count in the pooling.</summary>
    public bool Pooled { get; }

    /// <summary>The prompt used where none is asked for; empty for none.</summary>
    public string Default { get; }

    /// <summary>The prompt of a query: that named <c>query</c>, else <see cref="Default"/>.</summary>
    public string Query => _byName.TryGetValue(QueryName, out string? text) ? text : Default;

    /// <summary>
    /// The prompt of a document: that named <c>document</c>, else <c>passage</c>, else <c>corpus</c>, else <see cref="Default"/>.
    /// </summary>
    public string Document
    {
        get
        {
            foreach (string name in DocumentNames)
            {
                if (_byName.TryGetValue(name, out string? text)) return text;
            }
            return Default;
        }
    }

    /// <summary>The prompt of a name.</summary>
    /// <param name="name">Case sensitive.</param>
    /// <exception cref="QEngineException">There is no prompt of that name.</exception>
    public string this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return _byName.TryGetValue(name, out string? text)
                ? text
                : throw new QEngineException($"expected the name of a prompt of the model ({Names()}), found {Printable.Quote(name)}");
        }
    }

    /// <summary>The prompt that is put before a text.</summary>
    /// <param name="asked">The prompt asked for; null for <see cref="Default"/>, empty for none.</param>
    internal string Choose(string? asked) => asked ?? Default;

    /// <summary>Whether others have the same names, texts and rules, in the same order.</summary>
    internal bool AreSame(Prompts other)
    {
        if (DefaultName != other.DefaultName || Pooled != other.Pooled || Texts.Count != other.Texts.Count) return false;
        for (int i = 0; i < Texts.Count; i++)
            if (Texts[i].Key != other.Texts[i].Key || Texts[i].Value != other.Texts[i].Value) return false;
        return true;
    }

    /// <summary>The prompts for texts that are alike, of which none is a query: the default one for all.</summary>
    internal Prompts Alike => new(DefaultName is null ? [] : [new(DefaultName, Default)], DefaultName, Pooled);

    /// <summary>
    /// How many tokens at the start of a text are not pooled: as in the reference those of the prompt alone with [CLS], without [SEP].
    /// </summary>
    /// <param name="prompt">The prompt before the text.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="scratch">Room for as many tokens as a text may have.</param>
    internal int UnpooledTokens(string prompt, BertTokenizer tokenizer, Span<int> scratch) =>
        Pooled || prompt.Length == 0 ? 0 : tokenizer.Encode(prompt, scratch) - 1;

    private string Names()
    {
        List<string> names = [];
        foreach ((string name, _) in Texts) names.Add(Printable.Quote(name));
        return names.Count > 0 ? string.Join(", ", names) : "it has none";
    }
}
