using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace PgVectorSearch;

/// <summary>Reads what <c>qengine embed</c> writes: a NumPy file of rows of single precision.</summary>
internal static partial class VectorFile
{
    // The mark, two bytes of version, two of the header's length.
    private const int Start = 10;

    /// <summary>Reads all rows into memory.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is of another form.</exception>
    public static float[][] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < Start || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8)) throw Malformed(path);
        int data = Start + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(Start - sizeof(ushort)));
        if (data > bytes.Length) throw Malformed(path);
        string header = Encoding.ASCII.GetString(bytes, Start, data - Start);
        Match shape = Shape().Match(header);
        if (!shape.Success || !header.Contains("'<f4'") || !header.Contains("'fortran_order': False")) throw Malformed(path);
        int rows = Number(shape.Groups[1]), columns = Number(shape.Groups[2]);
        ReadOnlySpan<float> numbers = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(data));
        if (rows == 0 || columns == 0 || numbers.Length != (long)rows * columns) throw Malformed(path);
        return [.. numbers.ToArray().Chunk(columns)];
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    private static InvalidDataException Malformed(string path) => new($"expected a NumPy file of rows of <f4, found another: {path}");

    [GeneratedRegex(@"'shape': \((\d{1,9}), (\d{1,9})\)")]
    private static partial Regex Shape();
}
