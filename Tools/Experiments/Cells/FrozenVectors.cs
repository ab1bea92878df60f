using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Experiments;

/// <summary>
/// The pooled vectors of texts under encoders that stay as they are: computed once by whichever cell needs them first, and kept in the
/// experiment's cache under a name that tells encoder, texts, prompt and length.
/// </summary>
/// <param name="folder">The folder of the cache.</param>
internal sealed class FrozenVectors(string folder)
{
    /// <summary>The vectors of a test's texts.</summary>
    public Vectors Of(Backbone backbone, TextTable table, int maximumLength, WorkerPool workers)
    {
        using IncrementalHash hash = Start(backbone, maximumLength);
        Add(hash, table.Prompt(backbone.Prompts));
        foreach (string text in table.Texts) Add(hash, text);
        return Get(hash, backbone, () => table.Embed(backbone.Embedder(workers, maximumLength)));
    }

    /// <summary>The vectors of a training set's texts, in their order.</summary>
    public Vectors Of(Backbone backbone, TrainingSet set, int maximumLength, WorkerPool workers)
    {
        using IncrementalHash hash = Start(backbone, maximumLength);
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, set.Fingerprint());
        hash.AppendData(number);
        for (int text = 0; text < set.TextCount; text++) hash.AppendData(MemoryMarshal.AsBytes(set.Tokens(text)));
        return Get(hash, backbone, () =>
        {
            float[] vectors = new float[set.TextCount * backbone.Width];
            new PooledEmbeddingCache(backbone.Model!, set, workers).CopyTo(vectors);
            return vectors;
        });
    }

    private static IncrementalHash Start(Backbone backbone, int maximumLength)
    {
        IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, backbone.Fingerprint!);
        Add(hash, FormattableString.Invariant($"{maximumLength}"));
        return hash;
    }

    private static void Add(IncrementalHash hash, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData([0xff]); // No byte of UTF-8: texts do not run together.
    }

    private Vectors Get(IncrementalHash hash, Backbone backbone, Func<float[]> compute)
    {
        string name = Path.Combine(folder, Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))), path = $"{name}.npy";
        if (!File.Exists(path))
        {
            using IDisposable alone = FileLock.Take($"{name}.lock", Session.Cancellation);
            // Another cell may have made it meanwhile.
            if (!File.Exists(path))
            {
                float[] vectors = compute();
                NpyFile.Write(path, vectors, vectors.Length / backbone.Width, backbone.Width);
                return new Vectors(vectors, backbone.Width);
            }
        }
        NpyArray array = NpyFile.Read(path);
        if (array.Shape.Length != 2 || array.Columns != backbone.Width)
            throw new QEngineException($"expected vectors of {backbone.Width} numbers, found an array of others in {path}");
        array.RequireFinite();
        return new Vectors(array.Data, array.Columns);
    }
}
