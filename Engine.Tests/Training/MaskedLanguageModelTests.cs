using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Layers;
using QEngine.Tests.Oracles;
using QEngine.Text;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>The masked language model by its definition: what is masked, the loss, the first steps.</summary>
internal sealed class MaskedLanguageModelTests
{
    private static readonly Vocabulary Words = ToyData.Tokenizer.Vocabulary;

    [Test]
    public void Of_the_tokens_asked_for_eight_in_ten_become_a_mask_and_one_any_piece()
    {
        const int Texts = 4000, Length = 30;
        const double Share = 0.15;
        TokenMasks masks = new(Words, Share);
        PackedSequences batch = Tokens(Texts, Length);
        int[] before = batch.Ids.ToArray();
        SplittableRandom random = new(9);

        int count = masks.Apply(batch, ref random);

        int[] after = batch.Ids.ToArray(), places = masks.Places[..count].ToArray();
        Assert.That(places, Is.Ordered.And.Unique);
        Assert.That(masks.Labels[..count].ToArray(), Is.EqualTo(places.Select(place => before[place])),
            "labels are the pieces that were there");
        Assert.That(places.Where(place => before[place] == Words.ClassificationId || before[place] == Words.SeparatorId), Is.Empty);
        Assert.That(Enumerable.Range(0, before.Length).Where(i => after[i] != before[i]).Except(places), Is.Empty, "nothing else changed");
        Near(count, Texts * (Length - 2), Share);
        Near(places.Count(place => after[place] == Words.MaskId), count, 0.8 + (0.1 / Words.Count));
        // Any piece: the one that is there too.
        Near(places.Count(place => after[place] == before[place]), count, 0.1 + (0.1 / Words.Count));
        IEnumerable<int> changed = places.Where(place => after[place] != before[place] && after[place] != Words.MaskId);
        Assert.That(changed.Select(place => after[place]).Distinct(), Is.EquivalentTo(Enumerable.Range(0, Words.Count).Where(id => id != Words.MaskId)));
    }

    [Test]
    public void Where_there_are_special_tokens_only_these_are_masked()
    {
        PackedSequences batch = new();
        batch.Add([Words.ClassificationId, Words.SeparatorId]);
        SplittableRandom random = new(1);

        Assert.That(new TokenMasks(Words, 0.15).Apply(batch, ref random), Is.Positive);
    }

