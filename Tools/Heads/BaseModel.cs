using QEngine.Models;
using QEngine.Tools.Pretrained;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>A model that a head can be put on: it has none yet.</summary>
internal static class BaseModel
{
    /// <summary>Loads one.</summary>
    /// <param name="value">Its folder, or a name of <c>qengine models</c>.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">There is none, it cannot be loaded, or it has a head.</exception>
    public static SentenceEmbedder Load(string value, WorkerPool workers)
    {
        SentenceEmbedder embedder = ModelArgument.Load(value, workers);
        if (embedder.Model.Head.Modules.FirstOrDefault(module => module is not NormalizeModule) is not { } head) return embedder;
        throw new QEngineException($"expected a model without a head, to put one on, found {head.Name}, {head.Description}, in {value}");
    }

    /// <summary>Saves a model with a head put on it.</summary>
    /// <param name="model">The model with its head.</param>
    /// <param name="folder">The folder; its parent must exist.</param>
    /// <param name="card">How the head was made and what it was put on, by name.</param>
    public static void Save(SentenceEmbedder model, string folder, params IReadOnlyList<(string Name, string Value)> card) =>
        ModelFolder.Save(model, folder, new SaveOptions { Card = new ModelCard { Data = card } });
}
