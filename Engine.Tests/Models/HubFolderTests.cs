using NUnit.Framework;
using QEngine.Models;
using QEngine.Text;

namespace QEngine.Tests.Models;

/// <summary>What other programs, older and newer, write into a model folder.</summary>
public sealed class HubFolderTests
{
    private const string Transformer = "sentence_bert_config.json", Tokenizer = "tokenizer_config.json", Sentence = "config_sentence_transformers.json";

    [TestCase("sentence_transformers.base.modules.transformer.Transformer", "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
        "sentence_transformers.base.modules.dense.Dense", "sentence_transformers.sentence_transformer.modules.normalize.Normalize")]
    [TestCase("sentence_transformers.base.modules.transformer.Transformer", "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
        "sentence_transformers.base.modules.dense.Dense", "sentence_transformers.base.modules.normalize.Normalize")]
    public void Names_of_modules_of_newer_releases_are_known(string transformer, string pooling, string dense, string normalize)
    {
        HeadConfiguration head = new(24, new DenseModule(24, 10), new NormalizeModule(10));
        using ModelFiles files = new(head);
        files.Replace("modules.json", "sentence_transformers.models.Transformer", transformer);
        files.Replace("modules.json", "sentence_transformers.models.Pooling", pooling);
        files.Replace("modules.json", "sentence_transformers.models.Dense", dense);
        files.Replace("modules.json", "sentence_transformers.models.Normalize", normalize);
        File.WriteAllText(files["3_Normalize/config.json"], "{\"module_input_name\": \"sentence_embedding\", \"module_output_name\": \"sentence_embedding\"}");
        files.Replace("2_Dense/config.json", "\"bias\"", "\"module_input_name\": \"sentence_embedding\", \"module_output_name\": \"sentence_embedding\", \"bias\"");

        Assert.That(ModelFolder.Load(files.Folder).Embed("hello"), Is.EqualTo(SmallModel.Create(head).Embed("hello")));
    }

    [Test]
    public void A_normalisation_without_a_folder_is_known_and_one_of_tokens_is_not()
    {
        HeadConfiguration head = new(24, new NormalizeModule(24));
        using ModelFiles files = new(head);
        File.WriteAllText(files["2_Normalize/config.json"], "{\"module_input_name\": \"token_embeddings\"}");
        files.Refused("module_input_name \"sentence_embedding\"", "token_embeddings", "2_Normalize");

        Directory.Delete(files["2_Normalize"], recursive: true);
        Assert.That(ModelFolder.Load(files.Folder).Model.Head, Is.EqualTo(head));
    }

    [TestCase("dot", false)]
    [TestCase("dot", true)]
    [TestCase("cosine", true)]
    [TestCase("euclidean", true)]
    [TestCase("manhattan", true)]
    [TestCase("fidelity", true)]
    public void Embeddings_are_compared_by_cosine_or_refused_by_name(string similarity, bool normalized)
    {
        using ModelFiles files = new(normalized ? new HeadConfiguration(24, new NormalizeModule(24)) : HeadConfiguration.None(24));
        files.Replace(Sentence, "\"cosine\"", $"\"{similarity}\"");

        if (similarity == "cosine" || (similarity == "dot" && normalized)) Assert.That(ModelFolder.Load(files.Folder).Similarity, Is.EqualTo(Similarity.Cosine));
        else files.Refused("similarity_fn_name \"cosine\", or \"dot\" of vectors that the last module normalises", $"found \"{similarity}\"", Sentence);
    }

