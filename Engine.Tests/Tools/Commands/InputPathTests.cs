using NUnit.Framework;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

/// <summary>What is read: standard input, pipes and files whose names do not tell what they hold.</summary>
public sealed class InputPathTests : CommandFixture
{
    private const string Tsv = "d1\tred cars\nd2\told green tree\nd3\tblue sky\n";
    private const string Jsonl = """
        {"_id":"d1","text":"red cars"}
        {"_id":"d2","text":"old green tree"}
        {"id":"d3","contents":"blue sky"}

        """;
    private const string Txt = "red cars\nold green tree\nblue sky\n";

    [TestCase(Tsv, "tsv")]
    [TestCase(Jsonl, "jsonl")]
    [TestCase(Txt, "txt")]
    public void Standard_input_is_read_as_it_is_said_or_as_its_first_line_looks(string content, string format)
    {
        CommandLine guessed = CommandLine.RunOn(content, "embed", "--model", Quantum, "--input", "-", "--output", In("guessed.npy"))
            .Succeeded();
        CommandLine said = CommandLine.RunOn(content, "embed", "--model", Quantum, "--input", "-", "--format", format, "--output",
            In("said.npy")).Succeeded();

        CommandLine.Run("embed", "--model", Quantum, "--input", Write($"in.{format}", content), "--output", In("file.npy")).Succeeded();
        byte[] expected = File.ReadAllBytes(In("file.npy"));
        Assert.That(File.ReadAllBytes(In("guessed.npy")), Is.EqualTo(expected));
        Assert.That(File.ReadAllBytes(In("said.npy")), Is.EqualTo(expected));
        int told = guessed.Error.Split('\n').Count(line => line.StartsWith($"standard input: read as {format}", StringComparison.Ordinal));
        Assert.That(told, Is.EqualTo(1), guessed.Error);
        Assert.That(said.Error, Does.Not.Contain("read as"));
    }

    [TestCase("corpus", Tsv, "tsv")]
    [TestCase("corpus.csv", Jsonl, "jsonl")]
    [TestCase("corpus.dat.gz", Txt, "txt")]
    public void A_name_that_does_not_tell_leaves_it_to_the_first_line(string name, string content, string format)
    {
        if (name.EndsWith(".gz", StringComparison.Ordinal)) File.WriteAllBytes(In(name), Gzip.Compress(content));
        else Write(name, content);

        CommandLine run = CommandLine.Run("index", "--model", Quantum, "--input", In(name), "--output", In("index")).Succeeded();

        Assert.That(run.Error, Does.Contain($"{name}: read as {format}, as its first line looks"));
        Assert.That(run.Output, Does.Contain("3 documents"));
    }

    [Test]
    public void Compressed_standard_input_is_decompressed()
    {
        CommandLine.Run(Gzip.Compress(Tsv), "embed", "--model", Quantum, "--input", "-", "--output", In("a.npy")).Succeeded();

        Read(In("a.npy"), 3, 6);
    }

    [Test]
    public void Messages_name_standard_input_and_its_line()
    {
        using TemporaryPlace place = OwnTemporaryFolder();
        CommandLine.RunOn("a\tred\nb\n", "embed", "--model", Quantum, "--input", "-", "--output", In("a.npy"))
            .Failed(1, "expected 2 columns (id, tab, text), found 1, line 2 of standard input");
        CommandLine.RunOn("a\tred\na\tblue\n", "index", "--model", Quantum, "--input", "-", "--output", In("index"))
            .Failed(1, "expected each id once, found 'a' again in row 2 of standard input");
        CommandLine.RunOn("", "embed", "--model", Quantum, "--input", "-", "--output", In("a.npy"))
            .Failed(1, "found an empty file: standard input");

        Assert.That(Names(), Is.EqualTo(new[] { "tmp" }));
    }

    [Test]
    public void Both_kinds_of_format_are_said_to_embed_each_once()
    {
        string[] embed = ["embed", "--model", Quantum, "--input", "-", "--output", In("a.npy")];

        CommandLine.RunOn("one\ttwo\n", [.. embed, "--format", "txt", "--format", "amplitudes"]).Succeeded();
        Read(In("a.npy"), 1, 12);
        CommandLine.RunOn(Tsv, [.. embed, "--format", "tsv", "--format", "txt"])
            .Failed(2, "expected --format once for the texts, found 'txt' as a second");
        CommandLine.RunOn(Tsv, [.. embed, "--format", "angles", "--format", "amplitudes"])
            .Failed(2, "expected --format once for the embeddings, found 'amplitudes' as a second");
        CommandLine.RunOn(Tsv, [.. embed, "--format", "csv"]).Failed(2, "tsv, jsonl or txt, found 'csv'");
    }

