using NUnit.Framework;
using QEngine.Models;

namespace QEngine.Tests.Models;

/// <summary>Model folders that are refused, with the message.</summary>
public sealed class ModelFolderErrorTests
{
    private const string Query = "encoder.layer.1.attention.self.query.weight";

    [TestCase("config.json", "config.json")]
    [TestCase("model.safetensors", "model.safetensors")]
    [TestCase("1_Pooling/config.json", "1_Pooling")]
    [TestCase("2_Dense/config.json", "2_Dense")]
    [TestCase("2_Dense/model.safetensors", "2_Dense")]
    public void A_missing_file_is_named(string file, string part)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        File.Delete(files[file]);

        files.Refused("no such file", part);
    }

    [Test]
    public void A_folder_without_a_vocabulary_or_no_folder_is_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        File.Delete(files["tokenizer.json"]);
        File.Delete(files["vocab.txt"]);

        files.Refused("tokenizer.json or vocab.txt", "found neither");
        ModelFiles.Refused(() => ModelFolder.Load(files["nowhere"]), "nowhere");
    }

    [TestCase("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelu_new\"", "hidden_act", "gelu_new")]
    [TestCase("\"position_embedding_type\": \"absolute\"", "\"position_embedding_type\": \"relative_key\"", "position_embedding_type", "relative_key")]
    [TestCase("\"model_type\": \"bert\"", "\"model_type\": \"roberta\"", "model_type", "roberta")]
    [TestCase("\"model_type\": \"bert\"", "\"model_type\": \"bert\", \"is_decoder\": true", "is_decoder", "config.json")]
    [TestCase("\"num_attention_heads\": 4", "\"num_attention_heads\": 5", "num_attention_heads", "24 and 5")]
    [TestCase("\"hidden_size\": 24", "\"hidden_size\": -24", "hidden_size", "-24")]
    [TestCase("\"hidden_size\": 24", "\"hidden_size\": \"24\"", "hidden_size", "String")]
    [TestCase("\"hidden_size\": 24", "\"hidden_side\": 24", "hidden_size", "found none")]
    [TestCase("\"hidden_dropout_prob\": 0.25", "\"hidden_dropout_prob\": 1.5", "dropout", "1.5")]
    [TestCase("\"layer_norm_eps\": 1E-06", "\"layer_norm_eps\": 1e999", "layer_norm_eps", "1e999")]
    [TestCase("\"layer_norm_eps\": 1E-06", "\"layer_norm_eps\": true", "layer_norm_eps", "true")]
    [TestCase("{", "[", "line 2, byte 17", "config.json")]
    [TestCase("\"model_type\": \"bert\"", "\"model_type\": \"\\ud800\"", "unpaired surrogate", "config.json")]
    public void An_encoder_that_is_not_supported_is_named(string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace("config.json", old, replacement);

        files.Refused(parts);
    }

    [TestCase("\"vocab_size\": 54", "\"vocab_size\": 2147483647", "weights", "model.safetensors")]
    [TestCase("\"vocab_size\": 54", "\"vocab_size\": 55", "embeddings.word_embeddings.weight", "[55, 24]", "[54, 24]")]
    [TestCase("\"vocab_size\": 54", "\"vocab_size\": 40", "at most vocab_size 40", "found 52")]
    [TestCase("\"max_position_embeddings\": 30", "\"max_position_embeddings\": 29", "position_embeddings", "[29, 24]", "[30, 24]")]
    [TestCase("\"intermediate_size\": 40", "\"intermediate_size\": 41", "encoder.layer.0.intermediate.dense.weight", "[41, 24]", "[40, 24]")]
    [TestCase("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "encoder.layer.2.attention.self.query.weight", "found none")]
    [TestCase("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1", "1 layers", "encoder.layer.1.")]
    [TestCase("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 100000", "encoder.layer.2.attention.self.query.weight", "found none")]
    [TestCase("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 2000000000", "weights", "model.safetensors")]
    [TestCase("\"intermediate_size\": 40", "\"intermediate_size\": 2000000000", "weights", "model.safetensors")]
    public void A_configuration_that_its_weights_belie_is_refused_before_anything_is_allocated(string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace("config.json", old, replacement);
        long before = GC.GetAllocatedBytesForCurrentThread();

        files.Refused(parts);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
    }

    [Test]
    public void A_hidden_size_of_a_million_is_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace("config.json", "\"hidden_size\": 24", "\"hidden_size\": 1000000");
        files.Replace("1_Pooling/config.json", "24", "1000000");

        files.Refused("weights", "model.safetensors");
    }

    [Test]
    public void A_tensor_that_is_missing_or_of_another_shape_is_named_with_file_and_shapes()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Change("model.safetensors", tensors =>
        {
            int index = tensors.FindIndex(tensor => tensor.Name == Query);
            tensors[index] = (Query, [12, 48], tensors[index].Values);
        });
        files.Refused(Query, "[24, 24]", "[12, 48]", "model.safetensors");

        files.Change("model.safetensors", tensors => tensors.RemoveAll(tensor => tensor.Name == Query));
        files.Refused(Query, "found none", "model.safetensors");
    }

    [TestCase(float.NaN, "NaN")]
    [TestCase(float.PositiveInfinity, "Infinity")]
    [TestCase(float.NegativeInfinity, "-Infinity")]
    public void A_weight_that_is_not_finite_is_refused(float value, string text)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        files.Change("2_Dense/model.safetensors", tensors => tensors.Find(tensor => tensor.Name == "linear.bias").Values[3] = value);
        files.Refused(text.Replace("Infinity", float.PositiveInfinity.ToString(), StringComparison.Ordinal), "element 3", "linear.bias", "2_Dense");

        files.Change("model.safetensors", tensors => tensors.Find(tensor => tensor.Name == Query).Values[7] = value);
        files.Refused("element 7", Query, "model.safetensors");
    }

    [TestCase("sentence_transformers.models.Pooling", "sentence_transformers.models.WordWeights", "WordWeights", "sentence_transformers.models.Pooling")]
    [TestCase("sentence_transformers.models.Dense", "sentence_transformers.models.CNN", "CNN", "sentence_transformers.models.Dense", "qengine.QuantumCompression")]
    [TestCase("sentence_transformers.models.Transformer", "sentence_transformers.models.CLIPModel", "CLIPModel", "module 0")]
    [TestCase("sentence_transformers.models.Dense", "qengine.QuantumCompression", "type \"quantum_compression\"", "found none", "2_Dense")]
    [TestCase("\"path\": \"2_Dense\"", "\"path\": \"../2_Dense\"", "path", "../2_Dense")]
    [TestCase("\"path\": \"2_Dense\"", "\"path\": \"..\"", "path", "\"..\"")]
    [TestCase("\"path\": \"2_Dense\"", "\"path\": 2", "path", "modules.json")]
    [TestCase("\"type\"", "\"tipe\"", "type", "modules.json")]
    public void Modules_that_are_not_supported_are_named(string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        files.Replace("modules.json", old, replacement);

        files.Refused(parts);
    }

    [Test]
    public void Too_few_modules_and_normalised_qubits_are_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[3]);
        string complete = File.ReadAllText(files["modules.json"]);

        File.WriteAllText(files["modules.json"], complete.TrimEnd()[..^1] + ", {\"path\": \"3_Normalize\", \"type\": \"sentence_transformers.models.Normalize\"}]");
        files.Refused("sentence_transformers.models.Normalize", "module 3");

        File.WriteAllText(files["modules.json"], "[]");
        files.Refused("sentence_transformers.models.Transformer", "found 0 modules");
    }

    [TestCase("config_sentence_transformers.json", "\"cosine\"", "\"fidelity\"", "similarity_fn_name", "cosine", "fidelity")]
    [TestCase("config_sentence_transformers.json", "\"cosine\"", "\"dot\"", "similarity_fn_name", "dot")]
    [TestCase("config_sentence_transformers.json", "\"default_prompt_name\": null", "\"default_prompt_name\": \"query\"", "default_prompt_name", "query")]
    [TestCase("sentence_bert_config.json", "\"max_seq_length\": 20", "\"max_seq_length\": 31", "max_seq_length", "30", "31")]
    [TestCase("sentence_bert_config.json", "\"max_seq_length\": 20", "\"max_seq_length\": 1", "max_seq_length", "found 1")]
    [TestCase("tokenizer_config.json", "\"do_lower_case\": true", "\"do_lower_case\": 1", "do_lower_case", "tokenizer_config.json")]
    public void Other_files_that_disagree_are_named(string file, string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        files.Replace(file, old, replacement);

        files.Refused(parts);
    }

    [Test]
    public void A_quantum_head_is_not_compared_by_cosine()
    {
        using ModelFiles files = new(SmallModel.Heads[3]);
        files.Replace("config_sentence_transformers.json", "\"fidelity\"", "\"cosine\"");

        files.Refused("fidelity", "cosine", "config_sentence_transformers.json");
    }

    [Test]
    public void Deeply_nested_json_is_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.WriteAllText(files["config.json"], new string('[', 100_000));

        files.Refused("nested at most 32 levels", "config.json");
    }
}
