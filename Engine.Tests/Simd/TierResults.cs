using System.Numerics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Models;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Simd;

/// <summary>Results of some kernels and encoders on fixed data, to be compared between processes of different instruction tiers.</summary>
internal static class TierResults
{
    public const string Variable = "QENGINE_TIER_RESULTS";
    public const string FileName = "results.bin";

    // The longest sum behind a result below.
    private const int Depth = 300;

    /// <summary>Writes this process's results as doubles.</summary>
    public static void Write(string path) => File.WriteAllBytes(path, MemoryMarshal.AsBytes<double>(Compute()));

    /// <summary>Asserts that the results in a file are this process's up to rounding.</summary>
    public static void AssertNear(string what, string path)
    {
        double[] single = Single(), precise = Chain<double>(), other = Read(path);

        Assert.That(other, Has.Length.EqualTo(single.Length + precise.Length + Vectors().Length));
        Near.Values<float>(what, [.. other[..single.Length].Select(x => (float)x)], single, Depth);
        Near.Values<double>(what, other[single.Length..(single.Length + precise.Length)], precise, Depth);
    }

    /// <summary>Asserts that the results in a file are this process's bits, as they are where both fuse a product with a sum.</summary>
    public static void AssertSame(string what, string path) => Bits.AreEqual<double>(what, Read(path), Compute());

    private static double[] Read(string path) => [.. MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(path))];

    private static double[] Compute() => [.. Single(), .. Chain<double>(), .. Vectors()];

    private static double[] Single() => Samples.Exact<float>(Chain<float>());

    /// <summary>What an encoder makes of texts, in float32 and in int8, with every head.</summary>
    private static double[] Vectors()
    {
        string[] texts = ["hello", "the blue dog sings", "", "red cat red cat red cat red cat red cat red cat", "a b c"];
        List<double> numbers = [];
        foreach (HeadConfiguration head in SmallModel.Heads)
        {
            SentenceEmbedder embedder = SmallModel.Create(head, WorkerPool.Single);
            BertConfiguration sizes = embedder.Model.Encoder.Configuration;
            foreach (EncoderPrecision precision in Enum.GetValues<EncoderPrecision>())
            {
                EmbeddingModel<float> model = new(sizes with { Precision = precision }, head);
                model.Parameters.Initialize(5);
                float[] vectors = new float[texts.Length * embedder.Dimension];
                new SentenceEmbedder(model, embedder.Tokenizer, 20, workers: WorkerPool.Single).Embed(texts, vectors);
                numbers.AddRange(Samples.Exact<float>(vectors));
            }
        }
        return [.. numbers];
    }

    private static T[] Chain<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Rows = 37, Columns = 60;
        int[] offsets = Samples.Offsets(20, 1, 16);
        T[] x = Samples.Uniform<T>(1, Rows * Depth), w = Samples.Uniform<T>(2, Depth * 3 * Columns, -0.1, 0.1), ones = new T[Columns];
        Array.Fill(ones, T.One);
        T[] qkv = new T[Rows * 3 * Columns], attended = new T[Rows * Columns], normal = new T[attended.Length], normalized = new T[attended.Length], activated = new T[attended.Length], pooled = new T[3 * Columns];
        Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(x, Rows, Depth), new MatrixView<T>(w, Depth, 3 * Columns), qkv, 3 * Columns, accumulate: false);
        new Attention(4, Columns, new Dropout(0.1f, 5)).Forward<T>(WorkerPool.Single, qkv, offsets, attended, new T[4 * Rows]);
        LayerNorm.Forward<T>(WorkerPool.Single, attended, x.AsSpan(0, attended.Length), ones, ones, T.CreateTruncating(1e-12), normal, normalized, new T[Rows]);
        Elementwise.Apply<Gelu<T>, T>(WorkerPool.Single, default, normal, activated);
        Elementwise.Apply<Tanh<T>, T>(WorkerPool.Single, default, activated, normalized);
        MeanPooling.Forward<T>(WorkerPool.Single, normalized, offsets, pooled);
        return [.. qkv, .. attended, .. normal, .. activated, .. pooled];
    }
}
