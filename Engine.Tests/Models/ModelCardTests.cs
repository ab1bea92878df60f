using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Storage;
using QEngine.Tests.Layers;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Models;

/// <summary>The card of a saved model: its metadata, that it is true, and that it is enough.</summary>
public sealed class ModelCardTests
{
    private static readonly ModelCard Full = new()
    {
        Data = [("rows", "1,234"), ("files", "a|b <script> `c`\nd")],
        Settings = [("epochs", "3"), ("lr", "5E-05")],
        Seed = 42,
        Measures = [("nDCG@10", 0.44912345), ("loss", 1.5e-7)],
    };

    [TestCaseSource(typeof(SmallModel), nameof(SmallModel.Heads))]
    public void A_model_without_data_has_a_card_of_what_it_is(HeadConfiguration head)
    {
        string card = Card(SmallModel.Create(head), null);
        string[] lines = card.Split('\n');
        bool quantum = head.Similarity.IsFidelity(), own = quantum || head.Modules is [GroupedModule];

        Assert.That(lines[0], Is.EqualTo("---"));
        Assert.That(lines[1], Is.EqualTo(own ? "library_name: qengine" : "library_name: sentence-transformers"));
        string[] metadata = lines[1..Array.IndexOf(lines, "---", 1)];
        Assert.That(metadata, Does.Contain("pipeline_tag: sentence-similarity").And.Contain("tags:").And.Contain("- sentence-similarity").And.Contain("- bert"));
        Assert.That(metadata.Contains("- sentence-transformers"), Is.EqualTo(!own));
        Assert.That(card, Does.Contain($"# {head.PaperName}-{head.OutputDimension}\n"));
        Assert.That(card, Does.Contain("| encoder | bert, 2 layers, hidden size 24, 4 heads |").And.Contain("| pooling | mean |"));
        Assert.That(card, Does.Contain($"| similarity | {(quantum ? "fidelity" : "cosine")} |").And.Contain($"| dimension | {head.OutputDimension} |").And.Contain("| maximum length | 20 tokens |"));
        EmbeddingModel<float> model = SmallModel.Create(head).Model;
        Assert.That(card, Does.Contain($"| parameters of the encoder | {model.EncoderLength:N0} |").And.Contain($"| parameters of the head | {model.Parameters.Count - model.EncoderLength:N0} |"));
        Assert.That(card.Contains("from sentence_transformers import SentenceTransformer", StringComparison.Ordinal), Is.EqualTo(!own));
        Assert.That(card.Contains("similarity F(v, w) = product", StringComparison.Ordinal), Is.EqualTo(head.Similarity == Similarity.Fidelity));
        Assert.That(card.Contains("similarity F(v, w) = |sum", StringComparison.Ordinal), Is.EqualTo(head.Similarity == Similarity.StateFidelity));
        Assert.That(card, Does.Contain("32 bits (F32)").And.Not.Contain("## Data").And.Not.Contain("## Measures").And.Not.Contain("## Prompts"));
        for (int i = 0; i < head.Modules.Count; i++) Assert.That(card, Does.Contain($"| `{i + 2}_{head.Modules[i].Name}` | {head.Modules[i].Description} |"));
    }

    [Test]
    public void Data_settings_seed_measures_and_prompts_are_told()
    {
        SentenceEmbedder small = SmallModel.Create(SmallModel.Heads[1]);
        SentenceEmbedder embedder = new(small.Model, small.Tokenizer, 20) { Prompts = new Prompts([new("query", "q: |"), new("document", "")], "query") };

        string card = Card(embedder, new SaveOptions { Card = Full, HalfPrecision = true });

        Assert.That(card, Does.Contain("## Data\n\n| name | value |\n| --- | --- |\n| rows | 1,234 |\n| files | a&#124;b &lt;script> &#96;c&#96;\\u000Ad |\n"));
        Assert.That(card, Does.Contain("## Settings\n\n| name | value |\n| --- | --- |\n| epochs | 3 |\n| lr | 5E-05 |\n| seed | 42 |\n"));
        Assert.That(card, Does.Contain("## Measures\n\n| name | value |\n| --- | --- |\n| nDCG@10 | 0.449123 |\n| loss | 1.5E-07 |\n"));
        Assert.That(card, Does.Contain("The default is `query`").And.Contain("| query | `q: &#124;` |").And.Contain("| document | (none) |"));
        Assert.That(card, Does.Contain("16 bits (F16)").And.Contain("tanh(W u + b), 24 to 10"));
    }