    [TestCase("\"max_seq_length\": 20", "\"max_seq_length\": null", "16", 16)]
    [TestCase("\"max_seq_length\": 20", "\"max_seq_length\": null", "1000000000000000019884624838656", 30)]
    [TestCase("\"max_seq_length\": 20", "\"max_seq_length\": null", "1e30", 30)]
    [TestCase("\"max_seq_length\": 20", "\"max_seq_length\": null", "null", 30)]
    [TestCase("\"max_seq_length\": 20", "\"max_seq_length\": 25", "16", 25)]
    [TestCase("\"max_seq_length\": 20,", "\"transformer_task\": \"feature-extraction\", \"module_output_name\": \"token_embeddings\",", "22", 22)]
    public void The_longest_text_is_the_files_or_else_the_tokenizers(string old, string replacement, string tokenizer, int expected)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Transformer, old, replacement);
        files.Replace(Tokenizer, "\"model_max_length\": 20", $"\"model_max_length\": {tokenizer}");

        Assert.That(ModelFolder.Load(files.Folder).MaximumLength, Is.EqualTo(expected));
    }

    [Test]
    public void The_first_releases_name_for_DistilBert_is_known()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.Move(files[Transformer], files["sentence_distilbert_config.json"]);
        files.Replace("sentence_distilbert_config.json", "20", "9");

        Assert.That(ModelFolder.Load(files.Folder).MaximumLength, Is.EqualTo(9));
    }

    [TestCase("null", false)]
    [TestCase("false", false)]
    [TestCase("true", true)]
    public void Texts_are_lower_cased_before_a_tokenizer_that_keeps_case(string strips, bool stripped)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Tokenizer, "\"do_lower_case\": true", "\"do_lower_case\": false");
        files.Replace(Tokenizer, "\"strip_accents\": null", $"\"strip_accents\": {strips}");
        files.Replace(Transformer, "\"do_lower_case\": false", "\"do_lower_case\": true");

        TokenizerSettings settings = ModelFolder.Load(files.Folder).Tokenizer.Vocabulary.Settings;

        Assert.That((settings.Lowercase, settings.StripAccents), Is.EqualTo((true, stripped)));
    }

    [Test]
    public void Lower_casing_before_a_tokenizer_that_does_so_changes_nothing()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Transformer, "\"do_lower_case\": false", "\"do_lower_case\": true");

        Vocabulary vocabulary = ModelFolder.Load(files.Folder).Tokenizer.Vocabulary;

        Assert.That(Text.SmallVocabulary.Cut("Hello CAFÉ", vocabulary), Is.EqualTo("hello cafe"));
    }

    [Test]
    public void A_loader_that_takes_the_tokenizer_as_it_is_has_no_other_settings()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Tokenizer, "\"do_lower_case\": true", "\"do_lower_case\": false");

        files.Replace(Tokenizer, "\"BertTokenizer\"", "\"PreTrainedTokenizerFast\"");
        Assert.That(ModelFolder.Load(files.Folder).Tokenizer.Vocabulary.Settings.Lowercase);

        File.Delete(files["tokenizer.json"]);
        files.Refused("tokenizer_class BertTokenizer", "vocab.txt alone", "PreTrainedTokenizerFast", Tokenizer);
    }

    [TestCase("\"tokenizer_class\": \"BertTokenizer\"", "\"tokenizer_class\": \"BertJapaneseTokenizer\"", "tokenizer_class BertTokenizer", "BertJapaneseTokenizer")]
    [TestCase("\"tokenizer_class\"", "\"do_basic_tokenize\": false, \"tokenizer_class\"", "do_basic_tokenize true", "found false")]
    [TestCase("\"model_max_length\": 20", "\"model_max_length\": 1", "model_max_length of at least 2", "found 1")]
    [TestCase("\"model_max_length\": 20", "\"model_max_length\": \"20\"", "model_max_length", "20")]
    public void Tokenizers_that_are_not_supported_are_named(string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.Delete(files["tokenizer.json"]);
        files.Replace(Tokenizer, old, replacement);

        files.Refused([.. parts, Tokenizer]);
    }

    [Test]
    public void Ids_of_added_tokens_that_leave_a_hole_are_named()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.WriteAllText(files["added_tokens.json"], "{\"[CLS]\": 2}");
        File.Delete(files["tokenizer.json"]);
        Assert.That(() => ModelFolder.Load(files.Folder), Throws.Nothing);

        File.WriteAllText(files["added_tokens.json"], "{\"[ENT]\": 53}");
        files.Refused("expected id 52 for the added token \"[ENT]\", the next one", "found 53", "added_tokens.json");
    }

    [TestCase(Transformer, "\"do_lower_case\"", "\"transformer_task\": \"fill-mask\", \"do_lower_case\"", "transformer_task", "fill-mask")]
    [TestCase(Transformer, "\"do_lower_case\"", "\"module_output_name\": \"sentence_embedding\", \"do_lower_case\"", "module_output_name", "sentence_embedding")]
    [TestCase(Transformer, "\"do_lower_case\"", "\"query_length\": 32, \"do_lower_case\"", "no query_length", "32")]
    [TestCase(Transformer, "\"do_lower_case\"", "\"processing_kwargs\": {\"text\": {}}, \"do_lower_case\"", "no processing_kwargs", "text")]
    [TestCase(Sentence, "\"SentenceTransformer\"", "\"SparseEncoder\"", "model_type \"SentenceTransformer\"", "SparseEncoder")]
    [TestCase(Sentence, "\"prompts\"", "\"truncate_dim\": 12, \"prompts\"", "truncate_dim", "12")]
    public void What_a_newer_release_may_ask_for_is_named(string file, string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(file, old, replacement);

        files.Refused([.. parts, file]);
    }

    [TestCase("roberta")]
    [TestCase("mpnet")]
    [TestCase("xlm-roberta")]
    public void Other_encoders_are_named_with_those_there_are(string type)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace("config.json", "\"model_type\": \"bert\"", $"\"model_type\": \"{type}\"");

        files.Refused("model_type \"bert\" or \"distilbert\"", $"\"{type}\"", "not supported", "config.json");
    }

    [Test]
    public void Weights_of_another_format_are_named()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        File.Move(files["2_Dense/model.safetensors"], files["2_Dense/pytorch_model.bin"]);
        files.Refused("safetensors", "found only pytorch_model.bin", "2_Dense");

        File.Move(files["model.safetensors"], files["pytorch_model.bin"]);
        files.Refused("safetensors", "found only pytorch_model.bin");
    }

    [Test]
    public void More_modules_than_any_model_has_are_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        string more = string.Concat(Enumerable.Repeat(", {\"path\": \"x\", \"type\": \"sentence_transformers.models.Normalize\"}", 17));
        File.WriteAllText(files["modules.json"], File.ReadAllText(files["modules.json"]).TrimEnd()[..^1] + more + "]");

        files.Refused("at most 16 modules", "found 17", "modules.json");
    }
}
