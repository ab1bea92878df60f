using System.Text.Json;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>
/// What a segment says of its codes, <c>codes.bin</c>: rows of <see cref="ScalarQuantizer.BytesPerRow"/> bytes, one after another.
/// </summary>
/// <param name="Quantizer">What made them, of this segment's rows.</param>
/// <param name="Residual">The largest distance of a row from the one its codes stand for.</param>
/// <param name="Min">[k], the smallest number of each column of the rows.</param>
/// <param name="Max">[k], the largest.</param>
/// <param name="Checksums">Checksums of the file.</param>
internal sealed record SegmentCodes(ScalarQuantizer Quantizer, double Residual, float[] Min, float[] Max, BlockChecksums Checksums)
{
    public const string FileName = "codes.bin";

    // Rows in memory beside the mapped ones while codes are made.
    private const int RowsAtOnce = 1 << 14;

    /// <summary>Makes the codes of a segment's embeddings and writes the file.</summary>
    public static SegmentCodes Create(
        string folder, CodeBits bits, Similarity similarity, WorkerPool workers, CancellationToken cancellationToken)
    {
        using RandomAccessFile embeddings = RandomAccessFile.Open(Path.Combine(folder, SegmentFile.EmbeddingsName));
        using MappedFloats mapped = MappedFloats.Create(embeddings);
        int dimension = mapped.Columns;
        ScalarQuantizer quantizer = ScalarQuantizer.Train(bits, dimension, mapped.Memory.Span);
        double residual = 0;
        float[] min = new float[dimension], max = new float[dimension];
        Array.Fill(min, float.PositiveInfinity);
        Array.Fill(max, float.NegativeInfinity);
        string path = Path.Combine(folder, FileName);
        using (AtomicFile file = AtomicFile.Create(path))
        {
            for (int first = 0; first < mapped.Rows; first += RowsAtOnce)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlyMemory<float> rows = mapped.Memory.Slice(first * dimension, Math.Min(RowsAtOnce, mapped.Rows - first) * dimension);
                CodeBlock part = CodeBlock.Encode(quantizer, new EmbeddingBlock(similarity, dimension, rows, 0, workers), workers);
                file.Write(part.Codes.Span);
                residual = Math.Max(residual, part.Residual);
                for (int i = 0; i < dimension; i++) (min[i], max[i]) = (Math.Min(min[i], part.Min[i]), Math.Max(max[i], part.Max[i]));
            }
            file.Commit();
        }
        return new SegmentCodes(quantizer, residual, min, max, BlockChecksums.Compute(path));
    }

    /// <summary>Maps the file, or gives null with a warning where it is damaged: rows are searched without codes then.</summary>
    public (MappedArray<byte> File, CodeBlock Block)? Open(string folder, int documents, WorkerPool workers, List<string> warnings)
    {
        RandomAccessFile file = RandomAccessFile.Open(Path.Combine(folder, FileName));
        IDisposable opened = file;
        try
        {
            IReadOnlyList<int> damaged = Checksums.Damaged(BlockChecksums.Compute(file));
            foreach (int block in damaged) warnings.Add($"{BlockChecksums.Damage(block, file.Path)}: searched without codes");
            if (damaged.Count > 0)
            {
                file.Dispose();
                return null;
            }
            MappedArray<byte> mapped = MappedArray<byte>.Create(file, 0, documents * Quantizer.BytesPerRow);
            opened = mapped;
            return (mapped, new CodeBlock(Quantizer, mapped.Memory, Residual, Min, Max, workers));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Writes the members of an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("codes"u8);
        json.WriteNumber("bits"u8, (int)Quantizer.Bits);
        json.WriteNumber("residual"u8, Residual);
        Write(json, "bases", Quantizer.Bases);
        Write(json, "steps", Quantizer.Steps);
        Write(json, "least", Min);
        Write(json, "most", Max);
        SegmentFile.Write(json, Checksums);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write(Utf8JsonWriter)"/> wrote.</summary>
    public static SegmentCodes Read(JsonCursor node)
    {
        float[] min = Numbers(node, "least"), max = Numbers(node, "most");
        ScalarQuantizer quantizer = QuantizerOf(node);
        if (min.Length != quantizer.Dimension || max.Length != quantizer.Dimension)
            throw new QEngineException(
                $"expected ranges of {quantizer.Dimension} columns, found {min.Length} and {max.Length} in {node.Path}");
        double residual = node.Number("residual", -1);
        if (residual < 0) throw new QEngineException($"expected a residual of at least 0 for codes, found {residual} in {node.Path}");
        return new SegmentCodes(quantizer, residual, min, max, SegmentFile.Checksums(node));
    }

    private static ScalarQuantizer QuantizerOf(JsonCursor node)
    {
        try
        {
            return new ScalarQuantizer((CodeBits)node.Required("bits").Integer(1), Numbers(node, "bases"), Numbers(node, "steps"));
        }
        catch (QEngineException refused) when (!refused.Message.Contains(node.Path, StringComparison.Ordinal))
        {
            throw new QEngineException($"{refused.Message} in {node.Path}", refused);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<float> numbers)
    {
        json.WriteStartArray(name);
        foreach (float number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static float[] Numbers(JsonCursor node, string name)
    {
        List<float> numbers = [];
        foreach (JsonCursor number in node.Required(name).Elements())
        {
            if (number.Element.ValueKind != JsonValueKind.Number || !number.Element.TryGetSingle(out float value) || !float.IsFinite(value))
                throw new QEngineException(
                    $"expected finite numbers for {name}, found {Printable.Quote(number.Element.GetRawText())} in {node.Path}");
            numbers.Add(value);
        }
        return [.. numbers];
    }
}
