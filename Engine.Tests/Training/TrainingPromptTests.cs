using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>What a model wants before its texts is there in training too, as in embedding.</summary>
public sealed class TrainingPromptTests
{
    private static readonly string[] Documents = ["dog runs", "green bird sleeps slowly", "cat", ""];

    private static readonly KeyValuePair<string, string>[] Texts = [new("query", "sings "), new("passage", "well quickly ")];

    [Test]
    public void Queries_and_passages_have_their_own_prompts()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16, new Prompts(Texts));

        set.Add("red cat", "cat runs", ["dog", "red cat"]);

        TrainingExample example = set.Examples[0];
        Assert.That(
            ((int[])[example.Query, example.Positive, .. example.Negatives]).Select(text => set.Tokens(text).ToArray()),
            Is.EqualTo(((string[])["sings red cat", "well quickly cat runs", "well quickly dog", "well quickly red cat"])
                .Select(text => ToyData.Tokenizer.Encode(text, 16))));
        Assert.That(example.Negatives[1], Is.Not.EqualTo(example.Query), "the same words after another prompt are another text");
    }

    [Test]
    public void What_a_query_says_is_no_negative_of_it_behind_another_prompt([Values] bool inBatch)
    {
        TrainingSet set = new(ToyData.Tokenizer, 16, new Prompts(Texts));
        set.Add("red cat", "cat runs", ["red  cat", "dog"]);
        set.Add("bird", "red cat", ["blue"]);
        TrainingBatch batch = new(set);
        SplittableRandom random = new(1);

        batch.Fill([0, 1], negatives: 2, inBatch, ref random);

        int[] candidates = batch.Candidates.CandidateRows.Span[..batch.Candidates.Width].ToArray();
        string[] said = [.. candidates.Where(row => row >= 0).Select(row => string.Join(' ', set.Tokens(batch.Texts[row]).ToArray()))];
        string[] expected = inBatch ? ["cat runs", "dog", "blue"] : ["cat runs", "dog"];
        Assert.That(said, Is.EquivalentTo(expected.Select(text => string.Join(' ', ToyData.Tokenizer.Encode("well quickly " + text, 16)))));
    }

    [Test]
    public void A_set_is_told_from_others_by_its_prompts()
    {
        static ulong Of(Prompts? prompts)
        {
            TrainingSet set = prompts is null ? new(ToyData.Tokenizer, 16) : new(ToyData.Tokenizer, 16, prompts);
            set.Add("red cat", "cat runs", ["dog"]);
            return set.Fingerprint();
        }

        ulong plain = Of(null);
        Assert.That(Of(Prompts.None), Is.EqualTo(plain));
        Assert.That(Of(new Prompts([new("query", ""), new("other", "well ")], pooled: false)), Is.EqualTo(plain), "none is used");
        ulong[] others = [plain, Of(new Prompts(Texts)), Of(new Prompts(Texts, pooled: false)), Of(new Prompts([Texts[0]])), Of(new Prompts([Texts[1]]))];
        Assert.That(others.Distinct().Count(), Is.EqualTo(5));
    }

    [Test]
    public void Texts_that_are_alike_have_the_default_prompt()
    {
        Prompts prompts = new([.. Texts, new("likeness", "blue ")], "likeness", pooled: false);

        Assert.That((prompts.Alike.Query, prompts.Alike.Document, prompts.Alike.Pooled), Is.EqualTo(("blue ", "blue ", false)));
        Prompts queries = new(Texts, "query"), none = new(Texts);
        Assert.That((queries.Alike.Query, queries.Alike.Document), Is.EqualTo(("sings ", "sings ")));
        Assert.That((none.Alike.Query, none.Alike.Document), Is.EqualTo(("", "")));
    }

    [TestCase(PoolingMode.Mean, true)]
    [TestCase(PoolingMode.Mean, false)]
    [TestCase(PoolingMode.Max, false)]
    [TestCase(PoolingMode.MeanSqrtLen, false)]
    [TestCase(PoolingMode.Cls, true)]
    public void Texts_are_pooled_in_training_as_in_embedding(PoolingMode pooling, bool pooled)
    {
        EmbeddingModel<float> model = new(ToyData.Encoder(), HeadConfiguration.None(24), pooling);
        model.Parameters.Initialize(3);
        Prompts prompts = new(Texts, pooled: pooled);
        SentenceEmbedder embedder = new(model, ToyData.Tokenizer, 16) { Prompts = prompts };
        TrainingSet set = new(ToyData.Tokenizer, 16, prompts);
        foreach (string document in Documents) set.Add("red " + document, document, ["dog"]);
        TrainingBatch batch = new(set);
        SplittableRandom random = new(1);
        batch.Fill([0, 1, 2, 3], negatives: 1, inBatch: false, ref random);
        Tape<float> tape = new(WorkerPool.Single, recording: false);

        Tensor<float> rows = model.Pool(tape, batch.Sequences, DropoutSequence.None);
        Tensor<float> kept = new PooledEmbeddingCache(model, set, WorkerPool.Single).Rows(tape, batch.Texts);

        for (int i = 0; i < Documents.Length; i++)
        {
            Check(set.Examples[i].Query, embedder.Embed("red " + Documents[i], prompts.Query));
            Check(set.Examples[i].Positive, embedder.Embed(Documents[i], prompts.Document));
        }

        void Check(int text, float[] expected)
        {
            int row = batch.Texts.ToList().IndexOf(text);
            Assert.That(rows.Span.Slice(row * 24, 24).ToArray(), Is.EqualTo(expected));
            Assert.That(kept.Span.Slice(row * 24, 24).ToArray(), Is.EqualTo(expected), "encoded once under a frozen encoder");
        }
    }

    /// <summary>The derivative along random directions against central differences, with upstream gradients that are random too.</summary>
    [TestCase(PoolingMode.Mean, false)]
    [TestCase(PoolingMode.Max, false)]
    [TestCase(PoolingMode.MeanSqrtLen, true)]
    public void The_gradient_passes_through_what_is_pooled(PoolingMode pooling, bool checkpoint)
    {
        EmbeddingModel<double> model = new(ToyData.Encoder(), HeadConfiguration.Linear(24, 5), pooling);
        model.Parameters.Initialize(5);
        PackedSequences batch = new();
        batch.Add(ToyData.Tokenizer.Encode("sings red cat", 16), 2);
        batch.Add(ToyData.Tokenizer.Encode("well quickly dog runs", 16), 3);
        batch.Add(ToyData.Tokenizer.Encode("sings", 16), 9);
        batch.Add(ToyData.Tokenizer.Encode("bird", 16), 0);
        SplittableRandom random = new(9);
        double[] upstream = [.. Enumerable.Range(0, 20).Select(_ => random.NextGaussian())];
        double[] direction = [.. Enumerable.Range(0, model.Parameters.Count).Select(_ => random.NextGaussian())];

        Tape<double> tape = new(WorkerPool.Single, recording: true, model.Parameters.Gradients, checkpoint);
        tape.Reset();
        tape.Backward(model.Represent(tape, model.Pool(tape, batch, DropoutSequence.None)), upstream);
        double found = model.Parameters.Gradients.Take(model.Parameters.Count).Zip(direction, (gradient, step) => gradient * step).Sum();

        const double Step = 1e-5;
        double expected = (Value(Step) - Value(-Step)) / (2 * Step);
        Assert.That(found, Is.EqualTo(expected).Within(1e-6 * Math.Max(1, Math.Abs(expected))));
        Assert.That(Math.Abs(expected), Is.GreaterThan(1e-2));

        double Value(double along)
        {
            EmbeddingModel<double> moved = new(model.Encoder.Configuration, model.Head, pooling);
            for (int i = 0; i < direction.Length; i++) moved.Parameters.Values[i] = model.Parameters.Values[i] + (along * direction[i]);
            Tape<double> forward = new(WorkerPool.Single, recording: false);
            double[] rows = moved.Represent(forward, moved.Pool(forward, batch, DropoutSequence.None)).Span.ToArray();
            return rows.Zip(upstream, (row, weight) => row * weight).Sum();
        }
    }
}
