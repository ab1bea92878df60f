using System.Text;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

public sealed class SafetensorsSetTests
{
    private const string One = "model-00001-of-00002.safetensors", Two = "model-00002-of-00002.safetensors";
    private const string Index = $$$"""{"metadata":{"total_size":28},"weight_map":{"b":"{{{One}}}","a":"{{{One}}}","c":"{{{Two}}}"}}""";

    [TestCase("")]
    [TestCase("model.safetensors.index.json")]
    public void Sharded_weights_are_read_as_one_file(string name)
    {
        using TemporaryFolder folder = Sharded(Index);

        using SafetensorsSet set = SafetensorsSet.Open(folder.Path(name));

        Assert.That(set.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(set.Path, Is.EqualTo(folder.Path("model.safetensors.index.json")));
        Assert.That(set.Contains("c") && !set.Contains("d") && !set.Contains("extra"));
        Assert.That(set["c"].ToString(), Is.EqualTo("F32 [1, 2]"));
        set.RequireShape("c", 1, 2);
        float[] a = new float[1], c = new float[2];
        set.Read("a", a.AsSpan());
        set.Read("c", c.AsSpan());
        Assert.That((a[0], c[0], c[1]), Is.EqualTo((1f, 4f, 5f)));
        Refused.With(() => _ = set["extra"], "\"extra\"", "3 tensors", "model.safetensors.index.json");
        Refused.With(() => set.RequireShape("c", 2), "[2]", "F32 [1, 2]", Two);
        Refused.With(() => set.Read("b", a.AsSpan()), "1 elements", "F32 [2]", One);
    }

    [Test]
    public void One_file_is_read_and_preferred()
    {
        using TemporaryFolder folder = Sharded("not even JSON");
        SafetensorsWriter.Write(folder.Path("model.safetensors"), [new("w", [2], new float[] { 7, 8 })]);

        foreach (string path in new[] { folder.Path(""), folder.Path("model.safetensors") })
        {
            using SafetensorsSet set = SafetensorsSet.Open(path);
            double[] w = new double[2];
            set.Read("w", w.AsSpan());
            Assert.That(w, Is.EqualTo(new[] { 7.0, 8.0 }));
            Assert.That(set.Tensors, Has.Count.EqualTo(1));
            Assert.That(set.Path, Is.EqualTo(folder.Path("model.safetensors")));
            Refused.With(() => _ = set["v"], "\"v\"", "1 tensors", folder.Path("model.safetensors"));
        }
    }

    [Test]
    [NonParallelizable]
    public void An_index_in_the_working_folder_finds_its_files()
    {
        using TemporaryFolder folder = Sharded(Index);
        string working = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(folder.Path(""));
            using SafetensorsSet set = SafetensorsSet.Open("model.safetensors.index.json");
            Assert.That(set.Tensors, Has.Count.EqualTo(3));
        }
        finally
        {
            Directory.SetCurrentDirectory(working);
        }
    }

    [TestCase("pytorch_model.bin")]
    [TestCase("pytorch_model.bin.index.json")]
    [TestCase("tf_model.h5")]
    public void Other_weights_are_named(string file)
    {
        using TemporaryFolder folder = new();
        folder.Write(file, [1, 2, 3]);

        Refused.With(() => SafetensorsSet.Open(folder.Path("")), "safetensors format", $"found only {file}", folder.Path(""));
    }

    [Test]
    public void A_folder_without_weights_and_no_folder_are_refused()
    {
        using TemporaryFolder folder = new();

        Refused.With(() => SafetensorsSet.Open(folder.Path("")), "model.safetensors or model.safetensors.index.json", "no such file", folder.Path(""));
        Refused.With(() => SafetensorsSet.Open(folder.Path("none")), "no such file", "none");
        Refused.With(() => SafetensorsSet.Open(""), "invalid path");
    }

    [TestCase("../model-00001-of-00002.safetensors")]
    [TestCase("./model-00001-of-00002.safetensors")]
    [TestCase("/etc/model.safetensors")]
    [TestCase("sub/model.safetensors")]
    [TestCase("sub\\\\model.safetensors")]
    [TestCase("C:model.safetensors")]
    [TestCase("model.safetensors\\u0000.safetensors")]
    [TestCase("..")]
    [TestCase(".")]
    [TestCase("")]
    [TestCase(".safetensors")]
    [TestCase("pytorch_model-00001-of-00002.bin")]
    [TestCase("model.safetensors.index.json")]
    public void A_name_that_leads_elsewhere_is_refused(string shard)
    {
        using TemporaryFolder folder = Sharded($$$"""{"weight_map":{"a":"{{{shard}}}"}}""");

        Refused.With(() => SafetensorsSet.Open(folder.Path("")), "name of a .safetensors file in the index's folder", "tensor \"a\"", "index.json");
    }

