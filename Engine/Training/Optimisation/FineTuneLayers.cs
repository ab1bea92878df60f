using System.Globalization;
using QEngine.Layers;

namespace QEngine.Training;

/// <summary>Which of an encoder's layers are fine-tuned; its embeddings then stay as they are, as in the paper.</summary>
/// <remarks>
/// The paper's text says the last four layers (<c>last:4</c>); its code unfreezes layers 0, 9, 10 and 11 of twelve
/// (<c>0,9,10,11</c>; of DistilBERT's six: <c>0,3,4,5</c>).
/// </remarks>
public sealed class FineTuneLayers
{
    private readonly int[]? _layers; // null: the last ones, as many as _last
    private readonly int _last;

    private FineTuneLayers(int[]? layers, int last) => (_layers, _last) = (layers, last);

    /// <summary>Every layer.</summary>
    public static FineTuneLayers All { get; } = new(null, int.MaxValue);

    /// <summary>No layer: the head is trained alone.</summary>
    public static FineTuneLayers None { get; } = new([], 0);

    /// <summary>Reads <c>all</c>, <c>none</c>, <c>last:N</c> or numbers of layers, from 0, by commas.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="QEngineException">It is none of these.</exception>
    public static FineTuneLayers Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "all") return All;
        if (text == "none") return None;
        if (text.StartsWith("last:", StringComparison.Ordinal) && TryNumber(text["last:".Length..], out int last) && last > 0)
            return new FineTuneLayers(null, last);
        string[] parts = text.Split(',');
        int[] layers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!TryNumber(parts[i], out layers[i]) || layers.AsSpan(0, i).Contains(layers[i]))
                throw new QEngineException(
                    $"expected layers to fine-tune as all, none, last:N or distinct numbers from 0 by commas, found '{text}'");
        }
        return new FineTuneLayers(layers, 0);
    }

    /// <summary>Freezes the embeddings and every layer that is not fine-tuned.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <exception cref="QEngineException">It has no layer of a number that is asked for.</exception>
    public void Apply(BertEncoder<float> encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        int count = encoder.Layers.Count;
        Require(count);
        encoder.EmbeddingsFrozen = true;
        for (int layer = 0; layer < count; layer++)
            encoder.Layers[layer].Frozen = !(_layers?.AsSpan().Contains(layer) ?? layer >= count - _last);
    }

    /// <summary>Requires an encoder's number of layers to have those that are asked for.</summary>
    internal void Require(int count)
    {
        foreach (int layer in _layers ?? [])
            if (layer >= count) throw new QEngineException($"expected layers from 0 to {count - 1} to fine-tune, found {layer}");
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
