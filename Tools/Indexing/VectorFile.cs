using QEngine.Storage;

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
