using System.Text.Json;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Commands;

/// <summary>What <c>qengine index</c> says of damage, of ids that are not there and of folders it does not replace.</summary>
public sealed class IndexSafetyTests : CommandFixture
{
    private const string Documents = "d1\tred cars\nd2\told green tree\nd3\tthe fast blue sky\nd4\tred cars\n";

    [Test]
    public void Damage_makes_verify_fail_and_is_merged_away_only_on_demand()
    {
        string texts = Write("p.tsv", "d1\tParis is the capital of France\nd2\tBerlin is a city in Germany\nd3\tcats purr\n");
        Index("--model", Quantum, "--input", texts).Succeeded();
        CommandLine sound = Index("--verify").Succeeded();
        Assert.That((sound.Output, sound.Error),
            Is.EqualTo(($"3 documents of dimension 6 in 1 segment, every block as it was written: {In("ix")}\n", "")));
        using (FileStream file = new(In("ix/segment-000001/embeddings.npy"), FileMode.Open))
        {
            // Within the first row, behind the header.
            file.Position = 144;
            file.WriteByte(0xFF);
        }

        CommandLine damaged = Index("--verify");
        Assert.That((damaged.Code, damaged.Output), Is.EqualTo((1, $"3 documents of dimension 6 in 1 segment, damaged: {In("ix")}\n")));
        Assert.That(damaged.Error,
            Does.Contain("warning: expected the checksum of bytes 0 to 1048575 as they were written, found another")
            .And.Contain("3 documents of").And.Contain("the first row 0, the last 2"));
        CommandLine.Run("search", "--index", In("ix"), "cats").Succeeded();
        CommandLine appended = Index("--append", "--input", Write("more.tsv", "d4\told tree\n")).Succeeded();
        Assert.That(appended.Error, Does.Contain("warning: 3 documents of"), "whoever appends is told");
        Index("--append", "--input", Write("again.tsv", "d2\tBerlin\n")).Failed(1, "expected ids that the index does not have, found 'd2'");
        CommandLine refused = Index("--compact");
        refused.Failed(1, "expected sound documents to merge, found 3 of 4 in damaged blocks", "--drop-damaged");
        Assert.That(refused.Error, Does.Contain("the first row 0, the last 2"));
        Assert.That(Index("--verify").Code, Is.EqualTo(1), "nothing has changed");

        CommandLine dropped = Index("--compact", "--drop-damaged", "--verify").Succeeded();
        Assert.That((dropped.Output, dropped.Error),
            Is.EqualTo(($"1 document of dimension 6 in 1 segment, 3 damaged dropped, every block as it was written: {In("ix")}\n", "")));
        Assert.That(Index("--compact", "--drop-damaged", "--json").Json().GetProperty("dropped").GetInt32(), Is.Zero);
    }

