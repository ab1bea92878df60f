using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Text;
using QEngine.Text;

namespace QEngine.Tests.Models;

/// <summary>Members of configuration files that releases of transformers and sentence-transformers write: done, refused by name, or of no effect.</summary>
public sealed class ConfigurationKeysTests
{
    private const string Encoder = "config.json", Transformer = "sentence_bert_config.json", Tokenizer = "tokenizer_config.json",
        Sentence = "config_sentence_transformers.json", Pooling = "1_Pooling/config.json", Complete = "tokenizer.json";

    [TestCase(Encoder, "\"add_cross_attention\":true", "add_cross_attention false", "found true")]
    [TestCase(Encoder, "\"is_encoder_decoder\":true", "is_encoder_decoder false", "found true")]
    [TestCase(Encoder, "\"pruned_heads\":{\"0\":[1]}", "no pruned_heads", "{\"0\":[1]}")]
    [TestCase(Encoder, "\"quantization_config\":{\"bits\":8}", "no quantization_config", "{\"bits\":8}")]
    [TestCase(Encoder, "\"auto_map\":{\"AutoModel\":\"a.B\"}", "no auto_map", "a.B")]
    [TestCase(Encoder, "\"torch_dtype\":\"int8\"", "torch_dtype float32, float16, bfloat16, float64", "\"int8\"")]
    [TestCase(Transformer, "\"model_args\":{\"torch_dtype\":\"float16\"}", "model_args", "\"torch_dtype\" of \"float16\"")]
    [TestCase(Transformer, "\"model_kwargs\":{\"dtype\":\"bfloat16\"}", "model_kwargs", "\"dtype\" of \"bfloat16\"")]
    [TestCase(Transformer, "\"tokenizer_args\":{\"truncation_side\":\"left\"}", "tokenizer_args", "\"truncation_side\" of \"left\"")]
    [TestCase(Transformer, "\"processor_kwargs\":{\"model_max_length\":8}", "processor_kwargs", "\"model_max_length\" of 8")]
    [TestCase(Transformer, "\"config_args\":{\"num_hidden_layers\":1}", "config_args", "\"num_hidden_layers\" of 1")]
    [TestCase(Transformer, "\"config_kwargs\":{\"hidden_act\":\"relu\"}", "config_kwargs", "\"hidden_act\" of \"relu\"")]
    [TestCase(Transformer, "\"tokenizer_name_or_path\":\"x/y\"", "no tokenizer_name_or_path", "x/y")]
    [TestCase(Transformer, "\"modality_config\":{\"text\":{\"method\":\"get_text_features\",\"method_output_name\":null}}", "method \"forward\"", "get_text_features")]
    [TestCase(Transformer, "\"modality_config\":{\"text\":{\"method\":\"forward\",\"method_output_name\":\"pooler_output\"}}", "method_output_name \"last_hidden_state\"", "pooler_output")]
    [TestCase(Transformer, "\"modality_config\":{\"image\":{\"method\":\"forward\"}}", "text", "\"image\"")]
    [TestCase(Transformer, "\"document_length\":32", "no document_length", "32")]
    [TestCase(Transformer, "\"query_expansion\":{\"strategy\":\"fixed\",\"length\":32}", "no query_expansion", "fixed")]
    [TestCase(Transformer, "\"new_option\":1", "only the members max_seq_length", "\"new_option\" of 1")]
    [TestCase(Pooling, "\"new_option\":{\"a\": 1}", "pooling_mode", "\"new_option\" of {\"a\":1}")]
    [TestCase(Tokenizer, "\"padding_side\":\"left\"", "padding_side \"right\"", "\"left\"")]
    [TestCase(Tokenizer, "\"truncation_side\":\"middle\"", "left or right for truncation_side", "\"middle\"")]
    [TestCase(Tokenizer, "\"split_special_tokens\":true", "split_special_tokens false", "found true")]
    [TestCase(Tokenizer, "\"add_eos_token\":true", "add_eos_token false", "found true")]
    [TestCase(Tokenizer, "\"never_split\":[\"hello\"]", "no never_split", "[\"hello\"]")]
    [TestCase(Tokenizer, "\"auto_map\":{\"AutoTokenizer\":[\"a.B\",null]}", "no auto_map", "a.B")]
    [TestCase(Tokenizer, "\"clean_text\":false", "clean_text true", "found false")]
    [TestCase(Tokenizer, "\"wordpieces_prefix\":\"@@\"", "wordpieces_prefix \"##\"", "\"@@\"")]
    [TestCase(Tokenizer, "\"bos_token\":\"<s>\"", "bos_token among the 52 pieces", "\"<s>\"")]
    [TestCase(Tokenizer, "\"additional_special_tokens\":[\"[ENT]\"]", "additional_special_tokens among", "\"[ENT]\"")]
    [TestCase(Tokenizer, "\"extra_special_tokens\":{\"entity\":\"[ENT]\"}", "extra_special_tokens among", "\"[ENT]\"")]
    [TestCase(Tokenizer, "\"added_tokens_decoder\":{\"52\":{\"content\":\"[ENT]\",\"special\":true}}", "the added tokens of tokenizer.json", "\"[ENT]\" with id 52", "added_tokens_decoder")]
    [TestCase(Tokenizer, "\"added_tokens_decoder\":{\"2\":{\"content\":\"[CLS]\",\"special\":true,\"normalized\":true}}", "\"[CLS]\" with id 2", "other flags")]
    [TestCase(Tokenizer, "\"added_tokens_decoder\":{\"x\":{\"content\":\"[CLS]\"}}", "ids as names in added_tokens_decoder", "\"x\"")]
    [TestCase(Complete, "\"post_processors\":null", "post_processor", "\"post_processors\"")]
    public void What_would_change_the_vectors_is_refused_by_name(string file, string members, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Add(file, members);

        files.Refused([.. parts, file]);
    }

