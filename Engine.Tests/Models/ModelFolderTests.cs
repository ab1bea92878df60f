using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Storage;
using QEngine.Tests.Support;
using QEngine.Tests.Text;
using QEngine.Text;

namespace QEngine.Tests.Models;

/// <summary>Saving and loading whole models.</summary>
public sealed class ModelFolderTests
{
    private static readonly string[] Texts = ["", "hello world", "Hello, unaffable café!", "中文 😀 zzz [MASK] mask", "a b c a b c a b c a b c a b c a b c a b c a b c"];

    [TestCaseSource(typeof(SmallModel), nameof(SmallModel.Heads))]
    public void A_saved_model_loads_with_the_same_bits(HeadConfiguration head)
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder saved = SmallModel.Create(head);

        ModelFolder.Save(saved, folder.Path("model"));
        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"));

        Assert.That(loaded.Model.Encoder.Configuration, Is.EqualTo(saved.Model.Encoder.Configuration));
        Assert.That(loaded.Model.Head, Is.EqualTo(head));
        Assert.That(loaded.MaximumLength, Is.EqualTo(saved.MaximumLength));
        Assert.That(loaded.Model.Parameters.Values, Is.EqualTo(saved.Model.Parameters.Values));
        foreach (string text in Texts) Assert.That(loaded.Embed(text), Is.EqualTo(saved.Embed(text)), text);
    }

    [TestCaseSource(typeof(SmallModel), nameof(SmallModel.Heads))]
    public void Saving_twice_writes_the_same_bytes(HeadConfiguration head)
    {
        using ModelFiles first = new(head);
        using ModelFiles second = new(head);

        foreach (string path in Directory.GetFiles(first.Folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(first.Folder, path);
            Assert.That(File.ReadAllBytes(second[name]), Is.EqualTo(File.ReadAllBytes(path)), name);
        }
    }

    [Test]
    public void Settings_of_the_tokenizer_survive()
    {
        using TemporaryFolder folder = new();
        TokenizerSettings settings = new()
        {
            CleanText = false,
            HandleChineseCharacters = false,
            StripAccents = false,
            Lowercase = false,
            MaximumWordCharacters = 7,
            ContinuingPrefix = "##",
        };

        ModelFolder.Save(SmallModel.Create(SmallModel.Heads[0], vocabulary: SmallVocabulary.Create(settings)), folder.Path("model"));
        Vocabulary loaded = ModelFolder.Load(folder.Path("model")).Tokenizer.Vocabulary;

        Assert.That(loaded.Settings, Is.EqualTo(settings));
        Assert.That(SmallVocabulary.Cut("Hello Café [MASK]\t中", loaded), Is.EqualTo(SmallVocabulary.Cut("Hello Café [MASK]\t中", settings)));
    }

    [Test]
    public void Vocab_txt_alone_gives_the_same_embeddings()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        float[] expected = ModelFolder.Load(files.Folder).Embed(Texts[2]);

        File.Delete(files["tokenizer.json"]);

        Assert.That(ModelFolder.Load(files.Folder).Embed(Texts[2]), Is.EqualTo(expected));
    }

    [Test]
    public void Tokenizer_config_wins_over_tokenizer_json()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);

        files.Replace("tokenizer_config.json", "\"do_lower_case\": true", "\"do_lower_case\": false");
        files.Replace("tokenizer_config.json", "\"strip_accents\": null", "\"strip_accents\": true");
        TokenizerSettings settings = ModelFolder.Load(files.Folder).Tokenizer.Vocabulary.Settings;

        Assert.That(settings, Is.EqualTo(new TokenizerSettings { Lowercase = false, StripAccents = true }));
    }

    [Test]
    public void A_classical_model_has_the_files_and_keys_of_sentence_transformers()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);

        Assert.That(Names(files.Folder), Is.EqualTo(new[]
        {
            "1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors", "README.md", "config.json", "config_sentence_transformers.json", "model.safetensors",
            "modules.json", "sentence_bert_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt",
        }));
        Assert.That(Keys(files["1_Pooling/config.json"]), Is.EqualTo(
            "word_embedding_dimension=24 pooling_mode_cls_token=False pooling_mode_mean_tokens=True pooling_mode_max_tokens=False pooling_mode_mean_sqrt_len_tokens=False "
            + "pooling_mode_weightedmean_tokens=False pooling_mode_lasttoken=False include_prompt=True"));
        Assert.That(Keys(files["2_Dense/config.json"]), Is.EqualTo("in_features=24 out_features=10 bias=True activation_function=torch.nn.modules.activation.Tanh"));
        Assert.That(Keys(files["sentence_bert_config.json"]), Is.EqualTo("max_seq_length=20 do_lower_case=False"));
        Assert.That(Keys(files["config_sentence_transformers.json"]), Does.EndWith("similarity_fn_name=cosine"));
        files.Change("2_Dense/model.safetensors", tensors => Assert.That(tensors.ConvertAll(t => t.Name), Is.EquivalentTo(new[] { "linear.weight", "linear.bias" })));
    }

    [Test]
    public void A_quantum_model_says_what_its_head_is()
    {
        using ModelFiles files = new(SmallModel.Heads[4]);

        Assert.That(Keys(files["2_QuantumCompression/config.json"]), Is.EqualTo("type=quantum_compression in_features=24 out_features=7 gate=cnot"));
        Assert.That(Keys(files["config_sentence_transformers.json"]), Does.EndWith("similarity_fn_name=fidelity"));
        using JsonDocument modules = JsonDocument.Parse(File.ReadAllBytes(files["modules.json"]));
        Assert.That(modules.RootElement[2].GetProperty("type").GetString(), Is.EqualTo("qengine.QuantumCompression"));
        Assert.That(modules.RootElement[2].GetProperty("path").GetString(), Is.EqualTo("2_QuantumCompression"));
    }

    [Test]
    public void Keys_of_the_published_pooling_configuration_are_written()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        string published = Keys(Support.Shared.Path("data/minilm-layout/1_Pooling/config.json"));

        Assert.That(Keys(files["1_Pooling/config.json"]), Is.EqualTo(published.Replace("384", "24", StringComparison.Ordinal)));
    }

    [Test]
    public void Prefixes_older_names_and_tensors_of_other_tasks_are_accepted()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        float[] expected = ModelFolder.Load(files.Folder).Embed(Texts[1]);

        files.Change("model.safetensors", tensors =>
        {
            for (int i = 0; i < tensors.Count; i++)
            {
                string name = tensors[i].Name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
                tensors[i] = ($"bert.{name}", tensors[i].Shape, tensors[i].Values);
            }
            tensors.Add(("bert.pooler.dense.bias", [1], [float.NaN]));
            tensors.Add(("cls.predictions.bias", [2], [1, 2]));
        });

        Assert.That(ModelFolder.Load(files.Folder).Embed(Texts[1]), Is.EqualTo(expected));
    }

    [Test]
    public void A_folder_without_modules_is_mean_pooling_without_a_head()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        foreach (string file in new[] { "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "tokenizer_config.json" }) File.Delete(files[file]);

        SentenceEmbedder loaded = ModelFolder.Load(files.Folder);

        Assert.That(loaded.Model.Head, Is.EqualTo(SmallModel.Heads[0]));
        Assert.That(loaded.MaximumLength, Is.EqualTo(30));
    }

    [Test]
    public void A_transformer_in_a_folder_of_its_own_is_accepted_and_normalisation_gives_length_one()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        float[] expected = ModelFolder.Load(files.Folder).Embed(Texts[1]);
        Directory.CreateDirectory(files["0_Transformer"]);
        foreach (string file in new[] { "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "sentence_bert_config.json" })
            File.Move(files[file], files["0_Transformer/" + file]);

        files.Replace("modules.json", "\"path\": \"\"", "\"path\": \"0_Transformer\"");
        File.WriteAllText(files["modules.json"], File.ReadAllText(files["modules.json"]).TrimEnd()[..^1]
            + ", {\"idx\": 2, \"name\": \"2\", \"path\": \"2_Normalize\", \"type\": \"sentence_transformers.models.Normalize\"}]");
        double length = Math.Sqrt(expected.Sum(value => (double)value * value));

        float[] found = ModelFolder.Load(files.Folder).Embed(Texts[1]);

        Assert.That(found, Is.EqualTo(expected.Select(value => (float)(value / length))).Within(1e-6f));
        Assert.That(found.Sum(value => (double)value * value), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void Saving_replaces_a_model_with_another_and_leaves_nothing_beside_it()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Path("model"));
        foreach (HeadConfiguration head in SmallModel.Heads)
        {
            ModelFolder.Save(SmallModel.Create(head), folder.Path("model") + Path.DirectorySeparatorChar);
            Assert.That(ModelFolder.Load(folder.Path("model")).Model.Head, Is.EqualTo(head));
            Assert.That(Directory.GetDirectories(folder.Path("model"), "2_*"), Has.Length.EqualTo(head.Modules.Count > 0 ? 1 : 0));
            Assert.That(Directory.GetFileSystemEntries(folder.Path("")), Has.Length.EqualTo(1));
        }
    }

    [TestCase("notes.txt")]
    [TestCase("2_Dense/notes.txt")]
    public void Saving_over_other_files_is_refused_and_touches_nothing(string file)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        File.WriteAllText(files[file], "mine");
        byte[] weights = File.ReadAllBytes(files["model.safetensors"]);

        ModelFiles.Refused(() => ModelFolder.Save(SmallModel.Create(SmallModel.Heads[3]), files.Folder), "notes.txt");

        Assert.That(File.ReadAllText(files[file]), Is.EqualTo("mine"));
        Assert.That(File.ReadAllBytes(files["model.safetensors"]), Is.EqualTo(weights));
        Assert.That(Directory.GetFileSystemEntries(Path.GetDirectoryName(files.Folder)!), Has.Length.EqualTo(1));
    }

    [Test]
    public void Saving_a_weight_that_is_not_finite_is_refused_and_leaves_the_old_model()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        SentenceEmbedder spoiled = SmallModel.Create(SmallModel.Heads[1]);
        spoiled.Model.Parameters.Values[^1] = float.NaN;

        ModelFiles.Refused(() => ModelFolder.Save(spoiled, files.Folder), "NaN", "linear.bias");

        Assert.That(ModelFolder.Load(files.Folder).Embed("hello"), Is.EqualTo(SmallModel.Create(SmallModel.Heads[1]).Embed("hello")));
        Assert.That(Directory.GetFileSystemEntries(Path.GetDirectoryName(files.Folder)!), Has.Length.EqualTo(1));
    }

    [Test]
    public void Saving_to_a_file_or_below_a_missing_folder_is_refused()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("taken", [1]);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0]);

        ModelFiles.Refused(() => ModelFolder.Save(embedder, file), "found a file", "taken");
        ModelFiles.Refused(() => ModelFolder.Save(embedder, folder.Path("missing/model")), "no such folder", "missing");
        ModelFiles.Refused(() => ModelFolder.Save(embedder, Path.GetPathRoot(file)!), "found the root");
    }

    private static string[] Names(string folder)
    {
        string[] names = Array.ConvertAll(
            Directory.GetFiles(folder, "*", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true }),
            path => Path.GetRelativePath(folder, path).Replace('\\', '/'));
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private static string Keys(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        List<string> members = [];
        foreach (JsonProperty member in document.RootElement.EnumerateObject()) members.Add($"{member.Name}={member.Value}");
        return string.Join(' ', members);
    }
}
