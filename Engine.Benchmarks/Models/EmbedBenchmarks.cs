using BenchmarkDotNet.Attributes;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Text;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>From texts to angles, all of it: tokenizer, MiniLM's encoder, the quantum head with 64 qubits. Allocates nothing.</summary>
public class EmbedBenchmarks
{
    private const int Qubits = 64, MaximumLength = 128;

    private WorkerPool _workers = WorkerPool.Single;
    private SentenceEmbedder? _embedder;
    private string[] _texts = [];
    private float[] _embeddings = [];

    /// <summary>The texts.</summary>
    [ParamsSource(nameof(Cases))]
    public TextsShape Shape { get; set; } = Shapes.Texts[0];

    /// <summary>Threads that share the work.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<TextsShape> Cases => Shapes.Texts;

    /// <summary>The values of <see cref="Threads"/>.</summary>
    public static IEnumerable<int> ThreadCounts => Shapes.Threads;

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        _texts = PseudoTexts.Draw(Shape, seed: 2);
        _embeddings = new float[_texts.Length * Qubits];
        BertConfiguration encoder = BertConfiguration.Preset("minilm", RandomModel.Vocabulary);
        HeadConfiguration head = HeadConfiguration.Quantum(encoder.HiddenSize, Qubits, CompressionGate.ControlledU);
        BertTokenizer tokenizer = PseudoTexts.Tokenizer();
        _embedder = new SentenceEmbedder(RandomModel.Create(encoder, head), tokenizer, MaximumLength, _workers);
        Embed();
        Verify(tokenizer.Encode(_texts[^1], MaximumLength));
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void Embed() => _embedder!.Embed(_texts, _embeddings);

    /// <summary>Compares the last text, as x and z: no text knows of the others.</summary>
    private void Verify(int[] ids)
    {
        float[] states = new float[2 * Qubits];
        Readout.FromAngles<float>(_embeddings.AsSpan()[^Qubits..], states);
        // Where an outcome is nearly certain, x = sqrt(1 - z^2) turns an error of 1e-7 in z into one of 1e-4.
        Check.Close(nameof(Embed), states, RandomModel.Precise(_embedder!.Model, ids), 2e-3);
    }
}
