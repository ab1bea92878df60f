using System.Text;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

/// <summary>
/// What is written: nothing that the command line names is lost, devices and pipes are written to, permissions and links stay.
/// </summary>
public sealed class OutputPathTests : CommandFixture
{
    private const string Texts = "d1\tred cars\nd2\told green tree\nd3\tblue sky\n";

    [TestCase("p.tsv")]
    [TestCase("./p.tsv")]
    [TestCase("other/../p.tsv")]
    [TestCase("link.npy")]
    [TestCase("folder/p.tsv")]
    public void An_output_that_is_the_input_by_any_name_is_refused(string output)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: links need a privilege");
        Write("p.tsv", Texts);
        File.CreateSymbolicLink(In("link.npy"), "p.tsv");
        Directory.CreateSymbolicLink(In("folder"), Folder);

        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", Path.Join(Folder, output))
            .Failed(2, "expected --output to name another file than --input reads", "p");

        Assert.That(File.ReadAllText(In("p.tsv")), Is.EqualTo(Texts));
        Assert.That(Names(), Is.EqualTo(new[] { "folder", "link.npy", "p.tsv" }));
    }

    [TestCase("--run", "q.tsv", "--queries")]
    [TestCase("--run", "p.tsv", "--passages")]
    [TestCase("--run", "qrels.txt", "--qrels")]
    [TestCase("--run", "c.trec", "--candidates")]
    public void A_run_that_is_an_input_of_the_evaluation_is_refused(string option, string file, string input)
    {
        WriteCollection();
        string before = File.ReadAllText(In(file));

        Evaluate(option, In(file), "--candidates", In("c.trec"))
            .Failed(2, $"expected {option} to name another file than {input} reads", file);

        Assert.That(File.ReadAllText(In(file)), Is.EqualTo(before));
    }

    [Test]
    public void A_run_that_is_a_file_of_a_folder_that_is_read_is_refused_and_a_new_one_beside_it_is_not()
    {
        WriteCollection();
        Directory.CreateDirectory(In("data"));
        foreach ((string from, string to) in new[] { ("q.tsv", "queries.tsv"), ("p.tsv", "corpus.tsv"), ("qrels.txt", "qrels.txt") })
            File.Copy(In(from), In($"data/{to}"));
        string model = In("model");
        ModelFolder.Save(ModelFolder.Load(Quantum), model);

        foreach (string name in new[] { "queries.tsv", "corpus.tsv", "qrels.txt" })
            CommandLine.Run("evaluate", "--model", "bm25", "--data", In("data"), "--run", In($"data/{name}"))
                .Failed(2, "another file than --data reads", name);
        CommandLine.Run("evaluate", "--model", model, "--data", In("data"), "--run", Path.Combine(model, "vocab.txt"))
            .Failed(2, "another file than --model reads", "vocab.txt");
        CommandLine.Run("evaluate", "--model", model, "--data", In("data"), "--run", In("data/bm25.trec")).Succeeded();
        CommandLine.Run("evaluate", "--model", model, "--data", In("data"), "--run", In("data/bm25.trec")).Succeeded();

        Assert.That(ModelFolder.Load(model).Dimension, Is.EqualTo(6));
    }

    [Test]
    public void Every_file_that_is_written_is_compared()
    {
        WriteCollection();
        Write("rows.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n");
        CommandLine.Run("index", "--model", Quantum, "--input", In("p.tsv"), "--output", In("index")).Succeeded();
        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", In("x.npy")).Succeeded();
        Dictionary<string, byte[]> before = Contents();

        Refused(["search", "--index", In("index"), "--queries", In("q.tsv"), "--run", In("q.tsv")], "--run", "--queries");
        Refused(["search", "--index", In("index"), "--queries", In("q.tsv"), "--run", In("index/index.json")], "--run", "--index");
        Refused(["mine", "--model", "bm25", "--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels", In("qrels.txt"), "--output",
            In("p.tsv")], "--output", "--passages");
        Refused(["mine", "--run", In("c.trec"), "--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels", In("qrels.txt"),
            "--output", In("c.trec")], "--output", "--run");
        Refused(["compress", "--head", Path.Combine(Quantum, "2_QuantumCompression"), "--input", In("x.npy"), "--output", In("x.npy")],
            "--output", "--input");
        Refused(["train-head", "--embeddings", In("x.npy"), "--pairs", In("losses.json"), "--losses", In("losses.json"), "--out",
            In("head")], "--losses", "--pairs");
        Refused(["train", "--triples", In("rows.tsv"), "--encoder", Plain, "--log", In("rows.tsv"), "--out", In("model")], "--log",
            "--triples");
        Refused(["train", "--triples", In("rows.tsv"), "--encoder", Plain, "--log", In("model.checkpoint"), "--out", In("model")], "--log",
            "--out");
        Refused(["train", "--triples", In("model.checkpoint"), "--encoder", Plain, "--out", In("model")], "--out", "--triples");
        Refused(["pretrain", "--texts", In("model.checkpoint"), "--encoder", Plain, "--steps", "1", "--out", In("model")], "--out",
            "--texts");

        Assert.That(Contents(), Is.EquivalentTo(before));
    }

    [Test]
    public void A_folder_that_is_written_may_hold_nothing_that_is_read_or_written_too()
    {
        string model = In("model"), head = In("model/2_QuantumCompression");
        ModelFolder.Save(ModelFolder.Load(Quantum), model);
        Write("p.tsv", Texts);
        Write("rows.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n");
        Directory.CreateDirectory(In("index"));
        File.Copy(In("p.tsv"), In("index/p.tsv"));
        Dictionary<string, byte[]> before = Contents();

        Refused(["index", "--model", model, "--input", In("p.tsv"), "--output", model], "--model", "--output");
        Refused(["index", "--model", model, "--input", In("index/p.tsv"), "--output", In("index")], "--input", "--output");
        Refused(["index", "--model", model, "--input", In("p.tsv"), "--output", Folder], "--input", "--output");
        Refused(["index", "--append", "--input", In("index/p.tsv"), "--output", In("index")], "--input", "--output");
        Refused(["index", "--delete", In("index/p.tsv"), "--output", In("index")], "--delete", "--output");
        Refused(["train", "--triples", In("rows.tsv"), "--encoder", model, "--out", model], "--encoder", "--out");
        Refused(["train", "--triples", In("rows.tsv"), "--encoder", Plain, "--log", In("new/log.jsonl"), "--out", In("new")], "--log",
            "--out");
        Refused(["train", "--triples", In("rows.tsv"), "--encoder", Plain, "--test", $"t={In("index")}", "--out", Folder], "--triples",
            "--out");
        Refused(["pretrain", "--texts", In("p.tsv"), "--encoder", model, "--steps", "1", "--out", model + "/"], "--encoder", "--out");
        Refused(["train-head", "--embeddings", In("x.npy"), "--initial", Path.Combine(head, "model.safetensors"), "--out", head],
            "--initial", "--out");
        Refused(["train-head", "--embeddings", In("x.npy"), "--losses", In("head/l.json"), "--out", In("head")], "--losses", "--out");

        Assert.That(Contents(), Is.EquivalentTo(before));
    }

    [Test]
    public void A_device_is_written_to_and_stays_one()
    {
        string device = SpecialFile.Null(In("null")), before = SpecialFile.Describe(device);
        WriteCollection();

        string output = CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", device).Succeeded().Output;
        Evaluate("--run", device).Succeeded();
        CommandLine.Run("mine", "--model", "bm25", "--negatives", "1", "--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels",
            In("qrels.txt"), "--output", device).Succeeded();

        Assert.That(output, Does.Contain("6 texts x 6 angles").And.Contain(device));
        Assert.That(SpecialFile.Describe(device), Is.EqualTo(before).And.StartWith("character special file 666 1,3"));
        Assert.That(Names(), Is.EqualTo(new[] { "c.trec", "null", "p.tsv", "q.tsv", "qrels.txt" }));
    }

    [Test]
    public void A_pipe_gets_the_file_and_stays_one()
    {
        string pipe = SpecialFile.Pipe(In("pipe"));
        Write("p.tsv", Texts);
        Task<byte[]> reader = Task.Run(() => File.ReadAllBytes(pipe));

        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", pipe).Succeeded();
        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", In("p.npy")).Succeeded();

        Assert.That(reader.Result, Is.EqualTo(File.ReadAllBytes(In("p.npy"))));
        Assert.That(SpecialFile.Describe(pipe), Does.StartWith("fifo"));
        Assert.That(Names(), Is.EqualTo(new[] { "p.npy", "p.tsv", "pipe" }));
    }

    [Test]
    public void A_device_without_room_fails_in_one_line()
    {
        string device = SpecialFile.Full(In("full"));
        WriteCollection();

        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", device)
            .Failed(1, "expected to write a file, found no space left on the disk", "full");
        Evaluate("--run", device).Failed(1, "no space left on the disk", "full");

        Assert.That(SpecialFile.Describe(device), Does.StartWith("character special file"));
    }

    [Test]
    public void Standard_output_takes_a_file_and_results_go_to_standard_error([Values] bool json)
    {
        WriteCollection();
        string[] options = json ? ["--json"] : [];
        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", In("x.npy")).Succeeded();
        string head = Path.Combine(Quantum, "2_QuantumCompression");
        Write("wide.tsv", Texts);
        CommandLine.Run("embed", "--model", Plain, "--input", In("wide.tsv"), "--output", In("wide.npy")).Succeeded();
        string[] mine = ["mine", "--model", "bm25", "--negatives", "1", "--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels",
            In("qrels.txt"), "--output"];
        CommandLine.Run("index", "--model", Quantum, "--input", In("p.tsv"), "--output", In("index")).Succeeded();

        Same(["embed", "--model", Quantum, "--input", In("p.tsv"), "--output"], "x.npy", "6 texts");
        Same(["compress", "--head", head, "--input", In("wide.npy"), "--output"], "y.npy", "3 x 16");
        Same(["evaluate", "--model", Quantum, "--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels", In("qrels.txt"), "--run"],
            "e.trec", "nDCG@10");
        Same(["search", "--index", In("index"), "--queries", In("q.tsv"), "--run"], "s.trec", "2 queries");
        Same(mine, "rows.tsv", "2 rows");
        Same(["train-head", "--embeddings", In("x.npy"), "--head", "linear", "--dim", "2", "--steps", "3", "--out", In("head"),
            "--losses"], "losses.json", "6 -> 2");

        void Same(string[] command, string file, string summary)
        {
            CommandLine.Run([.. command, In(file)]).Succeeded();
            CommandLine run = CommandLine.Run([.. command, "-", .. options]).Succeeded();
            Assert.That(run.Bytes, Is.EqualTo(File.ReadAllBytes(In(file))), file);
            Assert.That(run.Output, Is.Empty, "nothing but the file");
            Assert.That(run.Error, Does.Contain(json ? "{\n" : summary));
        }
    }

    [Test]
    public void The_log_of_a_training_is_written_once_to_what_is_not_replaced()
    {
        Write("rows.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n");

        CommandLine run = CommandLine.Run("train", "--triples", In("rows.tsv"), "--encoder", Plain, "--dim", "4", "--epochs", "2",
            "--max-length", "8", "--out", In("model"), "--log", "-").Succeeded();

        Assert.That(Encoding.UTF8.GetString(run.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Has.Length.EqualTo(2).And.All.StartWith("{\"epoch\":"));
        Assert.That(run.Output, Is.Empty);
    }

    [Test]
    public void Permissions_and_links_stay_and_what_is_read_only_is_refused_before_the_work()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: about permissions of Unix");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Write("p.tsv", Texts);
        Permissions.Set(Write("x.npy", "old"), Mode);
        File.CreateSymbolicLink(In("link.npy"), "x.npy");
        File.CreateSymbolicLink(In("new.npy"), "made");

        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", In("link.npy")).Succeeded();
        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", In("new.npy")).Succeeded();

        Read(In("x.npy"), 3, 6);
        Assert.That(Permissions.Of(In("x.npy")), Is.EqualTo(Mode));
        Assert.That(new FileInfo(In("link.npy")).LinkTarget, Is.EqualTo("x.npy"));
        Assert.That(File.ReadAllBytes(In("made")), Is.EqualTo(File.ReadAllBytes(In("x.npy"))));
        using IDisposable protection = Permissions.Protect(In("x.npy"));
        CommandLine.Run("embed", "--model", In("none"), "--input", In("p.tsv"), "--output", In("x.npy"))
            .Failed(1, "expected to write a file, found a read-only one", "x.npy");
        CommandLine.Run("embed", "--model", In("none"), "--input", In("p.tsv"), "--output", In("link.npy"))
            .Failed(1, "found a read-only one", "link.npy");
    }

    [TestCase("embed", "out.tsv", "expected --output to name a .npy file, or - for standard output, found")]
    [TestCase("embed", "out", "expected --output to name a .npy file")]
    [TestCase("embed", "out.npy.gz", "expected --output to name a .npy file")]
    [TestCase("compress", "out.txt", "expected --output to name a .npy file")]
    [TestCase("evaluate", "out.trec.gz", "expected --run to name a file without .gz")]
    [TestCase("train-head", "losses.txt", "expected --losses to name a .json file")]
    public void A_name_that_says_something_else_is_refused_before_the_work(string command, string name, string message)
    {
        string[] options = command switch
        {
            "embed" => ["--model", In("none"), "--input", In("none"), "--output"],
            "compress" => ["--head", In("none"), "--input", In("none"), "--output"],
            "evaluate" => ["--model", In("none"), "--queries", In("none"), "--passages", In("none"), "--qrels", In("none"), "--run"],
            _ => ["--embeddings", In("none"), "--out", In("head"), "--losses"],
        };

        CommandLine.Run([command, .. options, In(name)]).Failed(2, message, name);
    }

    [Test]
    public void A_folder_cannot_be_standard_output()
    {
        CommandLine.Run("index", "--model", Quantum, "--input", Write("p.tsv", Texts), "--output", "-")
            .Failed(2, "expected a folder, found standard output");
        CommandLine.Run("train-head", "--embeddings", In("x.npy"), "--out", "-").Failed(2, "expected a folder, found standard output");
    }

    private static void Refused(string[] arguments, string option, string other) =>
        CommandLine.Run(arguments).Failed(2, "expected", option, other);

    private CommandLine Evaluate(params string[] options) =>
        CommandLine.Run(["evaluate", "--model", "bm25", "--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels", In("qrels.txt"),
            .. options]);

    private void WriteCollection()
    {
        Write("q.tsv", "q1\tred car\nq2\tblue sky\n");
        Write("p.tsv", "p1\tred car fast\np2\tred car old\np3\tred tree\np4\tblue sky\np5\tblue sky old\np6\tgreen\n");
        Write("qrels.txt", "q1 0 p1 1\nq2 0 p4 1\n");
        Write("c.trec", "q1 Q0 p1 1 2 t\nq1 Q0 p2 2 1 t\n");
    }

    private Dictionary<string, byte[]> Contents() =>
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
}