    [TestCase("embed", "--input")]
    [TestCase("index", "--input")]
    [TestCase("search", "--queries")]
    [TestCase("pretrain", "--texts")]
    public void A_format_that_no_text_needs_is_not_swallowed(string command, string option)
    {
        string[] rest = command switch
        {
            "embed" => ["--model", Quantum, "--output", In("a.npy")],
            "index" => ["--model", Quantum, "--output", In("index")],
            "search" => ["--index", In("index")],
            _ => ["--encoder", Plain, "--steps", "1", "--out", In("model")],
        };

        CommandLine.Run([command, option, Write("in.tsv", Tsv), .. rest, "--format", "jsonl"])
            .Failed(2, "whose name does not tell their format with --format jsonl, found", "in.tsv");
        CommandLine.Run([command, option, In("in.tsv"), .. rest, "--format", "csv"])
            .Failed(2, "expected --format", "tsv, jsonl or txt", "'csv'");
    }

    [Test]
    public void Every_command_reads_what_can_be_read_only_once()
    {
        using TemporaryPlace place = OwnTemporaryFolder();
        Write("p.tsv", "p1\tred car fast\np2\tred car old\np3\tred tree\np4\tblue sky\np5\tblue sky old\np6\tgreen\n");
        Write("q.tsv", "q1\tred car\nq2\tblue sky\n");
        Write("qrels.txt", "q1 0 p1 1\nq2 0 p4 1\n");
        Write("run.trec", "q1 Q0 p1 1 2 t\nq1 Q0 p2 2 1 t\nq2 Q0 p5 1 1 t\n");
        Write("rows.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n");
        Write("pairs.tsv", "red car\tred cars\t5\nred car\tblue sky\t1\nold tree\tgreen tree\t4\n");
        Write("ids.txt", "p6\n");
        CommandLine.Run("index", "--model", Quantum, "--input", In("p.tsv"), "--output", In("index")).Succeeded();
        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", In("x.npy")).Succeeded();
        string[] collection = ["--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels", In("qrels.txt")];

        foreach (string replaced in new[] { "q.tsv", "p.tsv", "qrels.txt" })
        {
            Piped(["evaluate", "--model", "bm25", .. collection], replaced);
            Piped(["evaluate", "--model", Quantum, "--hybrid", "rrf", .. collection], replaced);
            Piped(["mine", "--model", Quantum, "--negatives", "1", "--output", In("mined.tsv"), .. collection], replaced);
        }
        Piped(["evaluate", "--model", "bm25", "--candidates", In("run.trec"), .. collection], "run.trec");
        Piped(["mine", "--run", In("run.trec"), "--negatives", "1", "--output", In("mined.tsv"), .. collection], "run.trec");
        Piped(["search", "--index", In("index"), "--queries", In("q.tsv"), "--json"], "q.tsv");
        Piped(["search", "--index", In("index"), "--queries", In("q.tsv"), "--candidates", In("run.trec")], "run.trec");
        foreach (string replaced in new[] { "run.trec", "qrels.txt" })
            Piped(["score", "--run", In("run.trec"), "--qrels", In("qrels.txt"), "--json"], replaced);
        Piped(["evaluate-sts", "--model", Quantum, "--pairs", In("pairs.tsv")], "pairs.tsv");
        Piped(["train", "--triples", In("rows.tsv"), "--encoder", Plain, "--dim", "4", "--max-length", "8", "--out", In("model")],
            "rows.tsv");
        Piped(["train", "--pairs", In("pairs.tsv"), "--encoder", Plain, "--dim", "4", "--max-length", "8", "--out", In("model")],
            "pairs.tsv");
        Piped(["pretrain", "--texts", In("p.tsv"), "--encoder", Plain, "--steps", "1", "--max-length", "8", "--out", In("model")], "p.tsv");
        Piped(["train-head", "--embeddings", In("x.npy"), "--head", "pca", "--dim", "2", "--out", In("head")], "x.npy");
        Piped(["index", "--delete", In("ids.txt"), "--output", In("index")], "ids.txt");
        Piped(["index", "--append", "--replace", "--input", In("p.tsv"), "--output", In("index")], "p.tsv");
        Piped(["compress", "--head", In("head"), "--input", In("x.npy"), "--output", In("y.npy")], "x.npy");
        foreach (string name in new[] { "vocab.txt", "tokenizer.json" }) File.Copy(Path.Combine(Quantum, name), In(name));
        Piped(["train", "--triples", In("rows.tsv"), "--encoder", "tiny", "--vocab", In("tokenizer.json"), "--dim", "4", "--max-length",
            "8", "--out", In("model")], "tokenizer.json");
        Piped(["train", "--triples", In("rows.tsv"), "--encoder", "tiny", "--vocab", In("vocab.txt"), "--dim", "4", "--max-length", "8",
            "--out", In("model")], "vocab.txt");

        // The name of the file tells how it is read, that of standard input does not.
        void Piped(string[] command, string file)
        {
            string[] dashed = [.. command.Select(word => word == In(file) ? "-" : word)];
            CommandLine run = CommandLine.Run(File.ReadAllBytes(In(file)), dashed);
            Assert.That(run.Code, Is.Zero, $"{string.Join(' ', dashed)}: {run.Error}");
            Assert.That(run.Output, Does.Not.Contain("0-standard"), "the name of the copy");
            if (command[0] is not ("search" or "evaluate-sts") || command.Contains("--json")) return;
            Assert.That(run.Output, Is.EqualTo(CommandLine.Run(command).Succeeded().Output), string.Join(' ', dashed));
        }
    }

