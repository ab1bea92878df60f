using System.Runtime.InteropServices;
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
/// positive or the query. With that no sampler has to keep such texts out of a batch.
/// </remarks>
public sealed class TrainingSet
{
    private readonly List<int[]> _texts = [];
    private readonly Dictionary<string, int> _index = [];
    private readonly Dictionary<int[], int> _byTokens = new(new SameTokens());
    private readonly List<string> _names = [];
    private readonly List<TrainingExample> _examples = [];
    private readonly List<HashSet<int>> _positives = [];
    private readonly Dictionary<string, int> _groups = [];
    private readonly BertTokenizer _tokenizer;
    private readonly int _maximumLength;

    /// <summary>Starts an empty set.</summary>
    /// <param name="tokenizer">Tokenises the texts as they are added.</param>
    /// <param name="maximumLength">Longest text in tokens, at least 2.</param>
    public TrainingSet(BertTokenizer tokenizer, int maximumLength)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 2);
        (_tokenizer, _maximumLength) = (tokenizer, maximumLength);
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
        for (int i = 0; i < negativeTexts.Length; i++) negativeTexts[i] = Text(negatives[i]);
        int positiveText = Text(positive), queryText = Text(query);
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

    /// <summary>Token ids of a text.</summary>
    /// <param name="text">Its index.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such text.</exception>
    public ReadOnlySpan<int> Tokens(int text) => _texts[text];

    /// <summary>Whether a text is a known positive of a group, so that it is no negative for its queries.</summary>
    /// <param name="group">The group.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group.</exception>
    public bool IsPositive(int group, int text) => _positives[group].Contains(text);

    /// <summary>A number that differs between sets of other texts or examples, to recognise a set.</summary>
    public ulong Fingerprint()
    {
        Fingerprint hash = new();
        foreach (int[] text in _texts) hash.Add(text);
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

    /// <summary>Index of a text; added if it is new.</summary>
    private int Text(string text)
    {
        if (_index.TryGetValue(text, out int index)) return index;
        int[] tokens = _tokenizer.Encode(text, _maximumLength);
        if (!_byTokens.TryGetValue(tokens, out index))
        {
            index = _texts.Count;
            _byTokens.Add(tokens, index);
            _texts.Add(tokens);
            _names.Add(text);
        }
        _index.Add(text, index);
        return index;
    }

    private sealed class SameTokens : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] tokens)
        {
            HashCode hash = default;
            hash.AddBytes(MemoryMarshal.AsBytes<int>(tokens));
            return hash.ToHashCode();
        }
    }
}
