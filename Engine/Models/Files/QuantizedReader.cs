using QEngine.Layers;
using QEngine.Memory;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>
/// Reads matrices in eight bits whose shapes were checked. Codes go some rows at a time, by all threads, through a small buffer into the
/// form in which the model computes; what a file has in real numbers is quantised, one matrix after another.
/// </summary>
internal sealed class QuantizedReader
{
    // What a scale of an input multiplies is a weight, and its inverse a number of a row: both stay finite.
    private const float MinInputScale = 1f / (1L << 60), MaxInputScale = 1L << 60;

    // Codes that are read at once: enough to pay for asking the file, few enough to stay in the second-level cache.
    private const int PieceCodes = 1 << 16;

    private readonly IWeights _file;
    private readonly string _prefix;
    private readonly float _max;
    private readonly List<Piece> _pieces = [];

    private QuantizedReader(IWeights file, string prefix, float max) => (_file, _prefix, _max) = (file, prefix, max);

    /// <summary>Reads matrices; numbers have to be finite, and up to the largest in magnitude.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What stands before the tensors' names in the file.</param>
    /// <param name="parameters">The matrices.</param>
    /// <param name="max">The largest magnitude.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="meanwhile">Other work that takes as long as reading some of them, for one of the threads; null for none.</param>
    /// <exception cref="QEngineException">
    /// A tensor cannot be read, or is not usable: the first whose scales are not, otherwise the first whose codes are not,
    /// otherwise the first whose numbers are not.
    /// </exception>
    public static void Read(
        IWeights file, string prefix, IReadOnlyList<QuantizedParameter> parameters, float max, WorkerPool workers, Action? meanwhile = null)
    {
        QuantizedReader reader = new(file, prefix, max);
        foreach (QuantizedParameter parameter in parameters)
            if (file.IsInt8(prefix + parameter.TensorName)) reader.ReadScales(parameter);
        OrderedWork.For(workers, 1 + reader._pieces.Count, item =>
        {
            if (item > 0) reader.ReadCodes(reader._pieces[item - 1]);
            else meanwhile?.Invoke();
        });
        reader.Quantize(parameters, workers);
    }

    private void ReadScales(QuantizedParameter parameter)
    {
        ReadInputScales(parameter);
        string name = _prefix + parameter.ScaleName;
        float[] scales = new float[parameter.Shape.Rows];
        _file.Read(name, scales.AsSpan());
        ParameterFile.RequireFinite(scales, name, _file.Path, _max);
        int negative = Array.FindIndex(scales, scale => scale < 0);
        if (negative >= 0) throw QuantizedFile.Wrong(_file, "scales of at least 0", At(negative, scales[negative], name));
        parameter.Matrix.Make();
        int rows = Math.Max(1, PieceCodes / parameter.Shape.Columns);
        for (int row = 0; row < scales.Length; row += rows)
            _pieces.Add(new Piece(parameter, scales, row, Math.Min(rows, scales.Length - row)));
    }

    private void ReadInputScales(QuantizedParameter parameter)
    {
        string name = _prefix + parameter.InputScaleName;
        float[] scales = [];
        if (_file.Contains(name))
        {
            scales = new float[parameter.Shape.Columns];
            _file.Read(name, scales.AsSpan());
            int outside = Array.FindIndex(scales, scale => !(scale is >= MinInputScale and <= MaxInputScale));
            if (outside >= 0)
                throw QuantizedFile.Wrong(
                    _file, $"scales of inputs from {MinInputScale} to {MaxInputScale}", At(outside, scales[outside], name));
        }
        if (parameter.IsFirst && parameter.Matrix.HasUnevenInputs) parameter.Matrix.InputScales = scales;
        else if (!parameter.Matrix.InputScales.SequenceEqual(scales))
            throw QuantizedFile.Wrong(
                _file, "the same scales of inputs for all of query, key and value", $"another tensor {Printable.Quote(name)}");
    }

    private void ReadCodes(Piece piece)
    {
        QuantizedParameter parameter = piece.Parameter;
        string name = _prefix + parameter.TensorName;
        int columns = parameter.Shape.Columns;
        long first = (long)piece.Row * columns;
        Span<sbyte> codes = Scratch<Codes, sbyte>.Rent(piece.Rows * columns);
        _file.Read(name, first, codes);
        int outside = codes.IndexOf(sbyte.MinValue);
        if (outside >= 0)
            throw QuantizedFile.Wrong(
                _file, $"codes from -{sbyte.MaxValue} to {sbyte.MaxValue}", At(first + outside, sbyte.MinValue, name));
        for (int i = 0; i < piece.Rows; i++)
            parameter.Set(piece.Row + i, codes.Slice(i * columns, columns), piece.Scales[piece.Row + i]);
    }

    private void Quantize(IReadOnlyList<QuantizedParameter> parameters, WorkerPool workers)
    {
        float[] values = [];
        foreach (QuantizedParameter parameter in parameters)
        {
            string name = _prefix + parameter.TensorName;
            if (_file.IsInt8(name)) continue;
            if (values.Length < parameter.Shape.Length) values = GC.AllocateUninitializedArray<float>(parameter.Shape.Length);
            Span<float> numbers = values.AsSpan(0, parameter.Shape.Length);
            _file.Read(name, numbers);
            ParameterFile.RequireFinite(numbers, name, _file.Path, _max);
            parameter.Set(numbers, workers);
        }
    }

    private static string At(long element, float value, string tensor) =>
        $"{value} at element {element} of tensor {Printable.Quote(tensor)}";

    private readonly struct Codes;

    /// <summary>Some rows of a matrix.</summary>
    private readonly record struct Piece(QuantizedParameter Parameter, float[] Scales, int Row, int Rows);
}
