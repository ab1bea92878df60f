namespace QEngine.Storage;

/// <summary>Writes a two-dimensional .npy file row by row, without knowing how many rows will come.</summary>
/// <remarks>
/// The file appears, whole, at <see cref="Complete"/>; disposed before, nothing is left. The bytes are those NumPy would write.
/// For one thread.
/// </remarks>
internal sealed class NpyWriter : IDisposable
{
    private readonly AtomicFile _file;
    private readonly int _columns;

    private NpyWriter(AtomicFile file, int columns)
    {
        _file = file;
        _columns = columns;
    }

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where the file will be; its folder must exist.</param>
    /// <param name="columns">Width of every row, at least 1.</param>
    /// <exception cref="QEngineException">The width is below 1, or the file cannot be written.</exception>
    public static NpyWriter Create(string path, int columns)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (columns < 1) throw new QEngineException(
            $"expected rows of at least 1 column, "
            + $"found {columns} while writing {FileErrors.Name(path)}");
        AtomicFile file = AtomicFile.Create(path);
        try
        {
            file.Write(NpyHeader.Format32([0, columns]));
            return new NpyWriter(file, columns);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends one row or several, one after another.</summary>
    /// <param name="rows">Row-major numbers; the length must be a multiple of the width.</param>
    /// <exception cref="QEngineException">The length does not fit, or the file cannot be written.</exception>
    public void Write(ReadOnlySpan<float> rows)
    {
        if (rows.Length % _columns != 0)
            throw new QEngineException(
                $"expected whole rows of {_columns} numbers, "
                + $"found {rows.Length} numbers after row {Rows} of {_file.Name}");
        FloatCodec.Write(_file, rows);
        Rows += rows.Length / _columns;
    }

    /// <summary>Writes the number of rows into the header and puts the file at its path.</summary>
    /// <exception cref="QEngineException">The file cannot be written; an old file of that name stays as it was.</exception>
    public void Complete()
    {
        _file.Seek(0, SeekOrigin.Begin);
        _file.Write(NpyHeader.Format32([Rows, _columns]));
        _file.Commit();
    }

    /// <summary>Deletes what was written unless <see cref="Complete"/> was called.</summary>
    public void Dispose() => _file.Dispose();
}
