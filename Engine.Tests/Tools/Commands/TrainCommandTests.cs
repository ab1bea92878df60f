using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Quantum;

namespace QEngine.Tests.Tools.Commands;

public sealed class TrainCommandTests : CommandFixture
{
    private const string Rows = "red car\tfast red cars\told trees\tblue sky\nblue sky\tskys blue\tgreen trees\tred cars\nold tree\ttrees old green\tfast car\tblue cars\n";

    [TestCase("quantum", "fidelity", "QBEC")]
    [TestCase("linear", "cosine", "BEC")]
    public void A_preset_is_trained_with_a_vocabulary_of_its_own(string head, string similarity, string name)
    {
        string rows = Write("rows.tsv", Rows);

        JsonElement json = CommandLine.Run(
            "train", "--triples", rows, "--encoder", "tiny", "--vocab-size", "60", "--head", head, "--similarity", similarity, "--dim", "8", "--epochs", "2", "--batch", "2", "--negatives", "2",
            "--max-length", "12", "--out", In("model"), "--json").Json();

        SentenceEmbedder trained = ModelFolder.Load(In("model"));
        Assert.That(trained.Model.Head.PaperName, Is.EqualTo(name));
        Assert.That(trained.Dimension, Is.EqualTo(8));
        Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(3));
        Assert.That(json.GetProperty("steps").GetInt32(), Is.EqualTo(4));
        Assert.That(json.GetProperty("epoch_losses").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public void No_head_under_fidelity_is_the_encoding_alone()
    {
        string rows = Write("rows.tsv", Rows);

        JsonElement json = CommandLine.Run(
            "train", "--triples", rows, "--encoder", Plain, "--head", "none", "--similarity", "fidelity", "--epochs", "1", "--batch", "3", "--in-batch", "--max-length", "8", "--out", In("model"), "--json").Json();

        Assert.That(json.GetProperty("paper_name").GetString(), Is.EqualTo("QBT"));
        Assert.That(ModelFolder.Load(In("model")).Dimension, Is.EqualTo(16));
    }

    [TestCase(10 * 6)]
    [TestCase(10 * 4, "--gate", "cnot")]
    public void Effective_angles_are_half_as_many_parameters(int parameters, params string[] gate)
    {
        string rows = Write("rows.tsv", Rows);

        CommandLine.Run(
            ["train", "--triples", rows, "--encoder", Plain, "--head", "quantum", "--angles", "effective", .. gate, "--dim", "6", "--epochs", "1", "--batch", "3", "--in-batch", "--max-length", "8", "--out", In("model")]).Succeeded();

        EmbeddingModel<float> model = ModelFolder.Load(In("model")).Model;
        Assert.That(((QuantumModule)model.Head.Modules[0]).Angles, Is.EqualTo(PairAngles.Effective));
        Assert.That(model.Parameters.Count - model.EncoderLength, Is.EqualTo(parameters));
    }

    [Test]
    public void The_same_seed_writes_the_same_model_at_any_thread_count()
    {
        string rows = Write("rows.tsv", Rows);
        byte[][] weights = new byte[3][];
        for (int i = 0; i < 3; i++)
        {
            // The helper adds --threads 2; a seed of its own must change the model.
            CommandLine.Run(
                "train", "--triples", rows, "--encoder", Plain, "--head", "linear", "--dim", "5", "--epochs", "2", "--batch", "2", "--max-length", "8", "--seed", i == 2 ? "8" : "7", "--out", In($"m{i}")).Succeeded();
            weights[i] = File.ReadAllBytes(Path.Combine(In($"m{i}"), "model.safetensors"));
        }

        Assert.That(weights[1], Is.EqualTo(weights[0]));
        Assert.That(weights[2], Is.Not.EqualTo(weights[0]));
    }

    [Test]
    public void A_frozen_encoder_is_written_back_unchanged()
    {
        string rows = Write("rows.tsv", Rows);

        CommandLine.Run("train", "--triples", rows, "--encoder", Plain, "--head", "quantum", "--dim", "4", "--freeze-encoder", "--epochs", "2", "--batch", "3", "--max-length", "8", "--out", In("model")).Succeeded();

        SentenceEmbedder before = ModelFolder.Load(Plain), after = ModelFolder.Load(In("model"));
        Assert.That(after.Model.Parameters.Values.AsSpan(0, after.Model.EncoderLength).SequenceEqual(before.Model.Parameters.Values.AsSpan(0, before.Model.EncoderLength)));
    }

    [TestCase(2, "expected --encoder tiny, mini, minilm, small, base, a model folder or one of all-MiniLM-L6-v2, snowflake-arctic-embed-xs, found 'huge'", "--encoder", "huge")]
    [TestCase(2, "expected --dim from 1 to 128, the width of the input, found 1000", "--encoder", "tiny", "--dim", "1000")]
    [TestCase(2, "expected --similarity fidelity for --head quantum, found cosine", "--encoder", "tiny", "--similarity", "cosine")]
    [TestCase(2, "expected --epochs of at least 1, found 0", "--encoder", "tiny", "--epochs", "0")]
    [TestCase(2, "expected --lr above 0, found -1", "--encoder", "tiny", "--lr", "-1")]
    [TestCase(2, "expected --lr-schedule linear or constant, found 'cosine'", "--encoder", "tiny", "--lr-schedule", "cosine")]
    [TestCase(2, "expected --in-batch with --inverse-cloze", "--encoder", "tiny", "--inverse-cloze", "texts.txt")]
    [TestCase(2, "expected --head quantum, entangled, linear or none, found 'big'", "--encoder", "tiny", "--head", "big")]
    [TestCase(2, "expected --head-lr above 0, found NaN", "--encoder", "tiny", "--head-lr", "NaN")]
    [TestCase(2, "expected --accumulate of at least 1, found 0", "--encoder", "tiny", "--accumulate", "0")]
    [TestCase(2, "expected layers to fine-tune as all, none, last:N or distinct numbers from 0 by commas, found '1,1'", "--encoder", "tiny", "--fine-tune-layers", "1,1")]
    [TestCase(2, "expected --freeze-encoder or --fine-tune-layers, found both", "--encoder", "tiny", "--fine-tune-layers", "0", "--freeze-encoder")]
    [TestCase(2, "expected --checkpoint-steps of at least 0, found -1", "--encoder", "tiny", "--checkpoint-steps", "-1")]
    [TestCase(2, "expected one of --triples, --hard-negatives, --paper-queries, --pairs and --teacher, found several", "--encoder", "tiny", "--pairs", "p.tsv")]
    [TestCase(2, "expected --dev-share from 0 to below 1, found 1", "--encoder", "tiny", "--dev-share", "1")]
    [TestCase(2, "expected --dev or --dev-share, found both", "--encoder", "tiny", "--dev-share", "0.1", "--dev", "d.tsv")]
    [TestCase(2, "expected --loss ranking for these rows, found 'cosent'", "--encoder", "tiny", "--vocab-size", "60", "--loss", "cosent")]
    [TestCase(2, "expected --matryoshka with --head linear or none, whose embeddings can be cut, found one of qubits", "--encoder", "tiny", "--vocab-size", "60", "--matryoshka", "4,8")]
    [TestCase(2, "expected --matryoshka numbers from 1 to 16 with commas between, found '17'", "--encoder", "tiny", "--vocab-size", "60", "--head", "linear", "--dim", "16", "--matryoshka", "8,17")]
    [TestCase(2, "expected --best-by with --patience, found none", "--encoder", "tiny", "--vocab-size", "60", "--in-batch", "--patience", "2")]
    [TestCase(2, "expected --best-by loss, accuracy, found 'dev_loss'", "--encoder", "tiny", "--vocab-size", "60", "--in-batch", "--best-by", "dev_loss")]
    [TestCase(1, "expected layers from 0 to 1 to fine-tune, found 2", "--encoder", "tiny", "--vocab-size", "60", "--fine-tune-layers", "2")]
    [TestCase(2, "expected --max-per-query of at least 0, found -1", "--encoder", "tiny", "--max-per-query", "-1")]
    [TestCase(1, "expected at most 268435456 candidates in a batch, found 3 queries x 2147483648", "--encoder", "tiny", "--vocab-size", "60", "--negatives", "2147483647")]
    [TestCase(2, "expected --threads from 0 to 1024, found -4", "--encoder", "tiny", "--threads", "-4")]
    public void Wrong_usage_is_said_in_one_line(int code, string message, params string[] arguments)
    {
        string rows = Write("rows.tsv", Rows);

        CommandLine.Run(["train", "--triples", rows, "--out", In("model"), .. arguments]).Failed(code, message);
        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    [TestCase("", "expected")]
    [TestCase("only one column\n", "expected at least 2 columns", "line 1 of")]
    [TestCase("a\tb\tc\nd\te\n", "expected 3 columns", "line 2 of")]
    [TestCase("a\tb\n", "expected hard negatives for every query or in-batch negatives")]
    public void Bad_rows_are_said_in_one_line(string text, params string[] parts)
    {
        string rows = Write("rows.tsv", text);

        CommandLine.Run("train", "--triples", rows, "--encoder", Plain, "--dim", "4", "--max-length", "8", "--out", In("model")).Failed(1, parts);
        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    [Test]
    public void Texts_without_queries_give_pairs_too()
    {
        string rows = Write("rows.tsv", Rows), texts = Write("texts.txt", "Fast old cars are red. Green trees stand under skys.\nno sentences here\n");

        JsonElement json = CommandLine.Run(
            "train", "--triples", rows, "--inverse-cloze", texts, "--encoder", Plain, "--dim", "4", "--batch", "5", "--in-batch", "--lr-schedule", "constant", "--max-length", "8", "--out", In("model"), "--json").Json();

        Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(5));
    }

    /// <summary>The loss is seen before an update, so the last one could spoil the model unseen.</summary>
    [Test]
    public void A_model_that_the_last_update_has_spoiled_is_not_saved([Values] bool development)
    {
        string rows = Write("rows.tsv", Rows);
        string[] measured = development ? ["--dev", rows, "--best-by", "dev_ndcg@10"] : [];

        CommandLine line = CommandLine.Run([
            "train", "--triples", rows, "--encoder", Plain, "--dim", "4", "--in-batch", "--batch", "64", "--lr", "1e30", "--lr-schedule", "constant", "--max-length", "8", "--out", In("model"), .. measured]);

        line.Failed(1, "expected a finite embedding of a text after the last step, found none: lower the learning rate");
        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    [Test]
    public void A_folder_of_other_files_is_refused_before_the_training()
    {
        string rows = Write("rows.tsv", Rows);
        Directory.CreateDirectory(In("model"));
        Write("model/diary.txt", "mine");

        CommandLine line = CommandLine.Run("train", "--triples", rows, "--encoder", Plain, "--dim", "4", "--in-batch", "--max-length", "8", "--out", In("model"));

        line.Failed(1, "diary.txt");
        Assert.That(line.Error, Does.Not.Contain("%"), "no progress was shown: nothing was trained");
        Assert.That(File.ReadAllText(In("model/diary.txt")), Is.EqualTo("mine"));
    }

    [Test]
    public void A_vocabulary_without_the_unknown_token_is_refused()
    {
        string rows = Write("rows.tsv", Rows), vocabulary = Write("vocab.txt", "[PAD]\n[CLS]\n[SEP]\nred\n");

        CommandLine.Run("train", "--triples", rows, "--encoder", "tiny", "--vocab", vocabulary, "--out", In("model")).Failed(1, "[UNK]", "vocab.txt");
    }
}
