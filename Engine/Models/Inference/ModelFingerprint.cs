using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using QEngine.Layers;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>Tells models apart by what decides their vectors: sizes, weights, tokenizer, pooling and head.</summary>
internal static class ModelFingerprint
{
    private const int Bytes = 16;

    /// <summary>32 hexadecimal digits; the time of reading all weights once.</summary>
    public static string Compute(SentenceEmbedder embedder)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        EmbeddingModel<float> model = embedder.Model;
        BertConfiguration encoder = model.Encoder.Configuration;
        Add(
            hash, (int)encoder.Architecture, encoder.VocabularySize, encoder.HiddenSize, encoder.Layers, encoder.Heads,
            encoder.IntermediateSize, encoder.MaximumPositions, encoder.TokenTypes);
        Add(
            hash, BitConverter.DoubleToInt64Bits(encoder.LayerNormEpsilon), (int)model.Pooling, (int)embedder.Similarity,
            embedder.MaximumLength, embedder.Prompts.Pooled ? 1 : 0);
        foreach (HeadModule module in model.Head.Modules) Add(hash, module.ToString());
        Vocabulary vocabulary = embedder.Tokenizer.Vocabulary;
        Add(hash, vocabulary.Settings.ToString());
        Add(hash, vocabulary.UnknownToken);
        for (int id = 0; id < vocabulary.Count; id++) Add(hash, vocabulary[id]);
        foreach (AddedToken token in vocabulary.AddedTokens) Add(hash, token.ToString());
        float[] values = [];
        foreach (Parameter<float> parameter in model.Parameters.Parameters) Add(hash, parameter, ref values);
        foreach (QuantizedParameter parameter in model.Parameters.QuantizedParameters) Add(hash, parameter);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, Bytes));
    }

    // Matrices of a model that only computes are read one after another: it has no second copy of them.
    private static void Add(IncrementalHash hash, Parameter<float> parameter, ref float[] buffer)
    {
        if (parameter.PackedNow is null)
        {
            hash.AppendData(MemoryMarshal.AsBytes(parameter.Tensor.Span));
            return;
        }
        if (buffer.Length < parameter.Shape.Length) buffer = new float[parameter.Shape.Length];
        Span<float> values = buffer.AsSpan(0, parameter.Shape.Length);
        parameter.CopyTo(values);
        hash.AppendData(MemoryMarshal.AsBytes(values));
    }

    private static void Add(IncrementalHash hash, QuantizedParameter parameter)
    {
        sbyte[] codes = new sbyte[parameter.Shape.Columns];
        hash.AppendData(MemoryMarshal.AsBytes(parameter.Matrix.InputScales));
        for (int row = 0; row < parameter.Shape.Rows; row++)
        {
            Add(hash, BitConverter.SingleToInt32Bits(parameter.Get(row, codes)));
            hash.AppendData(MemoryMarshal.AsBytes(codes.AsSpan()));
        }
    }

    private static void Add(IncrementalHash hash, params ReadOnlySpan<long> numbers)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        foreach (long number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            hash.AppendData(bytes);
        }
    }

    private static void Add(IncrementalHash hash, string text)
    {
        Add(hash, text.Length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}