    [TestCase("\"cls_token\": \"[CLS]\"", "\"cls_token\": \"<s>\"", "cls_token \"[CLS]\"", "\"<s>\"")]
    [TestCase("\"sep_token\": \"[SEP]\"", "\"sep_token\": {\"content\": \"</s>\"}", "sep_token \"[SEP]\"", "\"</s>\"")]
    [TestCase("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"hello\"", "unk_token \"[UNK]\"", "\"hello\"")]
    [TestCase("\"tokenizer_class\": \"BertTokenizer\"", "\"tokenizer_class\": \"RobertaTokenizer\"", "tokenizer_class BertTokenizer", "\"RobertaTokenizer\"")]
    public void Other_names_of_tokens_and_tokenizers_are_refused(string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Tokenizer, old, replacement);

        files.Refused([.. parts, Tokenizer]);
    }

    [TestCase(Encoder, "\"torch_dtype\":\"float16\",\"tokenizer_class\":null,\"pruned_heads\":{},\"use_cache\":true,\"gradient_checkpointing\":true,\"chunk_size_feed_forward\":2")]
    [TestCase(Encoder, "\"id2label\":{\"0\":\"x\"},\"pooler_fc_size\":768,\"directionality\":\"bidi\",\"_name_or_path\":\"x\"")]
    [TestCase(Transformer, "\"model_args\":{\"attn_implementation\":\"sdpa\",\"trust_remote_code\":true},\"tokenizer_args\":{},\"config_args\":{},\"backend\":\"torch\"")]
    [TestCase(Transformer, "\"transformer_task\":\"feature-extraction\",\"modality_config\":{\"text\":{\"method\":\"forward\",\"method_output_name\":\"last_hidden_state\"}},"
        + "\"module_output_name\":\"token_embeddings\",\"unpad_inputs\":true,\"model_kwargs\":{\"dtype\":\"float32\"}")]
    [TestCase(Tokenizer, "\"padding_side\":\"right\",\"truncation_side\":\"right\",\"max_length\":4,\"stride\":2,\"truncation_strategy\":\"only_first\",\"pad_to_multiple_of\":8")]
    [TestCase(Tokenizer, "\"extra_special_tokens\":{},\"additional_special_tokens\":[],\"never_split\":null,\"do_basic_tokenize\":true,\"split_special_tokens\":false,\"chat_template\":\"x\"")]
    [TestCase(Tokenizer, "\"added_tokens_decoder\":{\"2\":{\"content\":\"[CLS]\",\"lstrip\":false,\"normalized\":false,\"rstrip\":false,\"single_word\":false,\"special\":true}}")]
    [TestCase(Sentence, "\"__version__\":{\"sentence_transformers\":\"9.0\"},\"truncate_dim\":1000,\"requirements\":{\"transformers\":\">=5\"}")]
    public void What_does_not_change_the_vectors_has_no_effect(string file, string members)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Add(file, members);

        Assert.That(ModelFolder.Load(files.Folder).Embed("hello world a b c"), Is.EqualTo(SmallModel.Create(SmallModel.Heads[0]).Embed("hello world a b c")));
    }

    [TestCase(Tokenizer, "\"truncation_side\":\"left\"")]
    [TestCase(Complete, "\"truncation\":{\"direction\":\"Left\",\"max_length\":6,\"strategy\":\"LongestFirst\",\"stride\":0}")]
    public void The_tail_of_a_long_text_is_embedded_where_the_head_is_cut_off(string file, string members)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Transformer, "\"max_seq_length\": 20", "\"max_seq_length\": 6");
        files.Replace(Complete, "\"truncation\": null,", "");
        files.Add(file, members);

        SentenceEmbedder embedder = ModelFolder.Load(files.Folder);

        Assert.That(embedder.Embed("hello world a b c e"), Is.EqualTo(embedder.Embed("a b c e")));
        Assert.That(embedder.Embed("hello world a b c e"), Is.Not.EqualTo(embedder.Embed("hello world a b")));
        using Support.TemporaryFolder folder = new();
        ModelFolder.Save(embedder, folder.Path("model"));
        Assert.That(ModelFolder.Load(folder.Path("model")).Embed("hello world a b c e"), Is.EqualTo(embedder.Embed("a b c e")), "saved and loaded");
        Assert.That(Vocabulary.Load(folder.Path("model/tokenizer.json")).Settings.TruncationSide, Is.EqualTo(TruncationSide.Left));
    }

    [Test]
    public void The_side_in_the_tokenizers_configuration_wins_over_that_in_its_file()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Complete, "\"truncation\": null", "\"truncation\":{\"direction\":\"Left\",\"max_length\":6,\"strategy\":\"LongestFirst\",\"stride\":0}");
        files.Add(Tokenizer, "\"truncation_side\":\"right\"");

        Assert.That(ModelFolder.Load(files.Folder).Tokenizer.Vocabulary.Settings.TruncationSide, Is.EqualTo(TruncationSide.Right));
    }

    [Test]
    public void Tokens_added_beside_vocab_txt_are_matched_with_their_flags()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.Delete(files[Complete]);
        files.Add(Tokenizer, "\"added_tokens_decoder\":{\"53\":{\"content\":\"[ENT]\",\"special\":true},\"52\":{\"content\":\"Covid-19\",\"special\":false},"
            + "\"11\":{\"content\":\"a\",\"special\":false,\"normalized\":true,\"single_word\":true}}");

        SentenceEmbedder embedder = ModelFolder.Load(files.Folder);

        Assert.That(embedder.Tokenizer.Vocabulary.Count, Is.EqualTo(54));
        Assert.That(SmallVocabulary.Cut("COVID-19s A un[ENT] [MASK]", embedder.Tokenizer.Vocabulary), Is.EqualTo("Covid-19 [UNK] a un [ENT] [MASK]"));
        using Support.TemporaryFolder folder = new();
        ModelFolder.Save(embedder, folder.Path("model"));
        Assert.That(
            SmallVocabulary.Cut("COVID-19s A un[ENT] [MASK]", ModelFolder.Load(folder.Path("model")).Tokenizer.Vocabulary),
            Is.EqualTo("Covid-19 [UNK] a un [ENT] [MASK]"), "saved and loaded");
    }

    [Test]
    public void Tokens_of_older_releases_beside_vocab_txt_are_matched()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.Delete(files[Complete]);
        File.WriteAllText(files["added_tokens.json"], "{\"[ENT]\": 53, \"Covid\": 52}");
        File.WriteAllText(files["special_tokens_map.json"], "{\"additional_special_tokens\": [\"[ENT]\", \"mask\"], \"cls_token\": {\"content\": \"[CLS]\"}}");

        Vocabulary vocabulary = ModelFolder.Load(files.Folder).Tokenizer.Vocabulary;

        Assert.That(SmallVocabulary.Cut("COVID [ENT] [ent] unmask", vocabulary), Is.EqualTo("Covid [ENT] [ [UNK] ] un mask"));
    }

    [Test]
    public void More_tokens_than_the_encoder_has_embeddings_are_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.Delete(files[Complete]);
        File.WriteAllText(files["added_tokens.json"], "{\"x1\": 52, \"x2\": 53, \"x3\": 54}");

        files.Refused("at most vocab_size 54", "found 55");
    }

    [Test]
    public void The_class_of_tokenizer_may_stand_in_the_encoders_configuration()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Tokenizer, "\"tokenizer_class\": \"BertTokenizer\",", "");
        files.Add(Encoder, "\"tokenizer_class\":\"BertJapaneseTokenizer\"");

        files.Refused("tokenizer_class BertTokenizer", "BertJapaneseTokenizer", Encoder);
    }

    [TestCase("\"do_lower_case\": true,", "\"lowercase\": true", "\"lowercase\": false", "do_lower_case false", "BertTokenizer takes true")]
    [TestCase("\"tokenize_chinese_chars\": true,", "\"handle_chinese_chars\": true", "\"handle_chinese_chars\": false", "tokenize_chinese_chars false", "BertTokenizer takes true")]
    [TestCase("\"strip_accents\": null,", "\"strip_accents\": null", "\"strip_accents\": false", "strip_accents false", "BertTokenizer takes true")]
    public void What_the_tokenizers_configuration_does_not_say_has_the_classes_default(string member, string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Tokenizer, member, "");
        Assert.That(() => ModelFolder.Load(files.Folder), Throws.Nothing);

        files.Replace(Complete, old, replacement);
        files.Refused([.. parts, "found none", Tokenizer]);
    }

    [Test]
    public void A_sequence_of_normalizers_must_come_to_what_the_tokenizers_configuration_says()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Complete, "\"BertNormalizer\"", "\"Sequence\", \"normalizers\": [{\"type\":\"Lowercase\"},{\"type\":\"BertNormalizer\"}]");
        Assert.That(ModelFolder.Load(files.Folder).Embed("Hello"), Is.EqualTo(SmallModel.Create(SmallModel.Heads[0]).Embed("hello")));

        files.Replace(Tokenizer, "\"do_lower_case\": true", "\"do_lower_case\": false");
        files.Refused("releases of BertTokenizer read differently");
    }

    [TestCase("adapter_config.json")]
    [TestCase("adapter_model.safetensors")]
    [TestCase("adapter_model.bin")]
    public void An_adapter_beside_or_instead_of_weights_is_refused(string name)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.WriteAllText(files[name], "{}");
        files.Refused("weights without an adapter", $"found {name}");

        File.Delete(files["model.safetensors"]);
        files.Refused("weights without an adapter", $"found {name}");
    }

    [Test]
    public void An_adapter_within_the_weights_is_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Change("model.safetensors", tensors => tensors.Add(("encoder.layer.0.attention.self.query.lora_A.default.weight", [1, 24], new float[24])));

        files.Refused("weights without an adapter", "lora_A", "model.safetensors");
    }

    [Test]
    public void Two_modules_of_one_name_are_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        files.Replace("modules.json", "\"name\": \"2\"", "\"name\": \"1\"");

        files.Refused("every name of a module once", "\"1\" twice", "modules.json");
    }
}
