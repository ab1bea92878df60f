using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Models;
using QEngine.Tests.Support;
using QEngine.Tools.Cli;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>An index that is changed, by itself and by others, while it is searched.</summary>
public sealed class SearchIndexChangeTests
{
    [Test]
    public void Adding_replaces_or_refuses_and_a_change_that_fails_changes_nothing()
    {
        using TemporaryFolder folder = new();
        using SearchIndex index = SearchIndex.Create(folder.Path("index"), SmallIndex.Model(quantum: true));
        index.Add(SmallIndex.Documents(0, 10));
        CollectionManifest before = index.Now.Manifest;

        Assert.That(() => index.Add(SmallIndex.Documents(9, 2)),
            Throws.TypeOf<QEngineException>().With.Message.Contains("expected ids that the index does not have, found 'd9'"));
        Assert.That(() => index.Add([new("x", "a"), new("x", "b")]), Throws.TypeOf<QEngineException>().With.Message.Contains("found 'x' twice"));
        using CancellationTokenSource stop = new();
        Assert.That(() => index.Add(Stopping(), cancellationToken: stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await index.AddAsync(SmallIndex.Slowly(SmallIndex.Documents(20, 5)), cancellationToken: stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => index.Add(Failing()), Throws.InvalidOperationException.With.Message.EqualTo("no more"));
        Assert.That((index.Now.Manifest, CollectionManifest.Read(index.Folder)), Is.EqualTo((before, before)));
        Assert.That(Directory.EnumerateDirectories(index.Folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "model", "segment-000001" }));

        EmbeddingProgress told = default;
        AddOptions replacing = new() { Replace = true, Progress = new SynchronousProgress<EmbeddingProgress>(progress => told = progress) };
        Assert.That(index.Add([new Document("d9", "hello world") { Metadata = SmallIndex.Metadata(4) }, new("d10", "cafe")], replacing), Is.EqualTo(2));
        Assert.That((index.Count, told, index.Find("d9")!.Text), Is.EqualTo((11, new EmbeddingProgress(2, null), "hello world")));
        Assert.That(index.Search("a", 20, new SearchOptions { Filter = MetadataFilter.Equal("year", 1994) }).Select(hit => hit.Id),
            Is.EquivalentTo(new[] { "d4", "d9" }));
        Assert.That(index.Compact(), Is.Zero);
        Assert.That((index.Count, index.Now.Manifest.Segments.Count, index.Verify().IsSound), Is.EqualTo((11, 1, true)));
        Assert.That(index.Find("d9")!.Metadata, Is.EquivalentTo(SmallIndex.Metadata(4)), "merging keeps metadata");

        IEnumerable<Document> Stopping()
        {
            yield return new Document("y", "a");
            stop.Cancel();
            yield return new Document("z", "a");
        }

        static IEnumerable<Document> Failing()
        {
            yield return new Document("y", "a");
            throw new InvalidOperationException("no more");
        }
    }

    [Test]
    public void What_is_open_already_is_not_read_again_after_a_change()
    {
        using TemporaryFolder folder = new();
        using SearchIndex index = SearchIndex.Create(folder.Path("index"), SmallIndex.Model(quantum: true));
        index.Add(SmallIndex.Documents(0, 10));
        string embeddings = Path.Combine(index.Folder, "segment-000001", "embeddings.npy");
        byte[] bytes = File.ReadAllBytes(embeddings);
        bytes[^1] ^= 1;
        File.Delete(embeddings);
        File.WriteAllBytes(embeddings, bytes);
        SearchHit[] before = [.. index.Search("hello", 100)];

        index.Add(SmallIndex.Documents(10, 5));
        index.Delete(["d3", "d12"]);

        Assert.That(index.Warnings, Is.Empty);
        Assert.That(index.Search("hello", 100).Select(hit => hit.Id).Where(id => int.Parse(id[1..]) < 10),
            Is.EqualTo(before.Select(hit => hit.Id).Where(id => id != "d3")), "on the file that was opened");
        IndexReport report = index.Verify();
        Assert.That((report.IsSound, report.Documents, report.Damaged, report.Warnings.Count), Is.EqualTo((false, 4, 9, 2)));
        Assert.That(() => index.Compact(), Throws.TypeOf<QEngineException>().With.Message.Contains("found 9 of 13 in damaged blocks"));
        Assert.That(index.Compact(dropDamaged: true), Is.EqualTo(9));
        Assert.That((index.Count, index.Verify().IsSound), Is.EqualTo((4, true)));
    }

    [Test]
    public void Changes_of_others_are_taken_in_on_demand_and_with_a_change_of_ones_own()
    {
        using TemporaryFolder folder = new();
        using SearchIndex one = SearchIndex.Create(folder.Path("index"), SmallIndex.Model(quantum: true));
        one.Add(SmallIndex.Documents(0, 10));
        using SearchIndex other = SearchIndex.Open(one.Folder);
        other.Add(SmallIndex.Documents(10, 3));
        Assert.That((one.Count, other.Count), Is.EqualTo((10, 13)));

        one.Refresh();
        Assert.That(one.Find("d12"), Is.Not.Null);
        other.Delete(["d0", "d1"]);
        Assert.That(one.Delete(["d2"]), Is.EqualTo(new[] { "d2" }));
        Assert.That((one.Count, one.Find("d0")), Is.EqualTo((10, (Document?)null)));
        using (CollectionWriter.Open(one.Folder))
            Assert.That(() => one.Delete(["d3"]), Throws.TypeOf<QEngineException>().With.Message.Contains("nobody else is writing"));
        Assert.That(() => SearchIndex.Create(one.Folder, one.Embedder!), Throws.TypeOf<QEngineException>().With.Message.Contains("without an index"));
    }

    [Test]
    public void Another_model_in_the_place_of_the_indexs_own_is_refused_by_name()
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder model = SmallIndex.Model(quantum: true);
        SearchIndex.Create(folder.Path("index"), model).Dispose();
        model.Model.Parameters.Values[7] += 1e-3f;
        ModelFolder.Save(model, Path.Combine(folder.Path("index"), "model"));
        Assert.That(() => SearchIndex.Open(folder.Path("index")),
            Throws.TypeOf<QEngineException>().With.Message.Contains("that the documents were embedded by, of fingerprint ")
                .And.Message.EndsWith(Path.Combine("index", "model")));

        ModelFolder.Save(SmallIndex.Model(quantum: false), Path.Combine(folder.Path("index"), "model"));
        Assert.That(() => SearchIndex.Open(folder.Path("index")),
            Throws.TypeOf<QEngineException>().With.Message.Contains("a model of dimension 10 compared by fidelity"));
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(7)]
    public void A_model_is_known_again_whatever_its_head(int head)
    {
        using TemporaryFolder folder = new();
        SearchIndex.Create(folder.Path("index"), SmallModel.Create(SmallModel.Heads[head])).Dispose();
        using SearchIndex index = SearchIndex.Open(folder.Path("index"));
        Assert.That(index.Now.Manifest.Fingerprint, Has.Length.EqualTo(32));
    }

