using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Encoders in int8: near those in float32, the same whether quantised when loaded or before, and the same bits at any thread count.</summary>
public sealed class Int8ModelTests
{
    private const string Weights = "model.safetensors", Query = "encoder.layer.1.attention.self.query.weight", Words = "embeddings.word_embeddings.weight";

    private const string Key = "encoder.layer.1.attention.self.key.weight", Intermediate = "encoder.layer.1.intermediate.dense.weight", Output = "encoder.layer.1.output.dense.weight";

    private static readonly LoadOptions Int8 = new() { Precision = EncoderPrecision.Int8 }, Float32 = new() { Precision = EncoderPrecision.Float32 };

    private static readonly string[] Texts = ["hello", "the blue dog sings", "", "red cat red cat red cat red cat red cat red cat", "a b c"];

    [Test]
    public void Vectors_are_near_those_in_float32_and_bit_identical_at_any_thread_count([Range(0, 10)] int head)
    {
        using ModelFiles files = new(SmallModel.Heads[head]);
        float[] exact = Embed(ModelFolder.Load(files.Folder)), first = [];
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using WorkerPool workers = new(threads);
            SentenceEmbedder embedder = ModelFolder.Load(files.Folder, workers, Int8);
            Assert.That(embedder.Precision, Is.EqualTo(EncoderPrecision.Int8));
            float[] found = Embed(embedder);
            if (threads == 1) first = found;
            Bits.AreEqual<float>($"{threads} threads", found, first);
        }
        Assert.That(Cosine(first, exact), Is.GreaterThan(0.995));
        Assert.That(first, Is.Not.EqualTo(exact));
    }

    [Test]
    public void A_saved_model_loads_to_the_same_bits_and_as_what_it_is()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        using TemporaryFolder folder = new();
        SentenceEmbedder quantized = ModelFolder.Load(files.Folder, options: Int8);

        ModelFolder.Save(quantized, folder.Path("int8"));

        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("int8"));
        Assert.That(loaded.Precision, Is.EqualTo(EncoderPrecision.Int8));
        Bits.AreEqual<float>("saved and loaded", Embed(loaded), Embed(quantized));
        Assert.That(ModelFingerprint.Compute(loaded), Is.EqualTo(ModelFingerprint.Compute(quantized)).And.Not.EqualTo(ModelFingerprint.Compute(ModelFolder.Load(files.Folder))));
        using SafetensorsFile file = SafetensorsFile.Open(folder.Path($"int8/{Weights}"));
        Assert.That((file[Query].ToString(), file[$"{Query}_scale"].ToString(), file[$"{Query}_input_scale"].ToString()), Is.EqualTo(("I8 [24, 24]", "F32 [24]", "F32 [24]")));
        Assert.That(file.Contains($"{Intermediate}_input_scale"));
        Assert.That(File.ReadAllText(folder.Path("int8/config.json")), Does.Contain("\"input_scales\": true"), "builds that do not know them refuse the folder");
        Assert.That(file.Contains($"{Output}_input_scale"), Is.False, "no normalised vectors are its inputs");
        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("int8"), options: Float32), "float32", "int8");
        ModelFolder.Save(loaded, folder.Path("again"));
        Assert.That(File.ReadAllBytes(folder.Path($"again/{Weights}")), Is.EqualTo(File.ReadAllBytes(folder.Path($"int8/{Weights}"))));
        Assert.That(File.ReadAllText(folder.Path("int8/README.md")), Does.Contain("8 bits (I8)").And.Not.Contain("from sentence_transformers"));
        ModelFiles.Refused(() => ModelFolder.Save(loaded, folder.Path("half"), new SaveOptions { HalfPrecision = true }), "16 bits", "int8");
    }

    /// <summary>Scales of inputs are those of sequences that need no text, so they are the same whenever and wherever they are chosen.</summary>
    [Test]
    public void Scales_of_inputs_are_part_of_the_model()
    {
        using ModelFiles files = Saved();
        SentenceEmbedder scaled = ModelFolder.Load(files.Folder);
        string[] with = [.. scaled.Model.Parameters.QuantizedParameters.Where(one => one.Matrix.InputScales.Length > 0).Select(one => one.TensorName)];
        Rewrite(files, entries => entries.RemoveAll(entry => entry.Name.EndsWith("_input_scale", StringComparison.Ordinal)));
        files.Refused("tensor", "query.weight_input_scale", "found none", Weights);
        files.Replace("config.json", "\"input_scales\": true", "\"input_scales\": false");

        SentenceEmbedder without = ModelFolder.Load(files.Folder);

        Assert.That(with, Has.Length.EqualTo(4 * scaled.Model.Encoder.Configuration.Layers).And.Contains(Query).And.Contains(Intermediate));
        Assert.That(without.Model.Parameters.QuantizedParameters.Select(one => one.Matrix.InputScales.Length), Is.All.Zero, "as in a file of before there were any");
        Assert.That(ModelFingerprint.Compute(without), Is.Not.EqualTo(ModelFingerprint.Compute(scaled)));
    }

    [Test]
    public void No_float_copy_of_the_matrices_is_kept()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        EmbeddingModel<float> exact = ModelFolder.Load(files.Folder).Model, quantized = ModelFolder.Load(files.Folder, options: Int8).Model;

        BertConfiguration sizes = exact.Encoder.Configuration;
        long matrices = (sizes.VocabularySize * 24L) + (sizes.Layers * ((4 * 24 * 24) + (2 * 24 * sizes.IntermediateSize)));
        Assert.That(quantized.Parameters.QuantizedCount, Is.EqualTo(matrices));
        Assert.That(quantized.Parameters.Values, Has.Length.EqualTo(exact.Parameters.Count - matrices));
    }

    [Test]
    public void Random_weights_are_those_of_the_model_in_float32()
    {
        SentenceEmbedder exact = SmallModel.Create(SmallModel.Heads[1]);
        EmbeddingModel<float> whole = new(exact.Model.Encoder.Configuration, SmallModel.Heads[1]), quantized = new(exact.Model.Encoder.Configuration with { Precision = EncoderPrecision.Int8 }, SmallModel.Heads[1]);
        whole.Parameters.Initialize(5);
        quantized.Parameters.Initialize(5);

        Assert.That(Cosine(Embed(new SentenceEmbedder(quantized, exact.Tokenizer, 20)), Embed(new SentenceEmbedder(whole, exact.Tokenizer, 20))), Is.GreaterThan(0.99));
    }

    [Test]
    public void A_head_is_put_on_an_encoder_in_int8()
    {
        using ModelFiles plain = new(SmallModel.Heads[0]), whole = new(SmallModel.Heads[1]);
        SentenceEmbedder encoder = ModelFolder.Load(plain.Folder, options: Int8);
        Head head = HeadFolder.Load(Path.Combine(whole.Folder, SmallModel.Heads[1].Folder(0)));

        SentenceEmbedder put = encoder.WithHead(head);

        float[] pooled = Embed(encoder), expected = new float[Texts.Length * put.Dimension];
        head.Apply(pooled, expected, WorkerPool.Single);
        Assert.That(put.Precision, Is.EqualTo(EncoderPrecision.Int8));
        Bits.AreEqual<float>("the head over the encoder's vectors", Embed(put), expected);
    }

    [Test]
    public void A_warm_call_allocates_nothing()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        SentenceEmbedder embedder = ModelFolder.Load(files.Folder, WorkerPool.Single, Int8);
        float[] embeddings = new float[Texts.Length * embedder.Dimension];
        embedder.Embed(Texts, embeddings);
        Assert.That(Allocation.Fewest(() => embedder.Embed(Texts, embeddings)), Is.Zero);
    }

    [Test]
    public void Training_an_encoder_in_int8_is_refused()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        EmbeddingModel<float> model = ModelFolder.Load(files.Folder, options: Int8).Model;
        PackedSequences batch = new();
        batch.Add([2, 3]);

        ModelFiles.Refused(() => model.Pool(new Tape<float>(WorkerPool.Single, recording: true, model.Parameters.Gradients), batch, DropoutSequence.None), "float32 to train", "int8");
        Assert.Throws<InvalidOperationException>(() => _ = model.Encoder.WordEmbeddings);
        Assert.Throws<ArgumentException>(() => _ = new EmbeddingModel<double>(model.Encoder.Configuration, model.Head));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelFolder.Load(files.Folder, options: new LoadOptions { Precision = (EncoderPrecision)2 }));
    }

    [Test]
    public void Spoiled_files_are_refused_by_name()
    {
        Spoiled(entries => entries.RemoveAll(entry => entry.Name == $"{Query}_scale"), "tensor", $"{Query}_scale");
        Spoiled(entries => Replace(entries, $"{Query}_scale", new SafetensorsEntry($"{Query}_scale", [23], new float[23])), $"{Query}_scale", "[23]");
        Spoiled(entries => Replace(entries, Query, new SafetensorsEntry(Query, [24, 23], new sbyte[24 * 23])), Query, "[24, 23]");
        Spoiled(entries => Replace(entries, Words, new SafetensorsEntry(Words, [24], new sbyte[24])), Words, "[24]");
        Spoiled(entries => Replace(entries, Query, new SafetensorsEntry(Query, [24, 24], Filled<sbyte>(24 * 24, sbyte.MinValue))), "-128", "element 0", Query);
        Spoiled(entries => Replace(entries, $"{Query}_scale", new SafetensorsEntry($"{Query}_scale", [24], Filled(24, float.NaN))), "finite", $"{Query}_scale");
        Spoiled(entries => Replace(entries, $"{Query}_scale", new SafetensorsEntry($"{Query}_scale", [24], Filled(24, -1f))), "at least 0", "-1", $"{Query}_scale");
        Spoiled(entries => Replace(entries, $"{Query}_input_scale", new SafetensorsEntry($"{Query}_input_scale", [23], new float[23])), $"{Query}_input_scale", "[23]");
        Spoiled(entries => Replace(entries, $"{Query}_input_scale", new SafetensorsEntry($"{Query}_input_scale", [24], Filled(24, 0f))), "scales of inputs from", "0 at element 0", $"{Query}_input_scale");
        Spoiled(entries => Replace(entries, $"{Query}_input_scale", new SafetensorsEntry($"{Query}_input_scale", [24], Filled(24, float.NaN))), "NaN at element 0", $"{Query}_input_scale");
        Spoiled(entries => Replace(entries, $"{Key}_input_scale", new SafetensorsEntry($"{Key}_input_scale", [24], Filled(24, 2f))), "the same scales of inputs", "another tensor", $"{Key}_input_scale");
        foreach (string name in (string[])[Key, Query, Intermediate])
            Spoiled(entries => entries.RemoveAll(entry => entry.Name == $"{name}_input_scale"), "tensor", $"{name}_input_scale");
        Spoiled(entries => entries.Add(new SafetensorsEntry($"{Output}_input_scale", [1], new float[1])), "scales of inputs where these are normalised vectors", $"{Output}_input_scale");
        using ModelFiles files = Saved();
        files.Replace("config.json", "\"bits\": 8", "\"bits\": 4");
        files.Refused("bits 8", "4", "config.json");
        using ModelFiles unsaid = Saved();
        unsaid.Replace("config.json", "\"input_scales\": true", "\"input_scales\": false");
        unsaid.Refused("config.json has input_scales", "query.weight_input_scale");
        using ModelFiles other = Saved();
        other.Replace("config.json", "\"qengine\"", "\"gptq\"");
        other.Refused("no quantization_config", "gptq");
        using ModelFiles real = new(SmallModel.Heads[0]);
        File.Copy(Saved()[Weights], real[Weights], overwrite: true);
        real.Refused("I8");
    }

    private static ModelFiles Saved()
    {
        ModelFiles files = new(SmallModel.Heads[0]);
        ModelFolder.Save(ModelFolder.Load(files.Folder, options: Int8), files.Folder);
        return files;
    }

    private static void Spoiled(Action<List<SafetensorsEntry>> change, params string[] parts)
    {
        using ModelFiles files = Saved();
        Rewrite(files, change);
        files.Refused(parts);
    }

    private static void Rewrite(ModelFiles files, Action<List<SafetensorsEntry>> change)
    {
        EmbeddingModel<float> model = ModelFolder.Load(files.Folder).Model;
        List<SafetensorsEntry> entries = [.. QuantizedFile.Entries(model.Parameters.QuantizedParameters)];
        foreach (Parameter<float> parameter in model.Parameters.Parameters) entries.Add(new SafetensorsEntry(parameter.TensorName, parameter.FileShape.Span, parameter.Values));
        change(entries);
        SafetensorsWriter.Write(files[Weights], entries);
    }

    private static void Replace(List<SafetensorsEntry> entries, string name, SafetensorsEntry entry) => entries[entries.FindIndex(old => old.Name == name)] = entry;

    private static T[] Filled<T>(int length, T value) => [.. Enumerable.Repeat(value, length)];

    private static float[] Embed(SentenceEmbedder embedder)
    {
        float[] embeddings = new float[Texts.Length * embedder.Dimension];
        embedder.Embed(Texts, embeddings);
        return embeddings;
    }

    private static double Cosine(float[] a, float[] b)
    {
        double dot = 0, left = 0, right = 0;
        for (int i = 0; i < a.Length; i++) (dot, left, right) = (dot + ((double)a[i] * b[i]), left + ((double)a[i] * a[i]), right + ((double)b[i] * b[i]));
        return dot / Math.Sqrt(left * right);
    }
}
