using QEngine.Workers;

namespace QEngine.Codes;

/// <summary>Small whole numbers in few bits, rows of them, and their inner products with rows of 16-bit weights.</summary>
/// <remarks>
/// Products are whole numbers and exact: while the sum of |weight| times the largest |value| is at most 2^24, every partial sum is a whole
/// number that single precision holds.
/// </remarks>
internal interface ICodeFormat
{
    /// <summary>Minimum of the values.</summary>
    int MinValue { get; }

    /// <summary>Maximum of the values.</summary>
    int MaxValue { get; }

    /// <summary>Bytes of a row of values.</summary>
    int Bytes(int columns);

    /// <summary>Values that so many bytes are unpacked to, an even number.</summary>
    int Unpacked(int bytes);

    /// <summary>Values of a row as it is multiplied, an even number: the weights beyond the row's are 0.</summary>
    int Columns(int columns) => Unpacked(Bytes(columns));

    /// <summary>Writes a row.</summary>
    /// <param name="values">[columns], from <see cref="MinValue"/> to <see cref="MaxValue"/>.</param>
    /// <param name="codes">[<see cref="Bytes"/>].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    void Pack(ReadOnlySpan<sbyte> values, Span<byte> codes);

    /// <summary>Reads a row.</summary>
    /// <param name="codes">[<see cref="Bytes"/>], any bits.</param>
    /// <param name="values">[<see cref="Columns"/>].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    void Unpack(ReadOnlySpan<byte> codes, Span<sbyte> values);

    /// <summary>dots[q, r] = weights[q] . values[r], for few queries: the codes are read once.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="weights">[q, <see cref="Columns"/>].</param>
    /// <param name="codes">[r, <see cref="Bytes"/>].</param>
    /// <param name="bytes">Bytes of a row.</param>
    /// <param name="dots">[q, r].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    void Dots(WorkerPool workers, ReadOnlySpan<short> weights, ReadOnlySpan<byte> codes, int bytes, Span<float> dots);
}
