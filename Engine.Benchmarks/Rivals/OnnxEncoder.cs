using Microsoft.ML.OnnxRuntime;
using System.Numerics.Tensors;

namespace QEngine.Benchmarks.Rivals;

/// <summary>A sentence encoder run by ONNX Runtime: padded batches, pooled and normalised as its model card says.</summary>
internal sealed class OnnxEncoder : IDisposable
{
    private static readonly string[] Inputs = ["input_ids", "attention_mask", "token_type_ids"], Outputs = ["last_hidden_state"];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly bool _cls;

    /// <summary>Loads a model.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="threads">Threads of one operation.</param>
    /// <param name="cls">Whether the first token's vector is taken rather than the mean.</param>
    public OnnxEncoder(byte[] model, int threads, bool cls)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        _session = new InferenceSession(model, options);
        _cls = cls;
    }

    /// <summary>Embeds texts in the order given, <paramref name="batch"/> at a time, each batch padded to its longest.</summary>
    /// <param name="texts">Token ids.</param>
    /// <param name="order">Which text is taken when.</param>
    /// <param name="batch">Texts of a batch.</param>
    /// <param name="vectors">Receives the vectors by text.</param>
    public void Embed(int[][] texts, int[] order, int batch, float[][] vectors)
    {
        for (int first = 0; first < order.Length; first += batch) EmbedBatch(texts, order.AsSpan(first, Math.Min(batch, order.Length - first)), vectors);
    }

    private void EmbedBatch(int[][] texts, ReadOnlySpan<int> chosen, float[][] vectors)
    {
        int longest = 0;
        foreach (int text in chosen) longest = Math.Max(longest, texts[text].Length);
        long[] ids = new long[chosen.Length * longest], mask = new long[ids.Length], types = new long[ids.Length];
        for (int row = 0; row < chosen.Length; row++)
        {
            int[] tokens = texts[chosen[row]];
            for (int i = 0; i < tokens.Length; i++) (ids[(row * longest) + i], mask[(row * longest) + i]) = (tokens[i], 1);
        }
        long[] shape = [chosen.Length, longest];
        using OrtValue idValue = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using OrtValue maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using OrtValue typeValue = OrtValue.CreateTensorValueFromMemory(types, shape);
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, Inputs, [idValue, maskValue, typeValue], Outputs);
        ReadOnlySpan<float> states = results[0].GetTensorDataAsSpan<float>();
        int hidden = states.Length / ids.Length;
        for (int row = 0; row < chosen.Length; row++)
        {
            float[] vector = vectors[chosen[row]] ??= new float[hidden];
            int length = _cls ? 1 : texts[chosen[row]].Length;
            states.Slice(row * longest * hidden, hidden).CopyTo(vector);
            for (int token = 1; token < length; token++) TensorPrimitives.Add(vector, states.Slice(((row * longest) + token) * hidden, hidden), vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        }
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
