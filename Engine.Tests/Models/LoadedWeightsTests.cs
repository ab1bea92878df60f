using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Tests.Layers;
using QEngine.Tests.Support;
using QEngine.Tests.Text;
using QEngine.Text;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>A loaded model has its weights once, as it computes with them, until somebody asks for the parameters' values.</summary>
public sealed class LoadedWeightsTests
{
    private static readonly string[] Texts = ["", "hello world", "Hello, unaffable café!", "a b c a b c a b c"];

    [TestCaseSource(typeof(SmallModel), nameof(SmallModel.Heads))]
    public void Computing_and_telling_models_apart_need_no_second_copy(HeadConfiguration head)
    {
        using ModelFiles files = new(head);
        SentenceEmbedder made = SmallModel.Create(head), loaded = ModelFolder.Load(files.Folder);

        foreach (string text in Texts) Assert.That(loaded.Embed(text), Is.EqualTo(made.Embed(text)), text);
        Assert.That(ModelFingerprint.Compute(loaded), Is.EqualTo(ModelFingerprint.Compute(made)));
        float[] values = new float[made.Model.Parameters.Count];
        loaded.Model.Parameters.CopyTo(values);

        Assert.That(loaded.Model.Parameters.IsWhole, Is.False);
        Assert.That(values, Is.EqualTo(made.Model.Parameters.Values.Take(values.Length)));
    }

    [TestCaseSource(typeof(SmallModel), nameof(SmallModel.Heads))]
    public void Values_that_are_asked_for_are_those_of_the_file_and_the_vectors_stay(HeadConfiguration head)
    {
        using ModelFiles files = new(head);
        SentenceEmbedder made = SmallModel.Create(head), loaded = ModelFolder.Load(files.Folder);
        float[] before = loaded.Embed(Texts[2]);

        Assert.That(loaded.Model.Parameters.Values, Is.EqualTo(made.Model.Parameters.Values));
        Assert.That(loaded.Model.Parameters.IsWhole);
        Assert.That(loaded.Embed(Texts[2]), Is.EqualTo(before));
        using TemporaryFolder folder = new();
        ModelFolder.Save(loaded, folder.Path("again"));
        foreach (string path in Directory.GetFiles(files.Folder, "*.safetensors", SearchOption.AllDirectories))
            Assert.That(File.ReadAllBytes(Path.Combine(folder.Path("again"), Path.GetRelativePath(files.Folder, path))), Is.EqualTo(File.ReadAllBytes(path)), path);
    }

    [Test]
    public void Values_that_are_changed_are_computed_with([Values] bool hasComputed)
    {
        using ModelFiles files = new(SmallModel.Heads[6]);
        SentenceEmbedder made = SmallModel.Create(SmallModel.Heads[6]), loaded = ModelFolder.Load(files.Folder);
        if (hasComputed) loaded.Embed("hello");

        foreach (SentenceEmbedder embedder in new[] { made, loaded })
        {
            foreach (Parameter<float> parameter in embedder.Model.Parameters.Parameters)
            {
                parameter.Values.Span.Reverse();
                // Before a model has computed nobody need say so.
                if (hasComputed) parameter.Changed();
            }
        }

        Assert.That(loaded.Embed("hello"), Is.EqualTo(made.Embed("hello")));
        Assert.That(loaded.Embed("hello"), Is.Not.EqualTo(ModelFolder.Load(files.Folder).Embed("hello")));
    }

    [Test]
    public void Saying_that_nothing_was_changed_changes_nothing()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        SentenceEmbedder loaded = ModelFolder.Load(files.Folder);
        float[] before = loaded.Embed("hello");

        foreach (Parameter<float> parameter in loaded.Model.Parameters.Parameters) parameter.Changed();

