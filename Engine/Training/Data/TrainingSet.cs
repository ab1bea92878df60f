using System.Runtime.InteropServices;
using QEngine.Models;
using QEngine.Text;

namespace QEngine.Training;

/// <summary>A query, its positive and its hard negatives, as indices of texts.</summary>
/// <param name="Query">The query.</param>
/// <param name="Positive">A text that answers it.</param>
/// <param name="Negatives">Texts that do not.</param>
/// <param name="Group">Examples of one group share their positives: none is a negative for another.</param>
/// <param name="Targets">
/// What the scores of the positive and the negatives should follow, in this order; empty where the examples are only ranked.
/// </param>
public readonly record struct TrainingExample(int Query, int Positive, int[] Negatives, int Group, float[] Targets);

/// <summary>Training examples over a table of distinct, tokenised texts.</summary>
/// <remarks>
/// Texts are the same where their tokens are: the model cannot tell them apart, so one must not be a negative where the other is the
/// positive or the query. With that no sampler has to keep such texts out of a batch. What a query and a passage say is compared without
/// their prompts.
/// </remarks>
public sealed class TrainingSet
{
    private readonly List<TokenizedText> _texts = [];
    private readonly Dictionary<(string Prompt, string Text), int> _index = [];
    private readonly Dictionary<TokenizedText, int> _byTokens = [];

    // What each text says, as the number of its tokens without a prompt.
    private readonly List<int> _contents = [];
    private readonly Dictionary<TokenizedText, int> _byContent = [];
    private readonly List<string> _names = [];
    private readonly List<TrainingExample> _examples = [];
    private readonly List<HashSet<int>> _positives = [];
    private readonly Dictionary<string, int> _groups = [];
    private readonly BertTokenizer _tokenizer;
    private readonly int _maximumLength;
    private readonly Prompts _prompts;

    /// <summary>Starts an empty set.</summary>
    /// <param name="tokenizer">Tokenises the texts as they are added.</param>
    /// <param name="maximumLength">Longest text in tokens, at least 2.</param>
    /// <param name="prompts">What the model wants before queries and documents; null for nothing.</param>
    public TrainingSet(BertTokenizer tokenizer, int maximumLength, Prompts? prompts = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 2);
        (_tokenizer, _maximumLength, _prompts) = (tokenizer, maximumLength, prompts ?? Prompts.None);
    }

    /// <summary>The examples in the order they were added.</summary>
    public IReadOnlyList<TrainingExample> Examples => _examples;

    /// <summary>Number of distinct texts.</summary>
    public int TextCount => _texts.Count;

    /// <summary>Whether the examples have targets.</summary>
    public bool HasTargets { get; private set; }

    /// <summary>Adds an example.</summary>
    /// <param name="query">The query.</param>
    /// <param name="positive">A text that answers it.</param>
    /// <param name="negatives">Texts that do not; may be empty.</param>
    /// <param name="group">Examples with the same key share their positives; null for the query itself as key.</param>
    /// <param name="targets">A teacher's scores of the positive and the negatives, or null.</param>
    /// <exception cref="QEngineException">
    /// There are targets, but not one for each text, or not for every example, or one is not finite.
    /// </exception>
    public void Add(string query, string positive, IReadOnlyList<string> negatives, string? group = null, float[]? targets = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(positive);
        Require.Items(negatives);
        Check(targets, 1 + negatives.Count);
        int[] negativeTexts = new int[negatives.Count];
        for (int i = 0; i < negativeTexts.Length; i++) negativeTexts[i] = Text(_prompts.Document, negatives[i]);
        int positiveText = Text(_prompts.Document, positive), queryText = Text(_prompts.Query, query);
        group ??= _names[queryText];
        if (!_groups.TryGetValue(group, out int number))
        {
            number = _groups.Count;
            _groups.Add(group, number);
            _positives.Add([]);
        }
        _positives[number].Add(positiveText);
        _examples.Add(new TrainingExample(queryText, positiveText, negativeTexts, number, targets ?? []));
    }

    /// <summary>Token ids of a text, of its prompt first.</summary>
    /// <param name="text">Its index.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such text.</exception>
    public ReadOnlySpan<int> Tokens(int text) => _texts[text].Tokens;

    /// <summary>How many of a text's tokens, at its start, are not pooled.</summary>
    internal int UnpooledTokens(int text) => _texts[text].Unpooled;

    /// <summary>Whether two texts say the same, whatever their prompts.</summary>
    internal bool AreSame(int text, int other) => _contents[text] == _contents[other];

    /// <summary>Whether a text is a known positive of a group, so that it is no negative for its queries.</summary>
    /// <param name="group">The group.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group.</exception>
    public bool IsPositive(int group, int text) => _positives[group].Contains(text);

    /// <summary>A number that differs between sets of other texts or examples, to recognise a set.</summary>
    public ulong Fingerprint()
    {
        Fingerprint hash = new();
        foreach (TokenizedText text in _texts)
        {
            hash.Add(text.Tokens);
            if (text.Unpooled > 0) hash.Add([text.Unpooled]);
        }
        foreach (TrainingExample example in _examples)
        {
            hash.Add([example.Query, example.Positive, example.Group]);
            hash.Add(example.Negatives);
            hash.Add(MemoryMarshal.Cast<float, int>(example.Targets));
        }
        return hash.Value;
    }

    private void Check(float[]? targets, int texts)
    {
        bool has = targets is not null;
        if (_examples.Count > 0 && has != HasTargets)
            throw new QEngineException(
                $"expected targets for all examples or for none, found them {(has ? "from" : "missing at")} example {_examples.Count + 1}");
        HasTargets = has;
        if (targets is null) return;
        if (targets.Length != texts)
            throw new QEngineException($"expected {texts} targets for the positive and its negatives, found {targets.Length}");
        foreach (float target in targets)
            if (!float.IsFinite(target))
                throw new QEngineException($"expected finite targets, found {target} in example {_examples.Count + 1}");
    }

    /// <summary>Index of a text after a prompt; added if it is new.</summary>
    private int Text(string prompt, string text)
    {
        if (_index.TryGetValue((prompt, text), out int index)) return index;
        int unpooled = _prompts.Pooled ? 0 : _prompts.UnpooledTokens(prompt, _tokenizer, new int[_maximumLength]);
        TokenizedText tokenized = new(_tokenizer.Encode(prompt + text, _maximumLength), unpooled);
        if (!_byTokens.TryGetValue(tokenized, out index))
        {
            index = _texts.Count;
            _byTokens.Add(tokenized, index);
            _texts.Add(tokenized);
            _names.Add(text);
            _contents.Add(Content(prompt.Length == 0 ? tokenized : new TokenizedText(_tokenizer.Encode(text, _maximumLength), 0)));
        }
        _index.Add((prompt, text), index);
        return index;
    }

    private int Content(TokenizedText tokens)
    {
        if (!_byContent.TryGetValue(tokens, out int content)) _byContent.Add(tokens, content = _byContent.Count);
        return content;
    }

    /// <summary>Tokens, and how many of them, at the start, are not pooled; equal where both are.</summary>
    private readonly record struct TokenizedText(int[] Tokens, int Unpooled)
    {
        public bool Equals(TokenizedText other) => Unpooled == other.Unpooled && Tokens.AsSpan().SequenceEqual(other.Tokens);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.AddBytes(MemoryMarshal.AsBytes<int>(Tokens));
            return hash.ToHashCode();
        }
    }
}