    [TestCase("segment-000001/documents.jsonl")]
    [TestCase("segment-000001/codes.bin")]
    [TestCase("segment-000001/ids.bin")]
    [TestCase("segment-000001/lexical.bin")]
    [TestCase("segment-000001/embeddings.npy")]
    [TestCase("segment-000001/segment.json")]
    [TestCase("index.json")]
    public void Damage_of_any_file_and_a_missing_one_makes_verify_fail(string name)
    {
        Build();
        string path = In($"ix/{name}");
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int at in (int[])[0, bytes.Length / 2, bytes.Length - 1])
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x80;
            File.Delete(path);
            File.WriteAllBytes(path, damaged);
            CommandLine verified = Index("--verify");
            Assert.That(verified.Code, Is.EqualTo(1), $"byte {at}");
            Assert.That(verified.Error, Does.Contain(name).And.Not.Contain("   at "));
        }
        File.Delete(path);
        Index("--verify").Failed(1, name);
        File.WriteAllBytes(path, bytes);
        Index("--verify").Succeeded();
    }

    [Test]
    public void Ids_that_are_not_there_are_named_and_alone_make_delete_fail()
    {
        string texts = Write("p.tsv", "d1\tParis is the capital of France\nd2\tBerlin is a city in Germany\nd3\tcats purr\n");
        Index("--model", Quantum, "--input", texts).Succeeded();

        CommandLine one = Index("--delete", Write("ids.txt", "nope\n"));
        Assert.That((one.Code, one.Error), Is.EqualTo((1, "warning: 1 id not found in the index: 'nope'\n")));
        Assert.That(one.Output, Does.StartWith("3 documents of dimension 6"));
        CommandLine many = Index("--delete", Write("ids.txt", "D1\n d2\na\nb\u001b[31m\nc\ne\nf\nf\n"), "--json");
        Assert.That((many.Code, many.Error),
            Is.EqualTo((1, "warning: 7 ids not found in the index: 'D1', ' d2', 'a', 'b [31m', 'c' and 2 more\n")));
        using JsonDocument json = JsonDocument.Parse(many.Output);
        Assert.That((json.RootElement.GetProperty("deleted").GetInt32(), json.RootElement.GetProperty("not_found").GetInt32()),
            Is.EqualTo((0, 7)));

        CommandLine some = Index("--delete", Write("ids.txt", "nope\nd2\n")).Succeeded();
        Assert.That(some.Error, Is.EqualTo("warning: 1 id not found in the index: 'nope'\n"));
        Assert.That(some.Output, Does.StartWith("2 documents of dimension 6 in 1 segment, 1 deleted, every block as it was written"));
        Assert.That(Index("--delete", Write("ids.txt", "d2\n")).Code, Is.EqualTo(1), "it is deleted already");
        Assert.That(Index("--delete", Write("ids.txt", "d1\nd3\n")).Succeeded().Error, Is.Empty);
    }

    [Test]
    public void A_folder_that_is_no_index_is_not_replaced_by_one()
    {
        Directory.CreateDirectory(In("data"));
        string input = Write("in.jsonl", "{\"_id\": \"a\", \"text\": \"red\"}\n");
        File.Copy(input, In("data/documents.jsonl"));
        CommandLine.Run("index", "--model", Quantum, "--input", input, "--output", In("data"))
            .Failed(1, "documents.jsonl", "no index.json");
        Assert.That(File.Exists(In("data/documents.jsonl")));
        CommandLine.Run("embed", "--model", Quantum, "--input", input, "--output", In("embeddings.npy")).Succeeded();
        Directory.CreateDirectory(In("vectors"));
        File.Move(In("embeddings.npy"), In("vectors/embeddings.npy"));
        CommandLine.Run("index", "--model", Quantum, "--input", input, "--output", In("vectors"))
            .Failed(1, "embeddings.npy", "no index.json");
        string copy = In("copy");
        ModelFolder.Save(ModelFolder.Load(Quantum), copy);
        CommandLine.Run("index", "--model", Quantum, "--input", input, "--output", copy).Failed(1, "no index.json in");
        ModelFolder.Load(copy);

        Directory.CreateDirectory(In("work"));
        Directory.Move(copy, In("work/model"));
        CommandLine.Run("index", "--model", Quantum, "--input", input, "--output", In("work"))
            .Failed(1, "\"model\" and no index.json in");
        ModelFolder.Load(In("work/model"));
    }

    [Test]
    public void An_index_that_somebody_is_writing_is_neither_replaced_nor_changed()
    {
        Build();
        using (CollectionWriter.Open(In("ix")))
        {
            CommandLine.Run("index", "--model", Quantum, "--input", In("in.tsv"), "--output", In("ix"))
                .Failed(1, "nobody else is writing");
            CommandLine.Run("index", "--append", "--input", Write("more.tsv", "d5\tred\n"), "--output", In("ix"))
                .Failed(1, "nobody else is writing");
            CommandLine.Run("index", "--compact", "--output", In("ix")).Failed(1, "nobody else is writing");
            CommandLine.Run("search", "--index", In("ix"), "red").Succeeded();
        }
        Assert.That(Names(), Is.EqualTo(new[] { "in.tsv", "ix", "more.tsv" }));
        CommandLine.Run("index", "--append", "--input", In("more.tsv"), "--output", In("ix")).Succeeded();
    }

    [Test]
    public void Documents_and_model_that_are_loaded_are_of_one_index_while_it_is_replaced()
    {
        using WorkerPool workers = new(1);
        SentenceEmbedder[] models = [ModelFolder.Load(Quantum, workers), ModelFolder.Load(Quantum, workers)];
        // The same sizes and other angles: only the scores tell one model's documents from the other's.
        foreach (Parameter<float> parameter in models[1].Model.Parameters.Parameters) parameter.Values.Span.Reverse();
        TextSource input = TextSource.From(Write("in.tsv", Documents));
        string index = In("ix");
        TextWriter error = Console.Error;
        Exception? failure = null;
        int replaced = 0, loaded = 0;
        using CancellationTokenSource end = new();
        try
        {
            Console.SetError(TextWriter.Null);
            IndexFolder.Create(index, models[0], input, null, new ProgressReporter(plain: true));
            Thread writer = new(() =>
            {
                try
                {
                    for (; !end.IsCancellationRequested; replaced++)
                        IndexFolder.Create(index, models[(replaced + 1) % 2], input, null, new ProgressReporter(plain: true));
                }
                catch (Exception refused)
                {
                    failure = refused;
                }
            });
            writer.Start();
            long start = Environment.TickCount64;
            while ((replaced < 20 || loaded < 20) && failure is null && Environment.TickCount64 - start < 60_000)
            {
                using SearchIndex opened = SearchIndex.Open(index, workers);
                SearchHit best = opened.Search("old green tree", 1)[0];
                Assert.That(best.Id, Is.EqualTo("d2"));
                Assert.That(best.Score, Is.EqualTo(0).Within(1e-4));
                loaded++;
            }
            end.Cancel();
            writer.Join();
        }
        finally
        {
            end.Cancel();
            Console.SetError(error);
        }
        Assert.That(failure, Is.Null, $"{failure}");
        Assert.That(Math.Min(replaced, loaded), Is.AtLeast(20));
    }

    private CommandLine Index(params string[] options) => CommandLine.Run(["index", "--output", In("ix"), .. options]);

    private void Build() =>
        CommandLine.Run("index", "--model", Quantum, "--input", Write("in.tsv", Documents), "--output", In("ix")).Succeeded();
}