    [TestCase("", "line 1, byte 0")]
    [TestCase("[]", "expected an object", "StartArray")]
    [TestCase("null", "expected an object", "Null")]
    [TestCase("{", "line 1")]
    [TestCase("{}", "\"weight_map\"", "found none")]
    [TestCase("""{"metadata":{}}""", "found none")]
    [TestCase("""{"weight_map":[]}""", "an object from tensor to file", "StartArray")]
    [TestCase("""{"weight_map":null}""", "an object from tensor to file")]
    [TestCase("""{"weight_map":{},"weight_map":{}}""", "weight_map once")]
    [TestCase("""{"weight_map":{},"\u0077eight_map":{}}""", "weight_map once")]
    [TestCase("""{"weight_map":{"a":1}}""", "name of a file for tensor \"a\"", "Number")]
    [TestCase("""{"weight_map":{"a":null}}""", "name of a file for tensor \"a\"")]
    [TestCase("""{"weight_map":{"a":["x"]}}""", "name of a file for tensor \"a\"")]
    [TestCase("""{"weight_map":{"a":"x.safetensors","a":"x.safetensors"}}""", "unique names", "\"a\" again")]
    [TestCase("""{"weight_map":{"a":"x.safetensors","\u0061":"y.safetensors"}}""", "unique names")]
    [TestCase("""{"weight_map":{"\ud800":"x.safetensors"}}""", "lone surrogate")]
    [TestCase("""{"weight_map":{"a":"\udc00.safetensors"}}""", "lone surrogate")]
    [TestCase("""{"weight_map":{}} {}""", "line 1")]
    [TestCase("""{"weight_map":{},}""", "line 1")]
    [TestCase("""{"weight_map":{}/**/}""", "line 1")]
    [TestCase("""{"metadata":NaN,"weight_map":{}}""", "line 1")]
    [TestCase("""{"weight_map":{"d":"model-00001-of-00002.safetensors"}}""", "tensor \"d\"", "found none", One)]
    [TestCase("""{"weight_map":{"c":"model-00001-of-00002.safetensors"}}""", "tensor \"c\"", "found none", One)]
    [TestCase("""{"weight_map":{"a":"missing.safetensors"}}""", "no such file", "missing.safetensors")]
    public void A_bad_index_is_refused(string index, params string[] parts)
    {
        using TemporaryFolder folder = Sharded(index);

        Refused.With(() => SafetensorsSet.Open(folder.Path("")), parts);
        Refused.With(() => SafetensorsSet.Open(folder.Path("")), ".safetensors");
    }

    [Test]
    public void A_tensor_in_two_files_is_refused()
    {
        using TemporaryFolder folder = Sharded(Index);
        SafetensorsWriter.Write(folder.Path(Two), [new("c", [1, 2], new float[2]), new("a", [1], new float[1])]);

        Refused.With(() => SafetensorsSet.Open(folder.Path("")), "tensor \"a\" only in", One, "found one in", Two);
    }

    [Test]
    public void Too_many_files_and_too_large_an_index_are_refused()
    {
        using TemporaryFolder folder = new();
        StringBuilder map = new();
        for (int i = 0; i <= SafetensorsIndex.MaximumShards; i++) map.Append($"{(i > 0 ? "," : "")}\"t{i}\":\"{i}.safetensors\"");
        string path = folder.Write("model.safetensors.index.json", $"{{\"weight_map\":{{{map}}}}}");

        Refused.With(() => SafetensorsSet.Open(path), "at most 4096 files", "\"4096.safetensors\"", path);

        using (FileStream stream = new(path, FileMode.Open, FileAccess.Write)) stream.SetLength(SafetensorsIndex.MaximumBytes + 1L);
        Refused.With(() => SafetensorsSet.Open(path), "at most 100000000 bytes", path);
    }

    [Test]
    public void A_closed_set_is_not_read()
    {
        using TemporaryFolder folder = Sharded(Index);
        SafetensorsSet set = SafetensorsSet.Open(folder.Path(""));

        set.Dispose();

        Assert.Throws<ObjectDisposedException>(() => set.Read("a", new float[1].AsSpan()));
        Assert.Throws<ObjectDisposedException>(() => set.Read("c", new float[2].AsSpan()));
    }

    /// <summary>Two files, the second with a tensor that the index does not name, and an index of the given content.</summary>
    private static TemporaryFolder Sharded(string index)
    {
        TemporaryFolder folder = new();
        SafetensorsWriter.Write(folder.Path(One), [new("a", [1], new float[] { 1 }), new("b", [2], new float[] { 2, 3 })]);
        SafetensorsWriter.Write(folder.Path(Two), [new("c", [1, 2], new float[] { 4, 5 }), new("extra", [1], new float[] { 6 })]);
        folder.Write("model.safetensors.index.json", index);
        return folder;
    }
}