    [Test]
    public void Searches_are_of_one_committed_state_while_another_thread_changes_it()
    {
        using TemporaryFolder folder = new();
        using SearchIndex index = SearchIndex.Create(folder.Path("index"), SmallIndex.Model(quantum: true), workers: WorkerPool.Single);
        // One of its versions is there at any time.
        index.Add([new Document("it", "cafe"), .. SmallIndex.Documents(0, 40)]);
        using CancellationTokenSource end = new();
        int searches = 0;
        Exception? failure = null;
        Thread[] readers = [.. Enumerable.Range(0, 4).Select(thread => new Thread(() =>
        {
            SearchOptions options = thread == 3 ? new() { Hybrid = new ReciprocalRankFusion() } : new() { IdsOnly = thread == 2 };
            try
            {
                while (!end.IsCancellationRequested)
                {
                    string[] found = [.. index.Search("hello world", 1000, options).Select(hit => hit.Id)];
                    Assert.That(found.Count(id => id == "it"), Is.EqualTo(1));
                    Assert.That(found, Has.Length.EqualTo(41));
                    Interlocked.Increment(ref searches);
                }
            }
            catch (Exception error)
            {
                failure = error;
            }
        }))];
        foreach (Thread reader in readers) reader.Start();
        long start = Environment.TickCount64;
        int changes = 0;
        for (; (changes < 30 || searches < 100) && failure is null && Environment.TickCount64 - start < 60_000; changes++)
        {
            // One commit puts a new version in the place of the older one.
            index.Add([new Document("it", changes % 2 == 0 ? "hello world" : "cafe")], new AddOptions { Replace = true });
            if (changes % 7 == 6) index.Compact();
        }
        end.Cancel();
        foreach (Thread reader in readers) reader.Join();

        Assert.That(failure, Is.Null, $"{failure}");
        Assert.That(searches, Is.AtLeast(100));
        TestContext.Out.WriteLine($"{searches} searches, {changes} changes");
    }

    [Test]
    public void A_closed_index_says_so()
    {
        using TemporaryFolder folder = new();
        SearchIndex index = SearchIndex.Create(folder.Path("index"), SmallIndex.Model(quantum: true));
        index.Add(SmallIndex.Documents(0, 3));
        index.Dispose();
        index.Dispose();
        Action[] calls =
        [
            () => index.Search("a"), () => index.Find("d1"), () => index.Add([]), () => index.Delete([]), () => index.Compact(),
            () => index.Refresh(), () => index.Verify(),
        ];
        foreach (Action call in calls)
            Assert.That(call, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains(nameof(SearchIndex)));
        Assert.That(SmallCollection.Held(index.Folder), Is.Empty);
    }

    [Test]
    public void A_document_whose_metadata_is_no_such_is_named()
    {
        Assert.That(() => DocumentReader.Read("""{"_id":"a","text":"b","metadata":{"x":[1]}}"""u8.ToArray()),
            Throws.InstanceOf<System.Text.Json.JsonException>());
        Document read = DocumentReader.Read("""{"_id":"a","text":"b","metadata":{"x":"y","n":1e3,"t":true}}"""u8.ToArray());
        Assert.That(read.Metadata, Is.EquivalentTo(new Dictionary<string, MetadataValue> { ["x"] = "y", ["n"] = 1000, ["t"] = true }));
    }
}
