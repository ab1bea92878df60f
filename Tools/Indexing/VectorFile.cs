using System.Globalization;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Indexing;

/// <summary>NumPy files of vectors, a row each.</summary>
internal static class VectorFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>[rows, d], at least one row of at least one number.</returns>
    /// <exception cref="QEngineException">It is missing or malformed, or of another shape.</exception>
    public static NpyArray Read(string path)
    {
        NpyArray array = NpyFile.Read(path);
        if (array.Shape.Length == 2 && array.Rows > 0 && array.Columns > 0) return array;
        throw new QEngineException(
            $"expected vectors [rows, d], found an array of {array.Data.Length} numbers in {array.Shape.Length} dimension(s) in {path}");
    }
}

/// <summary>Vectors that came without a model, each with its id.</summary>
/// <param name="Name">What messages call them: the path of the file.</param>
/// <param name="Ids">Their ids, each once.</param>
/// <param name="Data">[ids, columns], finite.</param>
/// <param name="Columns">d.</param>
internal sealed record IdVectors(string Name, IReadOnlyList<string> Ids, float[] Data, int Columns)
{
    /// <summary>Reads vectors and their ids.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="ids">Their ids, one a line; null for the row numbers from 0.</param>
    /// <exception cref="QEngineException">
    /// A file is missing or malformed, a number is not finite, or ids are empty, not as many or there twice.
    /// </exception>
    public static IdVectors Read(InputFile vectors, InputFile? ids)
    {
        NpyArray array = VectorFile.Read(vectors.ReadablePath);
        array.RequireFinite();
        string[] names = new string[array.Rows];
        if (ids is null)
        {
            for (int row = 0; row < names.Length; row++) names[row] = row.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            foreach ((string name, int row) in VectorPairsFile.ReadNames(ids.ReadablePath, names.Length)) names[row] = name;
        }
        return new IdVectors(vectors.Name, names, array.Data, array.Columns);
    }

    /// <summary>Requires vectors of an index's width.</summary>
    /// <exception cref="QEngineException">They have another.</exception>
    public void RequireWidth(int dimension)
    {
        if (Columns != dimension)
            throw new QEngineException($"expected vectors of {dimension} numbers as the index has, found {Columns} in {Name}");
    }
}
