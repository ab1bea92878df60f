using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Layers;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Models;

/// <summary>How token vectors become one, and how folders say so.</summary>
public sealed class PoolingTests
{
    private const double Tolerance = 2e-5;
    private const string File1 = "1_Pooling/config.json";

    private static readonly string[] Texts = ["", "hello world", "Hello, unaffable café!", "a b c a b c a b c a b c a b c"];

    [TestCase(PoolingMode.Mean)]
    [TestCase(PoolingMode.Cls)]
    [TestCase(PoolingMode.Max)]
    [TestCase(PoolingMode.MeanSqrtLen)]
    public void A_text_has_the_vector_of_the_formula_before_and_after_saving(PoolingMode mode)
    {
        SentenceEmbedder saved = SmallModel.Create(HeadConfiguration.None(24), pooling: mode);
        NaiveBert naive = new(saved.Model.Encoder.Configuration, name => Weights(saved.Model, name));
        using TemporaryFolder folder = new();
        ModelFolder.Save(saved, folder.Path("model"));
        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"));

        Assert.That(loaded.Model.Pooling, Is.EqualTo(mode));
        float[] together = new float[Texts.Length * 24];
        saved.Embed(Texts, together);
        for (int i = 0; i < Texts.Length; i++)
        {
            double[][] states = naive.Forward(saved.Tokenizer.Encode(Texts[i], 20));
            double[] expected = [.. Enumerable.Range(0, 24).Select(column => Pool(mode, states, column))];
            Assert.That(saved.Embed(Texts[i]), Is.EqualTo(expected).Within(Tolerance), Texts[i]);
            Assert.That(loaded.Embed(Texts[i]), Is.EqualTo(saved.Embed(Texts[i])), Texts[i]);
            Assert.That(together[(24 * i)..(24 * (i + 1))], Is.EqualTo(saved.Embed(Texts[i])), Texts[i]);
        }
    }

    [TestCase("{\"word_embedding_dimension\":24,\"pooling_mode_cls_token\":true,\"pooling_mode_mean_tokens\":false}", PoolingMode.Cls)]
    [TestCase("{\"word_embedding_dimension\":24,\"pooling_mode_max_tokens\":true,\"pooling_mode_mean_tokens\":false,\"pooling_mode_new\":false}", PoolingMode.Max)]
    [TestCase("{\"word_embedding_dimension\":24,\"pooling_mode_mean_sqrt_len_tokens\":true}", PoolingMode.MeanSqrtLen)]
    [TestCase("{\"word_embedding_dimension\":24}", PoolingMode.Mean)]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":\"mean\",\"include_prompt\":true}", PoolingMode.Mean)]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":\"cls\",\"pooling_mode_mean_tokens\":true}", PoolingMode.Cls)]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":[\"max\"]}", PoolingMode.Max)]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":\"mean_sqrt_len_tokens\",\"include_prompt\":false}", PoolingMode.MeanSqrtLen)]
    public void Configurations_of_old_and_new_releases_are_read(string configuration, PoolingMode mode)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        File.WriteAllText(files[File1], configuration);

        Assert.That(ModelFolder.Load(files.Folder).Model.Pooling, Is.EqualTo(mode));
    }

    [TestCase("{\"word_embedding_dimension\":24,\"pooling_mode_lasttoken\":true}", "pooling_mode cls, mean, max, mean_sqrt_len_tokens", "pooling_mode_lasttoken")]
    [TestCase("{\"word_embedding_dimension\":24,\"pooling_mode_weightedmean_tokens\":true}", "pooling_mode cls, mean, max, mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens")]
    [TestCase("{\"word_embedding_dimension\":24,\"pooling_mode_new\":true}", "pooling_mode cls, mean, max, mean_sqrt_len_tokens", "pooling_mode_new")]
    [TestCase("{\"word_embedding_dimension\":24,\"pooling_mode_mean_tokens\":true,\"pooling_mode_max_tokens\":true}", "one pooling_mode", "\"pooling_mode_mean_tokens\" and \"pooling_mode_max_tokens\"")]
    [TestCase("{\"word_embedding_dimension\":24,\"pooling_mode_mean_tokens\":false}", "one pooling_mode", "found none")]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":\"weightedmean\"}", "pooling_mode cls, mean, max, mean_sqrt_len_tokens", "weightedmean")]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":\"lasttoken\"}", "pooling_mode cls, mean, max, mean_sqrt_len_tokens", "lasttoken")]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":[\"cls\",\"mean\"]}", "one pooling_mode", "\"cls\" and \"mean\"")]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":[]}", "one pooling_mode", "found none")]
    [TestCase("{\"embedding_dimension\":24,\"pooling_mode\":7}", "pooling_mode", "Number")]
    [TestCase("{\"embedding_dimension\":25,\"pooling_mode\":\"mean\"}", "embedding_dimension 24", "found 25")]
    [TestCase("{\"word_embedding_dimension\":25}", "word_embedding_dimension 24", "found 25")]
    [TestCase("{\"pooling_mode\":\"mean\"}", "word_embedding_dimension", "found none")]
    public void What_is_not_supported_is_named(string configuration, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        File.WriteAllText(files[File1], configuration);

        files.Refused([.. parts, "1_Pooling"]);
    }

    private static double Pool(PoolingMode mode, double[][] states, int column) => mode switch
    {
        PoolingMode.Cls => states[0][column],
        PoolingMode.Max => states.Max(state => state[column]),
        PoolingMode.MeanSqrtLen => states.Sum(state => state[column]) / Math.Sqrt(states.Length),
        _ => states.Sum(state => state[column]) / states.Length,
    };

    private static double[] Weights(EmbeddingModel<float> model, string name)
    {
        Assert.That(model.Parameters.TryGet(name, out Parameter<float>? parameter), name);
        return Array.ConvertAll(parameter!.Values.ToArray(), value => (double)value);
    }
}
