using QEngine.Layers;
using QEngine.Models;

namespace QEngine.Training;

/// <summary>Parameters that are trained at one learning rate and whose gradients are reported as one norm.</summary>
/// <param name="Name">What they are, for instance <c>layer 3</c>.</param>
/// <param name="Parameters">The parameters; frozen ones are left out.</param>
/// <param name="RateFactor">Times the learning rate of the step, above 0.</param>
public sealed record ParameterGroup(string Name, IReadOnlyList<Parameter<float>> Parameters, double RateFactor = 1)
{
    /// <summary>Whether none of them is trained.</summary>
    public bool IsFrozen
    {
        get
        {
            foreach (Parameter<float> parameter in Parameters)
                if (!parameter.Frozen) return false;
            return true;
        }
    }

    /// <summary>A model's groups: embeddings, every layer, head.</summary>
    /// <param name="model">The model.</param>
    /// <param name="headFactor">Factor of the head's learning rate; the encoder's is 1.</param>
    public static IReadOnlyList<ParameterGroup> Create(EmbeddingModel<float> model, double headFactor)
    {
        ArgumentNullException.ThrowIfNull(model);
        List<ParameterGroup> groups = [new("embeddings", model.Encoder.EmbeddingParameters)];
        for (int layer = 0; layer < model.Encoder.Layers.Count; layer++)
            groups.Add(new($"layer {layer}", model.Encoder.Layers[layer].Parameters));
        List<Parameter<float>> head = [];
        for (int i = model.EncoderParameters; i < model.Parameters.Parameters.Count; i++) head.Add(model.Parameters.Parameters[i]);
        if (head.Count > 0) groups.Add(new("head", head, headFactor));
        return groups;
    }
}
