using System.Globalization;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Training;

/// <summary>Writes the state of a run to one file: parameters, moments, and what else the run hands over.</summary>
/// <param name="store">The parameters.</param>
/// <param name="settings">All that has to be the same for going on; compared as text.</param>
public sealed class TrainingCheckpointWriter(ParameterStore<float> store, string settings)
{
    internal const string Values = "values", FirstMoments = "first_moments", SecondMoments = "second_moments";
    internal const string Settings = "settings", Steps = "steps";

    private readonly Dictionary<string, string> _state =
        new(StringComparer.Ordinal) { [Settings] = settings ?? throw new ArgumentNullException(nameof(settings)) };
    private readonly List<SafetensorsEntry> _tensors = [Entry(store)];

    /// <summary>Adds an optimiser's steps and moments.</summary>
    /// <param name="optimizer">The optimiser.</param>
    public void Add(AdamOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        _tensors.Add(new SafetensorsEntry(FirstMoments, [optimizer.Trainable], optimizer.FirstMoments));
        _tensors.Add(new SafetensorsEntry(SecondMoments, [optimizer.Trainable], optimizer.SecondMoments));
        Add(Steps, optimizer.Steps);
    }

    /// <summary>Adds a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The number.</param>
    public void Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The text.</param>
    public void Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        _state.Add(name, value);
    }

    /// <summary>Writes the file: it is the new one, on the disk, or the old one, whenever the process ends.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="QEngineException">It cannot be written; an older file of that name is as it was.</exception>
    public void Write(string path) => SafetensorsWriter.Write(path, _tensors, _state);

    private static SafetensorsEntry Entry(ParameterStore<float> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new SafetensorsEntry(Values, [store.Count], store.Values.AsMemory(0, store.Count));
    }
}
