using System.Globalization;
using QEngine.Layers;
using QEngine.Storage;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Training;

/// <summary>The saved state of a run, read back.</summary>
public sealed class TrainingCheckpoint : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly string _name;

    private TrainingCheckpoint(SafetensorsFile file) => (_file, _name) = (file, FileErrors.Name(file.Path));

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What the run that goes on was started with.</param>
    /// <exception cref="QEngineException">
    /// The file is malformed, or of a run with other settings; the message names the first that differs.
    /// </exception>
    public static TrainingCheckpoint Open(string path, string settings)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(settings);
        TrainingCheckpoint checkpoint = new(SafetensorsFile.Open(path));
        try
        {
            RequireSame(checkpoint.Text(TrainingCheckpointWriter.Settings), settings, checkpoint._name);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>A text.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="QEngineException">There is none of that name.</exception>
    public string Text(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _file.Metadata.TryGetValue(name, out string? value) ? value : throw Malformed(name);
    }

    /// <summary>A whole number, not negative.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="QEngineException">There is none of that name.</exception>
    public long Integer(string name) =>
        long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw Malformed(name);

    /// <summary>Fills the parameters; those of another model are refused.</summary>
    /// <param name="store">The parameters.</param>
    /// <exception cref="QEngineException">The checkpoint is of another model.</exception>
    public void Restore(ParameterStore<float> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Read(TrainingCheckpointWriter.Values, store.Values.AsSpan(0, store.Count));
        foreach (Parameter<float> parameter in store.Parameters) parameter.Changed();
    }

    /// <summary>Fills an optimiser's moments.</summary>
    /// <param name="optimizer">The optimiser.</param>
    /// <exception cref="QEngineException">The checkpoint is of another run.</exception>
    public void Restore(AdamOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        long steps = Integer(TrainingCheckpointWriter.Steps);
        if (steps > int.MaxValue) throw Malformed(TrainingCheckpointWriter.Steps);
        optimizer.Restore((int)steps, (first, second) =>
        {
            Read(TrainingCheckpointWriter.FirstMoments, first.Span);
            Read(TrainingCheckpointWriter.SecondMoments, second.Span);
        });
    }

    /// <summary>The error of a part that is missing or unreadable.</summary>
    /// <param name="name">The part.</param>
    public QEngineException Malformed(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new QEngineException($"expected a training checkpoint with {Printable.Quote(name)}, found none that can be read in {_name}");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Read(string tensor, Span<float> destination)
    {
        _file.Read(tensor, destination);
        if (!TensorPrimitives.IsFiniteAll<float>(destination))
            throw new QEngineException($"expected finite numbers in {Printable.Quote(tensor)}, found others in {_name}");
    }

    private static void RequireSame(string saved, string wanted, string file)
    {
        if (saved == wanted) return;
        string[] before = saved.Split('\n'), now = wanted.Split('\n');
        for (int i = 0; i < Math.Max(before.Length, now.Length); i++)
        {
            string found = i < before.Length ? before[i] : "nothing", expected = i < now.Length ? now[i] : "nothing";
            if (found != expected)
                throw new QEngineException(
                    $"expected a checkpoint of a run with {Printable.Quote(expected)}, found {Printable.Quote(found)} in {file}");
        }
    }
}