    [Test]
    public void The_loss_is_that_of_the_naive_encoder_and_the_tied_embeddings()
    {
        const string Transform = "cls.predictions.transform";
        BertConfiguration configuration = ToyData.Encoder();
        MaskedLanguageModel<double> model = new(configuration);
        RandomParameters.Fill(model.Parameters, seed: 6);
        double[] Weights(string name) =>
            model.Parameters.TryGet(name, out Parameter<double>? found) ? found.Values.ToArray() : throw new ArgumentException(name);
        int[] ids = [2, 7, 4, 9, 12, 3];
        PackedSequences batch = new();
        batch.Add(ids);
        int[] places = [1, 2, 4], labels = [7, 11, 5];
        Tape<double> tape = new(WorkerPool.Single, recording: false);

        double loss = model.Loss(tape, batch, places, labels, DropoutSequence.None).Span[0];

        double[][] states = new NaiveBert(configuration, Weights).Forward(ids);
        double expected = 0;
        for (int i = 0; i < places.Length; i++)
        {
            double[] dense = LinearOracle.Rows(states[places[i]], Weights($"{Transform}.dense.weight"), Weights($"{Transform}.dense.bias"));
            double[] activated = Array.ConvertAll(dense, FormulaOracle.Gelu);
            double[] normal = new LayerNormOracle(
                activated, Weights($"{Transform}.LayerNorm.weight"), Weights($"{Transform}.LayerNorm.bias"), configuration.LayerNormEpsilon).Y;
            double[] logits = LinearOracle.Rows(normal, Weights("embeddings.word_embeddings.weight"), Weights("cls.predictions.bias"));
            expected += (Math.Log(logits.Sum(Math.Exp)) - logits[labels[i]]) / places.Length;
        }
        Assert.That(loss, Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void The_held_out_loss_is_the_mean_over_masked_tokens_whatever_the_batches()
    {
        // A model of zeros and a bias: the loss of a token is that of its piece, and the batches hold different numbers of them.
        MaskedLanguageModel<float> model = new(ToyData.Encoder());
        model.Parameters.TryGet("cls.predictions.bias", out Parameter<float>? bias);
        for (int id = 0; id < Words.Count; id++) bias!.Values.Span[id] = id % 5;
        int[][] texts = [.. Enumerable.Range(0, 40).Select(i => Text(i, 9 + (i % 6)))];
        double Evaluated(int tokens)
        {
            PretrainingOptions options = new() { Steps = 1, TokensPerStep = tokens, MaskShare = 0.5 };
            return new Pretrainer(model, texts, Words, options, WorkerPool.Single).Evaluate(texts);
        }

        // With all in one batch it is a plain mean. What is masked does not follow the batches, for every token draws alike.
        Assert.That(Evaluated(17), Is.EqualTo(Evaluated(100_000)).Within(1e-5));

        static int[] Text(int i, int words) =>
            [Words.ClassificationId, .. Enumerable.Range(0, words).Select(j => 5 + ((i + (3 * j)) % 12)), Words.SeparatorId];
    }

    [Test]
    public void The_first_step_is_the_warm_ups_and_decay_shrinks_what_has_no_gradient()
    {
        MaskedLanguageModel<float> model = new(ToyData.Encoder());
        model.Parameters.Initialize(3);
        model.Parameters.TryGet("cls.predictions.bias", out Parameter<float>? bias);
        model.Parameters.TryGet("embeddings.position_embeddings.weight", out Parameter<float>? positions);
        float[] before = positions!.Values.ToArray();
        int[][] texts = [[Words.ClassificationId, 5, 6, 7, Words.SeparatorId]];
        PretrainingOptions options = new() { Steps = 40, LearningRate = 0.1, TokensPerStep = 50 };

        new Pretrainer(model, texts, Words, options, WorkerPool.Single).Step();

        // A tenth of 40 steps warm up: the first one takes a quarter of the rate, and Adam's first moves every bias by it.
        Assert.That(bias!.Values.ToArray().Select(Math.Abs), Is.All.EqualTo(0.025).Within(0.1).Percent);
        // Positions beyond the text: a hundredth of the rate is taken off.
        Assert.That(positions.Values.ToArray()[(5 * 24)..],
            Is.EqualTo(before[(5 * 24)..].Select(value => value * (1 - (0.01 * 0.025)))).Within(1e-8));
    }

    [Test]
    public void Defaults_are_those_of_BERT()
    {
        PretrainingOptions options = new() { Steps = 1 };

        Assert.That((options.MaskShare, options.WarmupShare, options.Adam),
            Is.EqualTo((0.15, 0.1, new AdamSettings(0.9f, 0.999f, 1e-8f, 0.01f, 1))));
    }

    private static PackedSequences Tokens(int texts, int length)
    {
        PackedSequences batch = new();
        SplittableRandom random = new(4);
        int[] ids = new int[length];
        for (int text = 0; text < texts; text++)
        {
            foreach (ref int id in ids.AsSpan()) id = 5 + random.NextInt(Words.Count - 5);
            (ids[0], ids[^1]) = (Words.ClassificationId, Words.SeparatorId);
            batch.Add(ids);
        }
        return batch;
    }

    /// <summary>Within four deviations of a binomial.</summary>
    private static void Near(int count, int of, double share) =>
        Assert.That(count, Is.EqualTo(of * share).Within(4 * Math.Sqrt(of * share * (1 - share))));
}
