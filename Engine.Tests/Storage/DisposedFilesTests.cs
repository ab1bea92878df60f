using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Collections;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>Files of tensors read by many threads while they are closed: every read is whole, or refused.</summary>
public sealed class DisposedFilesTests
{
    [Test]
    public void Tensors_are_read_whole_or_not_at_all_while_their_file_is_closed()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("model.safetensors");
        float[] numbers = [.. Enumerable.Range(0, 100_000).Select(i => (float)i)];
        SafetensorsWriter.Write(path, [new("w", [numbers.Length], numbers)]);
        for (int round = 0; round < 30; round++)
        {
            bool isSet = round % 2 == 0;
            SafetensorsSet? set = isSet ? SafetensorsSet.Open(path) : null;
            SafetensorsFile? file = isSet ? null : SafetensorsFile.Open(path);
            using CountdownEvent running = new(4);
            int refused = 0, wrong = 0;
            Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
            {
                float[] found = new float[numbers.Length];
                running.Signal();
                try
                {
                    while (true)
                    {
                        Array.Clear(found);
                        if (isSet) set!.Read<float>("w", found);
                        else file!.Read<float>("w", found);
                        if (!found.AsSpan().SequenceEqual(numbers)) Interlocked.Increment(ref wrong);
                    }
                }
                catch (ObjectDisposedException)
                {
                    Interlocked.Increment(ref refused);
                }
            }, TaskCreationOptions.LongRunning))];
            running.Wait();
            Thread.Sleep(round % 3);
            set?.Dispose();
            file?.Dispose();
            Task.WaitAll(readers);
            Assert.That((refused, wrong), Is.EqualTo((4, 0)));
            Assert.That(SmallCollection.Held(path), Is.Empty);
        }
    }

    [Test]
    public void What_was_opened_is_closed_where_a_later_shard_is_not_sound()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter.Write(folder.Path("one.safetensors"), [new("a", [2], new float[2])]);
        folder.Write("model.safetensors.index.json",
            """{"metadata": {}, "weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}""");
        foreach (byte[]? second in new[] { null, [], File.ReadAllBytes(folder.Path("one.safetensors")) })
        {
            if (second is not null) folder.Write("two.safetensors", second);

            Assert.That(() => SafetensorsSet.Open(folder.Path("")), Throws.TypeOf<QEngineException>());

            Assert.That(SmallCollection.Held(folder.Path("")), Is.Empty);
        }
    }

    [Test]
    public void A_closed_file_gives_nothing_more_of_what_it_has_read_ahead()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("lines.json", "1\n2\n");
        Utf8Lines lines = Utf8Lines.Open(path);
        JsonTokens tokens = JsonTokens.Open(path, manyValues: true);
        Assert.That(lines.MoveNext() && tokens.MoveNext(), Is.True);

        lines.Dispose();
        tokens.Dispose();

        Closed(() => lines.MoveNext());
        Closed(() => _ = lines.Text);
        Closed(() => _ = lines.Bytes);
        Closed(() => tokens.MoveNext());
        Closed(() => tokens.Text("a number"));
    }

    [Test]
    public void A_tensor_without_numbers_is_not_read_of_a_closed_file_either()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("model.safetensors");
        SafetensorsWriter.Write(path, [new("none", [0], Array.Empty<float>())]);
        SafetensorsFile file = SafetensorsFile.Open(path);
        file.Read<float>("none", []);

        file.Dispose();

        Closed(() => file.Read<float>("none", []));
    }

    private static void Closed(Action access) => Assert.That(access, Throws.TypeOf<ObjectDisposedException>());
}
