using QEngine.Layers;
using QEngine.Models;

namespace QEngine.Training;

/// <summary>A head with its weights.</summary>
/// <param name="Configuration">What it is.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Layer">What applies it.</param>
public sealed record TrainedHead(HeadConfiguration Configuration, ParameterStore<float> Parameters, IHead<float> Layer)
{
    /// <summary>Makes a head whose weights are not set yet.</summary>
    /// <param name="configuration">What it is.</param>
    public static TrainedHead Create(HeadConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ParameterStore<float> parameters = new();
        IHead<float> layer = configuration.Create(parameters);
        parameters.Allocate();
        return new TrainedHead(configuration, parameters, layer);
    }
}
