using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Storage;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>train-head --model</c>: texts in, a whole model out.</summary>
public sealed class TrainHeadModelTests : CommandFixture
{
    private const int Count = 60;

    private static readonly string[] Words = ["red", "green", "blue", "car", "tree", "sky", "fast", "old"];

    // All different, and of different lengths.
    private static readonly string[] Texts =
        [.. Enumerable.Range(0, Count).Select(i => string.Join(' ', Enumerable.Range(0, 2 + (i % 5)).Select(j => Words[(i + (j * (3 + (i / 8)))) % 8])))];

    [Test]
    public void Principal_components_of_texts_are_those_of_their_vectors()
    {
        string texts = Write("texts.txt", string.Concat(Texts.Select(text => text + "\n")));
        CommandLine.Run("embed", "--model", Plain, "--input", texts, "--output", In("x.npy")).Succeeded();
        CommandLine.Run("train-head", "--embeddings", In("x.npy"), "--dim", "5", "--out", In("head")).Succeeded();
        CommandLine.Run("compress", "--head", In("head"), "--input", In("x.npy"), "--output", In("y.npy")).Succeeded();

        JsonElement json = CommandLine.Run("train-head", "--model", Plain, "--input", texts, "--dim", "5", "--out", In("new/whole"), "--json").Json();
        CommandLine.Run("embed", "--model", In("new/whole"), "--input", texts, "--output", In("z.npy")).Succeeded();

        Assert.That((json.GetProperty("kind").GetString(), json.GetProperty("model").GetString()), Is.EqualTo(("pca", "plain")));
        Assert.That((json.GetProperty("head").GetString(), json.GetProperty("unit").GetString()), Is.EqualTo((In("new/whole"), "vectors")));
        Assert.That(Read(In("z.npy"), Count, 5), Is.EqualTo(Read(In("y.npy"), Count, 5)));
        Assert.That(File.ReadAllText(In("new/whole/README.md")), Does.Contain("| model | plain |").And.Contain("| head | pca |"));
    }

    [Test]
    public void A_model_that_was_trained_is_searched()
    {
        string texts = Corpus();
        Write("pairs.tsv", string.Concat(Enumerable.Range(0, 40).Select(i => $"t{i}\tt{i + 20}\t{i % 6}\n")));

        CommandLine run = CommandLine.Run("train-head", "--model", Plain, "--input", texts, "--pairs", In("pairs.tsv"), "--dim", "4", "--epochs", "2", "--out", In("whole")).Succeeded();
        CommandLine.Run("index", "--model", In("whole"), "--input", texts, "--output", In("index")).Succeeded();
        JsonElement found = CommandLine.Run("search", "--index", In("index"), "--json", "--top", "1", Texts[7]).Json();

        Assert.That(run.Error, Does.Contain("plain, 16 -> 4, 68 parameters"));
        Assert.That(run.Output, Does.Contain("linear 4"), "the default with labels");
        Assert.That(found.GetProperty("results")[0].GetProperty("id").GetString(), Is.EqualTo("t7"));
    }

    [Test]
    public void Queries_and_documents_of_pairs_have_their_prompts()
    {
        string model = Prompted();
        // t5 is a query and a document; t40 and later are in no pair.
        Write("pairs.tsv", string.Concat(Enumerable.Range(0, 20).Select(i => $"t{i}\tt{20 + i}\t1\n")) + "t25\tt5\t1\nt1\tt5\t1\n");
        (float[] queries, float[] documents) = Embedded(model);
        // t5 and t25 as queries behind the texts, in the order of the pairs.
        float[] rows = [.. documents, .. Row(queries, 5), .. Row(queries, 25)];
        for (int i = 0; i < 20; i++) if (i != 5) Row(queries, i).CopyTo(rows, i * 16);
        NpyFile.Write(In("x.npy"), rows, Count + 2, 16);
        Write("rows.tsv", string.Concat(Enumerable.Range(0, 20).Select(i => $"{(i == 5 ? 60 : i)}\t{20 + i}\t1\n")) + "61\t5\t1\n1\t5\t1\n");
        string[] options = ["--loss", "ranking", "--head", "linear", "--dim", "4", "--steps", "30", "--out"];

        CommandLine.Run(["train-head", "--model", model, "--input", Corpus(), "--pairs", In("pairs.tsv"), .. options, In("whole")]).Succeeded();
        CommandLine.Run(["train-head", "--embeddings", In("x.npy"), "--pairs", In("rows.tsv"), .. options, In("head")]).Succeeded();

        Assert.That(HeadWeights(In("whole/2_Dense")), Is.EqualTo(HeadWeights(In("head"))));
        Assert.That(ModelFolder.Load(In("whole")).Prompts.Query, Is.EqualTo("fast "));
    }

    [Test]
    public void Queries_and_documents_of_groups_have_their_prompts()
    {
        string model = Prompted();
        (float[] queries, float[] rows) = Embedded(model);
        for (int i = 0; i < Count; i += 4) Row(queries, i).CopyTo(rows, i * 16);
        NpyFile.Write(In("x.npy"), rows, Count, 16);
        string[] options = ["--group-size", "4", "--dim", "4", "--steps", "30", "--out"];

        CommandLine.Run(["train-head", "--model", model, "--input", Corpus(), .. options, In("whole")]).Succeeded();
        CommandLine.Run(["train-head", "--embeddings", In("x.npy"), .. options, In("head")]).Succeeded();

        Assert.That(HeadWeights(In("whole/2_Dense")), Is.EqualTo(HeadWeights(In("head"))));
    }

