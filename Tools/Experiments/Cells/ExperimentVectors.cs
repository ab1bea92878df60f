using System.Globalization;
using QEngine.Storage;
using QEngine.Tools.Heads;
using QEngine.Tools.Indexing;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>The vectors that stand in place of an encoder's, read once for all cells.</summary>
/// <param name="Training">Those that heads learn from.</param>
/// <param name="Labels">A label of each, or null.</param>
/// <param name="Test">What heads are measured on.</param>
internal sealed record ExperimentVectors(Vectors Training, string[]? Labels, CellTest Test)
{
    // What the bytes of a grey image are divided by.
    private const float White = 255;

    /// <summary>Reads them.</summary>
    /// <param name="files">The files.</param>
    /// <param name="data">The folder that they are in.</param>
    /// <exception cref="QEngineException">A file is missing or malformed, or files do not fit together.</exception>
    public static ExperimentVectors Read(VectorFiles files, string data)
    {
        Vectors training = ReadVectors(Path.Combine(data, files.Training)), test = ReadVectors(Path.Combine(data, files.Test));
        if (training.Columns != test.Columns)
            throw new QEngineException(
                $"expected vectors of {training.Columns} numbers as in {files.Training}, found {test.Columns} in {files.Test}");
        string[]? labels = ReadLabels(files.TrainingLabels, data, training, files.Training);
        if (labels is not null) RequireClasses(labels, files.TrainingLabels!);
        return new ExperimentVectors(
            training,
            labels,
            new NeighbourCellTest(test, ReadLabels(files.TestLabels, data, test, files.Test)));
    }

    private static Vectors ReadVectors(string path)
    {
        Vectors vectors;
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            NpyArray array = VectorFile.Read(path);
            array.RequireFinite();
            vectors = new Vectors(array.Data, array.Columns);
        }
        else
        {
            (int[] extents, byte[] pixels) = IdxFile.Read(path, dimensions: 3);
            vectors = new Vectors(Array.ConvertAll(pixels, value => value / White), extents[1] * extents[2]);
        }
        if (vectors.Columns > PrincipalComponents.MaxColumns)
            throw new QEngineException(
                $"expected vectors of at most {PrincipalComponents.MaxColumns} numbers, found {vectors.Columns} in {path}");
        if (vectors.Rows < 2) throw new QEngineException($"expected at least 2 vectors, found {vectors.Rows} in {path}");
        vectors.RequireProportion(path);
        return vectors;
    }

    private static string[]? ReadLabels(string? name, string data, Vectors vectors, string vectorsName)
    {
        if (name is null) return null;
        string path = Path.Combine(data, name);
        string[] labels = IsText(path)
            ? ReadLines(path)
            : Array.ConvertAll(IdxFile.Read(path, dimensions: 1).Content, label => label.ToString(CultureInfo.InvariantCulture));
        if (labels.Length != vectors.Rows)
            throw new QEngineException(
                $"expected {vectors.Rows} labels, as many as vectors in {vectorsName}, found {labels.Length} in {path}");
        return labels;
    }

    // Each vector is learned beside one of its class and others of other classes.
    private static void RequireClasses(string[] labels, string name)
    {
        int classes = labels.Distinct(StringComparer.Ordinal).Count();
        if (classes < 2 || classes == labels.Length)
            throw new QEngineException(
                $"expected at least 2 classes, and one of at least 2 vectors, found {labels.Length} labels of {classes} in {name}");
    }

    private static string[] ReadLines(string path)
    {
        List<string> labels = [];
        using Utf8Lines lines = Utf8Lines.Open(path);
        while (lines.MoveNext())
        {
            if (string.IsNullOrWhiteSpace(lines.Text)) throw new QEngineException($"expected a label, found an empty line, {lines.Where}");
            labels.Add(lines.Text);
        }
        return [.. labels];
    }

    private static bool IsText(string path) => path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);
}
