using QEngine.Codes;
using QEngine.Memory;

namespace QEngine.Retrieval;

/// <summary>Turns the numbers of embeddings into few bits each: the values of <see cref="ScalarLevels"/>, packed. Immutable.</summary>
internal sealed class ScalarQuantizer
{
    private readonly ScalarLevels _levels;

    /// <summary>Takes in what <see cref="Train"/> found before, as read from a file.</summary>
    /// <param name="bits">Bits a number.</param>
    /// <param name="bases">[k], finite.</param>
    /// <param name="steps">[k], finite and not negative.</param>
    /// <exception cref="QEngineException">
    /// The lengths differ or are 0, a number is not in its range, or there is no code of so many bits.
    /// </exception>
    public ScalarQuantizer(CodeBits bits, ReadOnlySpan<float> bases, ReadOnlySpan<float> steps)
    {
        (Bits, Format) = (bits, CodeFormats.Create(bits));
        _levels = new ScalarLevels((int)bits, bases, steps);
    }

    /// <summary>Bits a number.</summary>
    public CodeBits Bits { get; }

    /// <summary>k, numbers a row.</summary>
    public int Dimension => _levels.Dimension;

    /// <summary>Bytes a row: k bits / 8, rounded up.</summary>
    public int BytesPerRow => Format.Bytes(Dimension);

    /// <summary>[k], the number that v = 0 stands for.</summary>
    public ReadOnlySpan<float> Bases => _levels.Bases;

    /// <summary>[k], what 1 is added to v for; 0 where a column is constant.</summary>
    public ReadOnlySpan<float> Steps => _levels.Steps;

    internal ICodeFormat Format { get; }

    /// <summary>Fits ranges to rows.</summary>
    /// <param name="bits">Bits a number.</param>
    /// <param name="dimension">k, at least 1.</param>
    /// <param name="rows">[n, k], n at least 1, finite; means and deviations are those of 65,536 rows where there are more.</param>
    /// <exception cref="ArgumentException">There is no row, or the length does not fit.</exception>
    public static ScalarQuantizer Train(CodeBits bits, int dimension, ReadOnlySpan<float> rows)
    {
        ScalarLevels levels = ScalarLevels.Train((int)bits, dimension, rows);
        return new ScalarQuantizer(bits, levels.Bases, levels.Steps);
    }

    /// <summary>Writes the codes of a row.</summary>
    /// <param name="row">[k], finite.</param>
    /// <param name="codes">[<see cref="BytesPerRow"/>].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<byte> codes)
    {
        Require(row.Length, codes.Length);
        Span<sbyte> values = Scratch<ScalarQuantizer, sbyte>.Rent(Dimension);
        _levels.Quantize(row, values);
        Format.Pack(values, codes);
    }

    /// <summary>The row that codes stand for.</summary>
    /// <param name="codes">[<see cref="BytesPerRow"/>], any bits.</param>
    /// <param name="row">[k].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Decode(ReadOnlySpan<byte> codes, Span<float> row)
    {
        Require(row.Length, codes.Length);
        Span<sbyte> values = Scratch<ScalarQuantizer, sbyte>.Rent(Format.Columns(Dimension));
        Format.Unpack(codes, values);
        _levels.Dequantize(values, row);
    }

    private void Require(int numbers, int bytes)
    {
        if (numbers != Dimension || bytes != BytesPerRow)
            throw new ArgumentException($"expected a row of {Dimension} numbers and {BytesPerRow} bytes, found {numbers} and {bytes}");
    }
}