    [Test]
    public void Texts_without_labels_are_documents_and_those_of_scored_pairs_have_the_default_prompt()
    {
        string model = Prompted();
        (_, float[] documents) = Embedded(model);
        NpyFile.Write(In("x.npy"), documents, Count, 16);
        CommandLine.Run("embed", "--model", model, "--input", Corpus(), "--output", In("default.npy")).Succeeded();
        Write("pairs.tsv", string.Concat(Enumerable.Range(0, 30).Select(i => $"t{i}\tt{i + 30}\t{i % 4}\n")));
        Write("ids.txt", string.Concat(Enumerable.Range(0, Count).Select(i => $"t{i}\n")));

        Same("--embeddings", In("x.npy"), "--dim", "4");
        Same("--embeddings", In("default.npy"), "--dim", "4", "--steps", "20", "--pairs", In("pairs.tsv"), "--ids", In("ids.txt"));

        void Same(params string[] vectors)
        {
            string[] options = [.. vectors.Skip(2).Where(option => option != "--ids" && option != In("ids.txt"))];
            CommandLine.Run(["train-head", .. vectors, "--out", In("head")]).Succeeded();
            CommandLine.Run(["train-head", "--model", model, "--input", Corpus(), .. options, "--out", In("whole")]).Succeeded();
            Assert.That(HeadWeights(In("whole/2_Dense")), Is.EqualTo(HeadWeights(In("head"))));
        }
    }

    [TestCase("expected --embeddings or --model and --input, found --embeddings and --model", "--embeddings", "x.npy", "--model", "m", "--input", "t.txt")]
    [TestCase("expected --embeddings or --model and --input, found --embeddings and --input", "--embeddings", "x.npy", "--input", "t.txt")]
    [TestCase("expected --embeddings, or --model and --input, found neither")]
    [TestCase("expected --embeddings, or --model and --input, found --model", "--model", "m")]
    [TestCase("expected --embeddings, or --model and --input, found --input", "--input", "t.txt")]
    [TestCase("expected --ids with --embeddings, found texts, which have ids of their own", "--model", "m", "--input", "t.txt", "--pairs", "p.tsv", "--ids", "i.txt")]
    [TestCase("expected texts whose name does not tell their format with --format tsv, found none", "--embeddings", "x.npy", "--format", "tsv")]
    public void Sources_that_do_not_fit_are_said_in_one_line(string message, params string[] arguments) =>
        CommandLine.Run(["train-head", "--dim", "4", "--out", In("whole"), .. arguments]).Failed(2, message);

    [Test]
    public void What_does_not_fit_is_refused_before_anything_is_embedded()
    {
        string texts = Corpus();
        Write("same.tsv", "a\tred\nb\tgreen\na\tblue\n");
        Write("unknown.tsv", "t1\tt99\t1\n");
        Write("zero.tsv", "t1\tt2\t0\nt1\tt3\t0\n");

        Refused(1, "expected a model without a head, to put one on, found Dense", "--model", Linear, "--input", texts);
        Refused(1, "expected a model without a head, to put one on, found QuantumCompression", "--model", Quantum, "--input", texts);
        Refused(1, "expected the folder of a model", "--model", In("none"), "--input", texts);
        Refused(1, "expected a readable file, found no such file", "--model", Plain, "--input", In("none.txt"));
        Refused(2, "expected --dim from 1 to 16, the width of the input, found 17", "--model", Plain, "--input", texts, "--dim", "17");
        Refused(1, "expected each id once, found 'a' again in row 3 of ", "--model", Plain, "--input", In("same.tsv"), "--pairs", In("zero.tsv"));
        Refused(1, "expected an id of the vectors, found \"t99\", line 1 of ", "--model", Plain, "--input", texts, "--pairs", In("unknown.tsv"));
        Refused(1, "expected pairs with a score above 0", "--model", Plain, "--input", texts, "--pairs", In("zero.tsv"), "--loss", "ranking");
        Refused(1, "expected scores that differ", "--model", Plain, "--input", texts, "--pairs", In("zero.tsv"));
        Refused(1, "multiple of the group size 7", "--model", Plain, "--input", texts, "--group-size", "7");

        Assert.That(Directory.Exists(In("whole")), Is.False);

        void Refused(int code, string message, params string[] arguments)
        {
            CommandLine run = CommandLine.Run(["train-head", "--out", In("whole"), .. arguments]);
            run.Failed(code, message);
            Assert.That(run.Error, Does.Not.Contain("embedding"));
        }
    }

    private static float[] Row(float[] vectors, int row) => vectors[(row * 16)..((row + 1) * 16)];

    private static float[] HeadWeights(string folder)
    {
        Head head = HeadFolder.Load(folder);
        return head.Parameters.Values[..head.Parameters.Count];
    }

    private string Corpus() => Write("texts.jsonl", string.Concat(Texts.Select((text, i) => $"{{\"_id\": \"t{i}\", \"text\": \"{text}\"}}\n")));

    /// <summary>All texts as queries and as documents.</summary>
    private (float[] Queries, float[] Documents) Embedded(string model)
    {
        float[] Of(string name)
        {
            CommandLine.Run("embed", "--model", model, "--input", Corpus(), "--output", In(name + ".npy"), "--prompt-name", name).Succeeded();
            return Read(In(name + ".npy"), Count, 16);
        }

        float[] queries = Of("query"), documents = Of("passage");
        Assert.That(queries, Is.Not.EqualTo(documents));
        return (queries, documents);
    }

    private string Prompted()
    {
        SentenceEmbedder plain = ModelFolder.Load(Plain);
        KeyValuePair<string, string>[] prompts = [new("query", "fast "), new("passage", "old tree "), new("likeness", "blue ")];
        ModelFolder.Save(
            new SentenceEmbedder(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = new Prompts(prompts, "likeness") }, In("prompted"));
        return In("prompted");
    }
}
