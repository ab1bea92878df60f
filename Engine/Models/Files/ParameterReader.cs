using QEngine.Layers;
using QEngine.Memory;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>
/// Reads parameters whose shapes were checked, several at a time: each into its place or, in a model that only computes, its matrices
/// into the form in which it does, one matrix after another through a buffer.
/// </summary>
internal sealed class ParameterReader
{
    private readonly IWeights _file;
    private readonly string _prefix;
    private readonly float _max;
    private readonly WorkerPool _workers;
    private readonly List<Parameter<float>[]> _parts = [];
    private readonly Pool<float[]> _buffers;

    private ParameterReader(
        IWeights file, string prefix, IReadOnlyList<Parameter<float>> parameters, float max, WorkerPool workers)
    {
        (_file, _prefix, _max, _workers) = (file, prefix, max, workers);
        int longest = 0;
        for (int first = 0, count; first < parameters.Count; first += count)
        {
            count = 1;
            if (parameters[first].PackedNow is { } packed)
            {
                longest = Math.Max(longest, packed.Length);
                while (first + count < parameters.Count && parameters[first + count].PackedNow == packed) count++;
            }
            Parameter<float>[] part = new Parameter<float>[count];
            for (int i = 0; i < count; i++) part[i] = parameters[first + i];
            _parts.Add(part);
        }
        _buffers = new Pool<float[]>(() => GC.AllocateUninitializedArray<float>(longest), workers.Count);
    }

    /// <summary>Reads parameters; weights have to be finite, and up to the largest in magnitude.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What stands before the tensors' names in the file.</param>
    /// <param name="parameters">The parameters, allocated.</param>
    /// <param name="max">The largest magnitude.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="meanwhile">Other work that takes as long as reading some of them, for one of the threads; null for none.</param>
    /// <exception cref="QEngineException">
    /// A tensor cannot be read, or a weight is not usable; the first of them, in order of declaration.
    /// </exception>
    public static void Read(
        IWeights file, string prefix, IReadOnlyList<Parameter<float>> parameters, float max, WorkerPool workers, Action? meanwhile = null)
    {
        ParameterReader reader = new(file, prefix, parameters, max, workers);
        OrderedWork.For(workers, 1 + reader._parts.Count, item =>
        {
            if (item > 0) reader.Read(item - 1);
            else meanwhile?.Invoke();
        });
    }

    private void Read(int part)
    {
        Parameter<float>[] parameters = _parts[part];
        if (parameters[0].PackedNow is { } packed)
        {
            float[] buffer = _buffers.Take();
            try
            {
                int end = 0;
                foreach (Parameter<float> parameter in parameters)
                {
                    Read(parameter, buffer.AsSpan(end, parameter.Shape.Length));
                    end += parameter.Shape.Length;
                }
                packed.Pack(_workers, buffer.AsSpan(0, end));
            }
            finally
            {
                _buffers.Return(buffer);
            }
            return;
        }
        Read(parameters[0], parameters[0].Tensor.Span);
        parameters[0].Changed();
    }

    private void Read(Parameter<float> parameter, Span<float> values)
    {
        string name = ParameterFile.StoredName(_file, _prefix, parameter.TensorName);
        _file.Read(name, values);
        ParameterFile.RequireFinite(values, name, _file.Path, _max);
    }
}