    [TestCase(24, 10, CompressionGate.ControlledU, EncodingScale.None, PairAngles.All, "2 steps of width 4, then 10.")]
    [TestCase(24, 10, CompressionGate.ControlledU, EncodingScale.None, PairAngles.Effective, "2 steps of width 4, then 10.")]
    [TestCase(24, 6, CompressionGate.Cnot, EncodingScale.One, PairAngles.All, "3 steps of width 6.")]
    [TestCase(24, 6, CompressionGate.Cnot, EncodingScale.One, PairAngles.Effective, "3 steps of width 6.")]
    [TestCase(24, 12, CompressionGate.ControlledU, EncodingScale.PerInput, PairAngles.All, "1 step of width 12.")]
    [TestCase(24, 24, CompressionGate.Cnot, EncodingScale.None, PairAngles.All, "no step")]
    public void A_quantum_head_can_be_computed_from_its_card(int d, int k, CompressionGate gate, EncodingScale scale, PairAngles set, string steps)
    {
        QuantumModule module = new(d, k, gate, scale, set);
        foreach (bool residual in d > k ? [false, true] : new[] { false }) IsComputed(module with { HasResidualReadout = residual }, steps);
    }

    private static void IsComputed(QuantumModule module, string steps)
    {
        SentenceEmbedder embedder = SmallModel.Create(new HeadConfiguration(module.InputDimension, module));
        using TemporaryFolder folder = new();
        ModelFolder.Save(embedder, folder.Path("model"));
        double[] pooled = Pooled(embedder, "hello world");

        double[] angles = AsTheCardSays(folder.Path("model/2_QuantumCompression"), pooled);

        Assert.That(embedder.Embed("hello world"), Is.EqualTo(angles).Within(1e-4));
        string card = File.ReadAllText(folder.Path("model/README.md"));
        Assert.That(card, Does.Contain(steps).And.Contain($"d = {module.InputDimension}").And.Contain($"k = {module.OutputDimension}"));
        Assert.That(card.Contains("log_scale", StringComparison.Ordinal), Is.EqualTo(module.Scale != EncodingScale.None));
        Assert.That(card.Contains("[2, w] with rows gamma, delta", StringComparison.Ordinal), Is.EqualTo(module.Angles == PairAngles.Effective));
        Assert.That(card.Contains("readout.residual", StringComparison.Ordinal), Is.EqualTo(module.HasResidualReadout));
    }