        Assert.That(loaded.Embed("hello"), Is.EqualTo(before));
    }

    [TestCaseSource(typeof(SmallModel), nameof(SmallModel.Heads))]
    public void A_loaded_model_has_the_gradients_of_the_one_that_was_saved(HeadConfiguration head)
    {
        using ModelFiles files = new(head);
        SentenceEmbedder made = SmallModel.Create(head), loaded = ModelFolder.Load(files.Folder);
        loaded.Embed("hello");

        float[] expected = Gradients(made), found = Gradients(loaded);

        Assert.That(found, Is.EqualTo(expected).And.Some.Not.Zero);
    }

    [Test]
    public void A_head_is_put_on_a_loaded_model_without_making_its_values()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        SentenceEmbedder made = SmallModel.Create(SmallModel.Heads[0]), loaded = ModelFolder.Load(files.Folder);
        Head head = Head.Create(HeadConfiguration.Linear(24, 5));
        RandomParameters.Fill(head.Parameters, seed: 3);

        Assert.That(loaded.WithHead(head).Embed("hello"), Is.EqualTo(made.WithHead(head).Embed("hello")));
        Assert.That(loaded.Model.Parameters.IsWhole, Is.False);
    }

    [Test]
    public void Whoever_computes_while_the_values_are_made_gets_the_same_vectors()
    {
        using ModelFiles files = new(SmallModel.Heads[6]);
        for (int round = 0; round < 20; round++)
        {
            SentenceEmbedder loaded = ModelFolder.Load(files.Folder, WorkerPool.Single);
            float[] expected = SmallModel.Create(SmallModel.Heads[6]).Embed(Texts[2]);
            Parallel.For(0, 8, caller =>
            {
                if (caller == 3) _ = loaded.Model.Parameters.Values;
                for (int i = 0; i < 20; i++) Assert.That(loaded.Embed(Texts[2]), Is.EqualTo(expected));
                if (caller == 5) Assert.That(ModelFingerprint.Compute(loaded), Has.Length.EqualTo(32));
            });
        }
    }

    [Test]
    public void Of_two_faults_the_first_is_told_at_any_number_of_threads([Values(1, 3)] int threads)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        files.Change("model.safetensors", tensors =>
        {
            foreach ((string name, _, float[] values) in tensors)
                if (name is "encoder.layer.0.attention.self.value.weight" or "encoder.layer.1.output.dense.weight" or "encoder.layer.1.output.dense.bias") values[5] = float.NaN;
        });
        using WorkerPool workers = new(threads);

        for (int i = 0; i < 5; i++)
            ModelFiles.Refused(() => ModelFolder.Load(files.Folder, workers), "finite", "element 5", "encoder.layer.0.attention.self.value.weight", "model.safetensors");
    }

    [Test]
    public void Loading_takes_the_memory_of_the_weights_once()
    {
        using TemporaryFolder folder = new();
        BertConfiguration sizes = BertConfiguration.Preset("mini", SmallVocabulary.Create().Count);
        EmbeddingModel<float> model = new(sizes, HeadConfiguration.None(sizes.HiddenSize));
        model.Parameters.Initialize(seed: 1);
        ModelFolder.Save(new SentenceEmbedder(model, new BertTokenizer(SmallVocabulary.Create()), 64, WorkerPool.Single), folder.Path("model"));

        // What is allocated once in a process is not counted.
        _ = ModelFolder.Load(folder.Path("model"), WorkerPool.Single);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"), WorkerPool.Single);
        loaded.Embed("hello world");
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        long weights = sizeof(float) * (long)model.Parameters.Count, largest = sizeof(float) * 4L * sizes.HiddenSize * sizes.HiddenSize;
        Assert.That(bytes, Is.LessThan(weights + largest + (1 << 20)));
    }

    private static float[] Gradients(SentenceEmbedder embedder)
    {
        EmbeddingModel<float> model = embedder.Model;
        Tape<float> tape = new(WorkerPool.Single, recording: true, model.Parameters.Gradients);
        PackedSequences texts = new();
        texts.Add([2, 7, 8, 9, 3]);
        texts.Add([2, 5, 3]);
        Tensor<float> rows = model.Represent(tape, model.Pool(tape, texts, DropoutSequence.None));
        float[] upstream = new float[rows.Shape.Length];
        SplittableRandom random = new(4);
        foreach (ref float value in upstream.AsSpan()) value = (float)random.NextGaussian();
        tape.Backward(rows, upstream);
        return model.Parameters.Gradients;
    }
}
