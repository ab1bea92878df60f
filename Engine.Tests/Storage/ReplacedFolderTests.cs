using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>Folders of several files, read while somebody replaces them as a whole.</summary>
public sealed class ReplacedFolderTests
{
    [Test]
    public void Files_of_two_folders_are_never_taken_together()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("pair");
        int version = 0, read = 0;
        Write();
        using CancellationTokenSource end = new();
        Thread writer = new(() =>
        {
            for (; !end.IsCancellationRequested; Thread.Sleep(4)) Write();
        });
        writer.Start();
        try
        {
            long start = Environment.TickCount64;
            while ((version < 40 || read < 40) && Environment.TickCount64 - start < 60_000)
            {
                (string first, string second) = ReplacedFolder.Read(path, () =>
                {
                    string one = Text("a.txt");
                    Thread.Sleep(1);
                    return (one, Text("b.txt"));
                });
                Assert.That(first, Is.EqualTo(second));
                read++;
            }
        }
        finally
        {
            end.Cancel();
            writer.Join();
        }
        Assert.That(Math.Min(version, read), Is.AtLeast(40));

        void Write() => AtomicFolder.Write(path, name => name.EndsWith(".txt", StringComparison.Ordinal), target =>
        {
            version++;
            foreach (string name in (string[])["a.txt", "b.txt"]) File.WriteAllText(Path.Combine(target, name), $"{version}");
        });

        string Text(string name)
        {
            try
            {
                return File.ReadAllText(Path.Combine(path, name));
            }
            catch (IOException gone)
            {
                throw new QEngineException("gone", gone);
            }
        }
    }

    [Test]
    public void What_is_malformed_is_read_once()
    {
        using TemporaryFolder folder = new();
        string path = Directory.CreateDirectory(folder.Path("it")).FullName;
        int reads = 0;

        Assert.That(() => ReplacedFolder.Read<int>(path, () => throw new QEngineException($"malformed {++reads}")),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("malformed 1"));
    }

    [Test]
    public void A_folder_that_never_stays_or_never_comes_is_an_error()
    {
        using TemporaryFolder folder = new();
        string path = Directory.CreateDirectory(folder.Path("it")).FullName;
        int reads = 0;
        int Restless()
        {
            Directory.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(++reads));
            return reads;
        }

        Refused.With(() => ReplacedFolder.Read(path, Restless), "found it replaced 5 times", path);
        Assert.That(reads, Is.EqualTo(5));
        Assert.That(() => ReplacedFolder.Read<int>(folder.Path("none"), () => throw new QEngineException($"missing {++reads}")),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("missing 10"), "after as many looks");
    }
}
