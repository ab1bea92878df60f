using System.Globalization;
using System.Numerics.Tensors;
using QEngine.Models;
using QEngine.Tensors;

namespace QEngine.Benchmarks.Rivals;

/// <summary>The same texts, ids and weights for everybody, in one process and in turn.</summary>
/// <remarks>ONNX Runtime is given token ids; the engine is given texts, which it tokenizes itself.</remarks>
internal sealed class Comparison(
    Settings settings, SentenceEmbedder embedder, SentenceEmbedder int8, string[] texts, OnnxEncoder single, OnnxEncoder quantized)
{
    private const int BatchSize = 32, QueryWords = 8, MaxQueries = 200, Repeats = 10, Tokens = 64;

    private readonly int[][] _ids = [.. texts.Select(text => embedder.Tokenizer.Encode(text, embedder.MaximumLength))];

    /// <summary>Tokens of all texts.</summary>
    public long TokenCount => _ids.Sum(text => (long)text.Length);

    /// <summary>All texts; batches of the rival sorted by length, which is its best, and as they come.</summary>
    public void Bulk()
    {
        int[] inOrder = [.. Enumerable.Range(0, texts.Length)], byLength = [.. inOrder.OrderBy(i => _ids[i].Length)];
        float[] own = new float[texts.Length * embedder.Dimension], ownInt8 = new float[own.Length];
        float[][] theirs = new float[texts.Length][], codes = new float[texts.Length][];
        Table.Rates("all texts, tokens/s", TokenCount, Rounds.Measure(
        [
            new("QEngine", () => embedder.Embed(texts, own)),
            new("QEngine int8", () => int8.Embed(texts, ownInt8)),
            new("ONNX Runtime float, by length, 32", () => single.Embed(_ids, byLength, BatchSize, theirs)),
            new("ONNX Runtime float, in order, 32", () => single.Embed(_ids, inOrder, BatchSize, theirs)),
            new("ONNX Runtime int8, by length, 32", () => quantized.Embed(_ids, byLength, BatchSize, codes)),
        ], settings.Rounds));
        double ownCosine = own.Chunk(embedder.Dimension).Zip(ownInt8.Chunk(embedder.Dimension), (x, y) => (double)TensorPrimitives.CosineSimilarity<float>(x, y)).Average();
        double cosine = theirs.Zip(codes, (x, y) => (double)TensorPrimitives.CosineSimilarity<float>(x, y)).Average();
        Table.Remark($"largest difference of a number to ONNX Runtime float {MaxDifference(own, theirs):E1}; mean cosine of int8 to float: QEngine {ownCosine:F4}, ONNX Runtime {cosine:F4}");
    }

    /// <summary>One query after another.</summary>
    public void Queries()
    {
        string[] queries = [.. texts.Take(MaxQueries).Select(text => string.Join(' ', text.Split(' ').Take(QueryWords)))];
        int[][] ids = [.. queries.Select(text => embedder.Tokenizer.Encode(text, embedder.MaximumLength))];
        Table.Times($"one query of {ids.Average(text => text.Length):F0} tokens, ms", 1000.0 / queries.Length, Rounds.Measure(
        [
            new("QEngine", () => Array.ForEach(queries, query => embedder.Embed(query))),
            new("QEngine int8", () => Array.ForEach(queries, query => int8.Embed(query))),
            new("ONNX Runtime float", () => OneByOne(single, ids)),
            new("ONNX Runtime int8", () => OneByOne(quantized, ids)),
        ], settings.Rounds));
    }

    /// <summary>Texts of one length: nothing is padded, nobody sorts.</summary>
    public void EqualLengths()
    {
        int[][] rows = [.. Enumerable.Range(0, BatchSize).Select(i => Enumerable.Range(1000 + (i * Tokens), Tokens).ToArray())];
        int[] all = [.. Enumerable.Range(0, BatchSize)];
        PackedSequences packed = new();
        foreach (int[] row in rows) packed.Add(row);
        float[][] theirs = new float[BatchSize][];
        float[] own = new float[BatchSize * embedder.Dimension];
        Table.Rates($"{BatchSize} x {Tokens} tokens, tokens/s", BatchSize * Tokens * Repeats, Rounds.Measure(
        [
            new("QEngine", () => Repeat(() => embedder.Embed(packed, own))),
            new("QEngine int8", () => Repeat(() => int8.Embed(packed, own))),
            new("ONNX Runtime float", () => Repeat(() => single.Embed(rows, all, BatchSize, theirs))),
            new("ONNX Runtime int8", () => Repeat(() => quantized.Embed(rows, all, BatchSize, theirs))),
        ], settings.Rounds));
    }

    /// <summary>Texts to ids, on one thread.</summary>
    public void Tokenizing(string vocabulary)
    {
        Tokenizers tokenizers = new(embedder.Tokenizer, vocabulary, texts, embedder.MaximumLength);
        Table.Rates("tokenize on one thread, characters/s", texts.Sum(text => (long)text.Length), Rounds.Measure(
        [
            new("QEngine", tokenizers.Own),
            new("FastBertTokenizer", tokenizers.Fast),
            new("Microsoft.ML.Tokenizers", tokenizers.Microsoft),
        ], settings.Rounds));
        (double fast, double microsoft) = tokenizers.Differences();
        Table.Remark($"texts with other ids: FastBertTokenizer {fast:P1}, Microsoft.ML.Tokenizers {microsoft:P1}");
    }

    private static void Repeat(Action work)
    {
        for (int i = 0; i < Repeats; i++) work();
    }

    private static void OneByOne(OnnxEncoder encoder, int[][] texts)
    {
        int[][] text = new int[1][];
        float[][] vector = new float[1][];
        foreach (int[] ids in texts)
        {
            text[0] = ids;
            encoder.Embed(text, [0], 1, vector);
        }
    }

    private double MaxDifference(float[] own, float[][] theirs)
    {
        double max = 0;
        for (int i = 0; i < own.Length; i++) max = Math.Max(max, Math.Abs(own[i] - theirs[i / embedder.Dimension][i % embedder.Dimension]));
        return max;
    }
}
