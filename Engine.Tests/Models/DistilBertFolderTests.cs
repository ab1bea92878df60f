using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Layers;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Models;

/// <summary>A folder of DistilBERT written by hand, against an oracle that knows nothing of the engine.</summary>
public sealed class DistilBertFolderTests
{
    private const double Tolerance = 2e-5;
    private const int Dim = 24, Layers = 3, Heads = 4, HiddenDim = 50, Positions = 16;

    private static readonly string[] Pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "red", "car", "##s", "old", "tree", "."];
    private static readonly string[] Texts = ["", "the red cars.", "old trees", "car car CAR the the unknown red . . ."];

    private const string Configuration = """
        {"activation":"gelu","architectures":["DistilBertForMaskedLM"],"attention_dropout":0.2,"dim":24,"dropout":0.3,"hidden_dim":50,"initializer_range":0.04,
        "max_position_embeddings":16,"model_type":"distilbert","n_heads":4,"n_layers":3,"pad_token_id":0,"qa_dropout":0.1,"seq_classif_dropout":0.2,
        "sinusoidal_pos_embds":true,"tie_weights_":true,"transformers_version":"4.10.0","vocab_size":12}
        """;

    [Test]
    public void Its_vectors_are_those_of_the_oracle([Values("", "distilbert.")] string prefix, [Values("F32", "F16")] string dtype, [Values(1, 2)] int files)
    {
        using TemporaryFolder folder = new();
        Dictionary<string, double[]> stored = Write(folder, prefix, dtype, files);
        NaiveDistilBert naive = new(Layers, Heads, Dim, name => stored[name]);

        SentenceEmbedder embedder = ModelFolder.Load(folder.Path(""));

        Assert.That(embedder.MaximumLength, Is.EqualTo(Positions));
        foreach (string text in Texts)
        {
            double[][] states = naive.Forward(embedder.Tokenizer.Encode(text, Positions));
            double[] mean = [.. Enumerable.Range(0, Dim).Select(i => states.Average(state => state[i]))];
            Assert.That(embedder.Embed(text), Is.EqualTo(mean).Within(Tolerance), text);
        }
    }

    [Test]
    public void It_is_saved_as_it_came()
    {
        using TemporaryFolder folder = new();
        Write(folder, "distilbert.", "F32", 1);
        SentenceEmbedder loaded = ModelFolder.Load(folder.Path(""));
        using TemporaryFolder other = new();

        ModelFolder.Save(loaded, other.Path("model"));
        SentenceEmbedder again = ModelFolder.Load(other.Path("model"));

        BertConfiguration configuration = again.Model.Encoder.Configuration;
        Assert.That(configuration, Is.EqualTo(loaded.Model.Encoder.Configuration));
        Assert.That((configuration.HiddenDropout, configuration.AttentionDropout, configuration.InitializerRange), Is.EqualTo((0.3, 0.2, 0.04)));
        Assert.That(again.Model.Parameters.Values, Is.EqualTo(loaded.Model.Parameters.Values));
        Assert.That(File.ReadAllText(other.Path("model/config.json")), Does.Contain("\"DistilBertModel\"").And.Contain("\"model_type\": \"distilbert\""));
        Assert.That(File.ReadAllText(other.Path("model/tokenizer_config.json")), Does.Contain("\"tokenizer_class\": \"DistilBertTokenizer\""));
        using SafetensorsFile file = SafetensorsFile.Open(other.Path("model/model.safetensors"));
        Assert.That(file.Contains("transformer.layer.2.sa_layer_norm.weight") && file.Contains("embeddings.word_embeddings.weight"));
        Assert.That(file.Tensors, Has.Count.EqualTo(4 + (16 * Layers)));
    }

    [TestCase("\"activation\":\"gelu\"", "\"activation\":\"relu\"", "activation \"gelu\"", "relu")]
    [TestCase("\"dim\":24", "\"dim\":23", "hidden_size", "23 and 4")]
    [TestCase("\"n_layers\":3", "\"n_layers\":2", "2 layers", "transformer.layer.2.attention.q_lin.weight")]
    [TestCase("\"n_layers\":3", "\"n_layers\":4", "transformer.layer.3.attention.q_lin.weight", "found none")]
    [TestCase("\"hidden_dim\":50,", "", "hidden_dim", "found none")]
    [TestCase("\"distilbert\"", "\"bert\"", "vocab_size", "found none")]
    public void What_it_is_not_is_named(string old, string replacement, params string[] parts)
    {
        using TemporaryFolder folder = new();
        Write(folder, "", "F32", 1);
        string changed = Configuration.Replace(old, replacement, StringComparison.Ordinal);
        if (old == "\"distilbert\"") changed = changed.Replace("vocab_size", "vocabulary", StringComparison.Ordinal);
        folder.Write("config.json", changed);

        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("")), parts);
    }

    private static Dictionary<string, double[]> Write(TemporaryFolder folder, string prefix, string dtype, int files)
    {
        folder.Write("config.json", Configuration);
        folder.Write("vocab.txt", string.Join('\n', Pieces) + "\n");
        folder.Write("tokenizer_config.json", "{\"do_lower_case\": true, \"model_max_length\": 512, \"tokenizer_class\": \"DistilBertTokenizer\"}");
        SplittableRandom random = new(31);
        WeightFiles weights = new();
        Add("embeddings.word_embeddings.weight", Pieces.Length, Dim);
        Add("embeddings.position_embeddings.weight", Positions, Dim);
        Norm("embeddings.LayerNorm");
        for (int layer = 0; layer < Layers; layer++)
        {
            foreach (string part in new[] { "q_lin", "k_lin", "v_lin", "out_lin" }) Linear($"transformer.layer.{layer}.attention.{part}", Dim, Dim);
            Norm($"transformer.layer.{layer}.sa_layer_norm");
            Linear($"transformer.layer.{layer}.ffn.lin1", HiddenDim, Dim);
            Linear($"transformer.layer.{layer}.ffn.lin2", Dim, HiddenDim);
            Norm($"transformer.layer.{layer}.output_layer_norm");
        }
        return weights.Write(folder.Path(""), dtype, files, prefix);

        void Linear(string name, int outputs, int inputs)
        {
            Add($"{name}.weight", outputs, inputs);
            Add($"{name}.bias", outputs);
        }

        void Norm(string name)
        {
            Add($"{name}.weight", Dim);
            Add($"{name}.bias", Dim);
        }

        void Add(string name, params long[] shape)
        {
            double center = name.EndsWith("orm.weight", StringComparison.Ordinal) ? 1 : 0;
            double[] values = new double[shape.Aggregate(1L, (a, b) => a * b)];
            for (int i = 0; i < values.Length; i++) values[i] = center + (0.3 * random.NextGaussian());
            weights.Add(name, shape, values);
        }
    }
}