    [Test]
    public void A_readme_that_is_no_models_is_not_replaced()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Path("mine"));
        folder.Write("mine/README.md", "mine");
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3]);

        ModelFiles.Refused(() => ModelFolder.Save(embedder, folder.Path("mine")), "README.md without modules.json", "mine");
        ModelFiles.Refused(() => ModelFolder.RequireWritable(folder.Path("mine")), "README.md without modules.json", "mine");
        ModelFiles.Refused(() => HeadFolder.Save(embedder.Model.Head, embedder.Model.Parameters, folder.Path("mine"), embedder.Model.EncoderParameters), "README.md without modules.json");
        Assert.That(File.ReadAllText(folder.Path("mine/README.md")), Is.EqualTo("mine"));
    }

    private static string Card(SentenceEmbedder embedder, SaveOptions? options)
    {
        using TemporaryFolder folder = new();
        ModelFolder.Save(embedder, folder.Path("model"), options);
        return File.ReadAllText(folder.Path("model/README.md"));
    }

    private static double[] Pooled(SentenceEmbedder embedder, string text)
    {
        NaiveBert naive = new(embedder.Model.Encoder.Configuration, name =>
        {
            Assert.That(embedder.Model.Parameters.TryGet(name, out Parameter<float>? parameter), name);
            return Array.ConvertAll(parameter!.Values.ToArray(), value => (double)value);
        });
        return NaiveBert.Mean(naive.Forward(embedder.Tokenizer.Encode(text, 20)));
    }

    private static double[] AsTheCardSays(string folder, double[] u)
    {
        using JsonDocument configuration = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        int d = configuration.RootElement.GetProperty("in_features").GetInt32(), k = configuration.RootElement.GetProperty("out_features").GetInt32(), n = d;
        bool controlled = configuration.RootElement.GetProperty("gate").GetString() == "controlled_u";
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        double[] logScale = configuration.RootElement.TryGetProperty("encoding_scale", out JsonElement scale) ? new double[scale.GetString() == "one" ? 1 : d] : [0];
        if (scale.ValueKind != JsonValueKind.Undefined) file.Read("encoding.log_scale", logScale.AsSpan());
        double[] t = [.. u.Select((value, i) => Math.PI / 2 * (1 + Math.Tanh(value / Math.Exp(logScale[i % logScale.Length]))))];
        double[] x = Array.ConvertAll(t, angle => -Math.Sin(angle)), z = Array.ConvertAll(t, Math.Cos);
        for (int step = 0; n > k; step++)
        {
            int w = (int)file[$"steps.{step}.control"].Shape[1];
            for (int j = 0; j < w; j++)
            {
                int target = n - (2 * w) + j, control = n - w + j;
                double[,] onTarget = Rotation(file, $"steps.{step}.target", w, j), onControl = Rotation(file, $"steps.{step}.control", w, j);
                double zc = (onControl[2, 0] * x[control]) + (onControl[2, 2] * z[control]);
                double z0 = (onTarget[2, 0] * x[target]) + (onTarget[2, 2] * z[target]), z1 = -z0;
                if (controlled)
                {
                    double[,] both = Product(Rotation(file, $"steps.{step}.controlled", w, j), onTarget);
                    z1 = (both[2, 0] * x[target]) + (both[2, 2] * z[target]);
                }
                z[target] = (((1 + zc) * z0) + ((1 - zc) * z1)) / 2;
                x[target] = Math.Sqrt(1 - (z[target] * z[target]));
            }
            n -= w;
        }
        if (configuration.RootElement.TryGetProperty("residual_readout", out _))
        {
            double[] raw = new double[k];
            file.Read("readout.residual", raw.AsSpan());
            for (int i = 0; i < k; i++)
            {
                double r = 1 / (1 + Math.Exp(-raw[i]));
                z[i] = ((1 - r) * z[i]) + (r * Math.Cos(t[i]));
                x[i] = Math.Sqrt(1 - (z[i] * z[i]));
            }
        }
        return [.. Enumerable.Range(0, k).Select(i => Math.Atan2(x[i], z[i]))];
    }

    private static double[,] Rotation(SafetensorsFile file, string name, int width, int pair)
    {
        int rows = (int)file[name].Shape[0];
        double[] raw = new double[rows * width];
        file.Read(name, raw.AsSpan());
        double Angle(int row) => 2 * Math.PI * (1 + Math.Tanh(raw[(row * width) + pair]));
        return Product(rows == 4 ? AroundZ(Angle(1)) : AroundZ(0), Product(AroundY(Angle(rows - 2)), AroundZ(Angle(rows - 1))));
    }

    private static double[,] AroundZ(double t) => new[,] { { Math.Cos(t), -Math.Sin(t), 0 }, { Math.Sin(t), Math.Cos(t), 0 }, { 0, 0, 1 } };

    private static double[,] AroundY(double t) => new[,] { { Math.Cos(t), 0, Math.Sin(t) }, { 0, 1, 0 }, { -Math.Sin(t), 0, Math.Cos(t) } };

    private static double[,] Product(double[,] a, double[,] b)
    {
        double[,] c = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++) c[i, j] = (a[i, 0] * b[0, j]) + (a[i, 1] * b[1, j]) + (a[i, 2] * b[2, j]);
        }
        return c;
    }
}
