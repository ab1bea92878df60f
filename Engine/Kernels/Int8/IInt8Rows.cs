namespace QEngine.Kernels;

/// <summary>A matrix of codes from -127 to 127 with a scale for every row: a number is its code times its row's scale.</summary>
internal interface IInt8Rows
{
    /// <summary>Rows.</summary>
    int Rows { get; }

    /// <summary>Numbers of a row.</summary>
    int Columns { get; }

    /// <summary>Replaces a row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="codes">[columns], from -127 to 127.</param>
    /// <param name="scale">At least 0, finite.</param>
    void Set(int row, ReadOnlySpan<sbyte> codes, float scale);

    /// <summary>Reads a row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="codes">[columns], filled.</param>
    /// <returns>Its scale.</returns>
    float Get(int row, Span<sbyte> codes);
}

/// <summary>Such a matrix row after row: a table that rows are picked from.</summary>
internal sealed class Int8Table : IInt8Rows
{
    private readonly sbyte[] _codes;
    private readonly float[] _scales;

    /// <summary>Makes a table of zeros.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Numbers of a row.</param>
    public Int8Table(int rows, int columns)
    {
        Require.Range(rows, 1, int.MaxValue);
        Require.Range(columns, 1, int.MaxValue);
        (Rows, Columns, _codes, _scales) = (rows, columns, new sbyte[checked(rows * columns)], new float[rows]);
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <summary>The codes, row after row.</summary>
    public ReadOnlySpan<sbyte> Codes => _codes;

    /// <summary>A scale for every row.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <inheritdoc/>
    public void Set(int row, ReadOnlySpan<sbyte> codes, float scale)
    {
        Require.Elements(codes, Columns);
        codes.CopyTo(_codes.AsSpan(row * Columns, Columns));
        _scales[row] = scale;
    }

    /// <inheritdoc/>
    public float Get(int row, Span<sbyte> codes)
    {
        Require.Elements<sbyte>(codes, Columns);
        _codes.AsSpan(row * Columns, Columns).CopyTo(codes);
        return _scales[row];
    }
}
