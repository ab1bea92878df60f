using System.Buffers.Text;
using QEngine.Kernels;
using QEngine.Storage;

namespace QEngine.Tools.Lab;

/// <summary>
/// The handwritten digits of 8 x 8 pixels (Alpaydin and Kaynak, UCI repository, 1998) as scikit-learn keeps them, <c>digits.csv</c> or
/// <c>digits.csv.gz</c>: a line an image, 64 numbers from 0 to 16 and the digit between commas. Debian's package python3-sklearn has it.
/// </summary>
internal static class DigitsFile
{
    private const int Side = 8, Darkest = 16;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">It cannot be read, or a line is malformed.</exception>
    public static LabelledImages Read(string path)
    {
        List<float> pixels = [];
        List<int> labels = [];
        using Utf8Lines lines = TextInput.Open(path);
        while (lines.MoveNext())
        {
            ReadOnlySpan<byte> rest = lines.Bytes;
            for (int i = 0; i < Side * Side; i++) pixels.Add(Next(ref rest, Darkest, ',', lines) / (float)Darkest);
            labels.Add(Next(ref rest, LabelledImages.Classes - 1, '\n', lines));
        }
        if (labels.Count == 0) throw new QEngineException($"expected lines of 65 numbers, found none: {FileErrors.Name(path)}");
        return new(new ImageShape(Side, Side, 1), [.. pixels], [.. labels]);
    }

    /// <summary>The file in a folder, if it is there.</summary>
    public static string? Find(string folder)
    {
        string plain = Path.Combine(folder, "digits.csv"), compressed = $"{plain}.gz";
        return File.Exists(plain) ? plain : File.Exists(compressed) ? compressed : null;
    }

    /// <summary>Takes a number and what ends it.</summary>
    private static int Next(ref ReadOnlySpan<byte> rest, int largest, char end, Utf8Lines lines)
    {
        if (!Utf8Parser.TryParse(rest, out int value, out int length) || value < 0 || value > largest)
            throw new QEngineException($"expected a number from 0 to {largest}, found {Found(rest)}, {lines.Where}");
        rest = rest[length..];
        if (end == '\n')
        {
            if (rest.Length > 0)
                throw new QEngineException($"expected the end of the line behind 65 numbers, found {Found(rest)}, {lines.Where}");
            return value;
        }
        if (rest.IsEmpty || rest[0] != end) throw new QEngineException($"expected a comma, found {Found(rest)}, {lines.Where}");
        rest = rest[1..];
        return value;
    }

    private static string Found(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty) return "the end of the line";
        return $"'{Printable.OneLine(System.Text.Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 20)]))}'";
    }
}
