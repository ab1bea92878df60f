using QEngine.Tensors;
using QEngine.Text;

namespace QEngine.Training;

/// <summary>
/// Masks tokens as BERT does (Devlin et al., arXiv 1810.04805, section 3.1): 80 % [MASK], 10 % a random token, 10 % kept.
/// </summary>
/// <remarks>[CLS] and [SEP] are never predicted, unless the texts hold nothing else.</remarks>
internal sealed class TokenMasks
{
    private readonly Vocabulary _vocabulary;
    private readonly int _mask;
    private readonly double _share;
    private int[] _places = new int[256];
    private int[] _labels = new int[256];

    /// <param name="vocabulary">The vocabulary; it must have [MASK].</param>
    /// <param name="share">Probability of a token to be predicted, above 0 and below 1.</param>
    public TokenMasks(Vocabulary vocabulary, double share)
    {
        (_vocabulary, _share) = (vocabulary, share);
        if (!(share > 0 && share < 1)) throw new QEngineException($"expected a share of masked tokens above 0 and below 1, found {share}");
        _mask = vocabulary.MaskId
            ?? throw new QEngineException("expected a vocabulary with [MASK] to train a masked language model, found none");
    }

    /// <summary>Indices of the tokens to predict, from the front as many as the last call returned.</summary>
    public Memory<int> Places => _places;

    /// <summary>What they were.</summary>
    public Memory<int> Labels => _labels;

    /// <summary>Masks tokens at random, at least one; their number is returned.</summary>
    public int Apply(PackedSequences batch, ref SplittableRandom random)
    {
        int count = 0;
        ReadOnlySpan<int> ids = batch.Ids.Span;
        bool onlySpecial = ids.Length <= 2 * batch.Count;
        while (count == 0)
        {
            for (int token = 0; token < ids.Length; token++)
            {
                int id = ids[token];
                bool special = id == _vocabulary.ClassificationId || id == _vocabulary.SeparatorId;
                if (special && !onlySpecial) continue;
                if (random.NextDouble() >= _share) continue;
                Add(count++, token, id);
                double choice = random.NextDouble();
                if (choice < 0.8) batch.Replace(token, _mask);
                else if (choice < 0.9) batch.Replace(token, random.NextInt(_vocabulary.Count));
            }
        }
        return count;
    }

    private void Add(int place, int token, int label)
    {
        if (place == _places.Length)
        {
            Array.Resize(ref _places, 2 * place);
            Array.Resize(ref _labels, 2 * place);
        }
        (_places[place], _labels[place]) = (token, label);
    }
}