    [Test]
    public void Named_pipes_are_read_twice_where_that_is_needed()
    {
        string queries = SpecialFile.Pipe(In("q.tsv")), passages = SpecialFile.Pipe(In("passages"));
        Write("qrels.txt", "q1 0 p1 1\n");
        const string Texts = "{\"id\":\"p1\",\"contents\":\"red car\"}\n{\"id\":\"p2\",\"contents\":\"sky\"}\n";
        Task writers = Task.WhenAll(
            Task.Run(() => File.WriteAllText(queries, "q1\tred car\n")), Task.Run(() => File.WriteAllText(passages, Texts)));

        CommandLine run = CommandLine.Run("evaluate", "--model", Quantum, "--queries", queries, "--passages", passages, "--qrels",
            In("qrels.txt"), "--run", In("out.trec")).Succeeded();

        writers.Wait();
        Assert.That(File.ReadAllLines(In("out.trec")), Has.Length.EqualTo(2));
        Assert.That(run.Error, Does.Contain("passages: read as jsonl").And.Not.Contain("q.tsv: read as"));
        Assert.That(SpecialFile.Describe(passages), Does.StartWith("fifo"));
    }

    [Test]
    public void A_query_that_is_a_dash_is_the_lines_of_standard_input()
    {
        CommandLine.RunOn(Tsv, "index", "--model", Quantum, "--input", "-", "--output", In("index")).Succeeded();
        string[] search = ["search", "--index", In("index"), "--json"];

        string expected = CommandLine.RunOn("red\nblue\n", search).Succeeded().Output;

        Assert.That(expected, Does.Contain("\"red\"").And.Contain("\"blue\""));
        Assert.That(CommandLine.RunOn("red\nblue\n", [.. search, "-"]).Succeeded().Output, Is.EqualTo(expected));
        Assert.That(CommandLine.RunOn("red\nblue\n", ["search", "-", .. search[1..]]).Succeeded().Output, Is.EqualTo(expected));
        CommandLine.RunOn("", [.. search, "-"]).Failed(2, "queries on standard input, found none");
        CommandLine.RunOn("x\n", [.. search, "red", "-", "blue"]).Failed(2, "expected an option of search, found '-'");
        CommandLine.RunOn(Tsv, [.. search, "-", "--queries", "-"]).Failed(2, "--queries or a query, found both");
    }

    [Test]
    public void One_stream_for_two_inputs_is_refused()
    {
        string pipe = SpecialFile.Pipe(In("pipe"));
        Write("qrels.txt", "q1 0 p1 1\n");
        File.CreateSymbolicLink(In("link"), "pipe");

        CommandLine.Run("evaluate", "--model", "bm25", "--queries", "-", "--passages", "-", "--qrels", In("qrels.txt"))
            .Failed(2, "expected", "--queries", "--passages", "standard input", "only once");
        CommandLine.Run("evaluate", "--model", "bm25", "--queries", pipe, "--passages", In("link"), "--qrels", In("qrels.txt"))
            .Failed(2, "--queries", "--passages", "only once");
        CommandLine.Run("score", "--run", "-", "--compare", "-", "--qrels", In("qrels.txt")).Failed(2, "--run", "--compare", "only once");
        CommandLine.Run("train", "--triples", "-", "-", "--encoder", Plain, "--out", In("model")).Failed(2, "--triples", "only once");
        CommandLine.Run("tokenize", "--vocab", "-").Failed(2, "expected --vocab to name a file, found standard input");
    }

    [Test]
    public void Files_that_are_not_there_are_found_before_anything_is_read()
    {
        Write("rows.tsv", "broken\n");

        CommandLine.Run("train", "--triples", In("rows.tsv"), "--encoder", "tiny", "--vocab", In("none.txt"), "--out", In("model"))
            .Failed(1, "expected a readable file, found no such file", "none.txt");
        CommandLine.Run("evaluate", "--model", In("none"), "--queries", In("rows.tsv"), "--passages", In("no/p.tsv"), "--qrels",
            In("rows.tsv")).Failed(1, "found no such folder", "p.tsv");
        CommandLine.Run("score", "--run", In("rows.tsv"), "--compare", Folder, "--qrels", In("rows.tsv"))
            .Failed(1, "found a folder of that name", Folder);
        Assert.That(Names(), Is.EqualTo(new[] { "rows.tsv" }));
    }

    /// <summary>
    /// Lets temporary files be made in a folder of the test's own until the result is disposed, which looks for any that are left.
    /// </summary>
    private TemporaryPlace OwnTemporaryFolder() => new(Directory.CreateDirectory(In("tmp")).FullName);

    private sealed class TemporaryPlace : IDisposable
    {
        private const string Variable = "TMPDIR";

        private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
        private readonly string _folder;

        public TemporaryPlace(string folder) => Environment.SetEnvironmentVariable(Variable, _folder = folder);

        public void Dispose()
        {
            Environment.SetEnvironmentVariable(Variable, _before);
            Assert.That(Directory.GetFileSystemEntries(_folder), Is.Empty, "no copy is left");
            Directory.Delete(_folder);
        }
    }
}
