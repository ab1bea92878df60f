using System.Text;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>Binary files and indexes under systematic and random damage; single cases are in the tests of each format.</summary>
public sealed class StorageAttackTests
{
    private const int Multiple = 40;

    private const string Header =
        """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]},"c":{"dtype":"F64","shape":[],"data_offsets":[12,20]}}""";

    private static readonly byte[] Data = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0x3C, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F];

    [Test]
    public void Safetensors_under_random_changes([Range(1, 3)] int seed)
    {
        using TemporaryFolder folder = new();
        Attack attack = OnSafetensors(folder);

        attack.RandomChanges((ulong)seed, 1000);

        Assert.That(attack.Refused, Is.GreaterThan(500));
    }

    [Test]
    public void Safetensors_with_bad_values_in_the_header()
    {
        using TemporaryFolder folder = new();
        Attack attack = OnSafetensors(folder);
        byte[] header = Encoding.UTF8.GetBytes(Header);

        JsonAttack.EveryValue(header, (what, json) => attack.IsRefused(what, SafetensorsBytes.File((ulong)json.Length, json, Data)));
        JsonAttack.EveryName(
            header,
            (what, json) => attack.MustRefuse(what, SafetensorsBytes.File((ulong)json.Length, json, Data)),
            (what, json) => attack.IsRefused(what, SafetensorsBytes.File((ulong)json.Length, json, Data)));

        Assert.That(attack.Refused, Is.GreaterThan(500));
    }

    [Test]
    public void Safetensors_with_a_mark_or_a_large_header_of_nothing()
    {
        using TemporaryFolder folder = new();
        Attack attack = OnSafetensors(folder);
        byte[] marked = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Header)], blank = new byte[1 << 20];
        Array.Fill(blank, (byte)' ');

        attack.MustRefuse("byte order mark", SafetensorsBytes.File((ulong)marked.Length, marked, Data), "starts with '{'", "0xEF");
        attack.MustRefuse("spaces", SafetensorsBytes.File((ulong)blank.Length, blank, Data), "starts with '{'");
        blank[0] = (byte)'{';
        attack.MustRefuse("open object", SafetensorsBytes.File((ulong)blank.Length, blank, Data), "JSON");
        Array.Fill(blank, (byte)'n', 1, 5000);
        attack.MustRefuse("a long word that is no literal", SafetensorsBytes.File((ulong)blank.Length, blank, Data), "JSON", "byte 9");
    }

    [Test]
    public void An_index_under_changes_of_every_kind()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter.Write(folder.Path("a.safetensors"), [new("x", [1], new float[1]), new("y", [2], new float[2])]);
        SafetensorsWriter.Write(folder.Path("b.safetensors"), [new("z", [1], new float[1])]);
        string path = folder.Write(
            "model.safetensors.index.json", """{"metadata":{"total_size":16},"weight_map":{"x":"a.safetensors","y":"a.safetensors","z":"b.safetensors"}}""");
        byte[] good = File.ReadAllBytes(path);
        Attack attack = new(path, () => SafetensorsSet.Open(path).Dispose(), Multiple, folder.Path(""));

        attack.Truncations();
        Assert.That(attack.Refused, Is.EqualTo(good.Length), "no part of it is an index");
        attack.FlippedBits();
        attack.RandomChanges(seed: 4, rounds: 1000);
        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
        JsonAttack.EveryName(good, (what, json) => attack.IsRefused(what, json), (what, json) => attack.IsRefused(what, json));
        attack.MustRefuse("invalid UTF-8", [.. "{\"weight_map\":{\""u8, 0xC3, .. "\":\"a.safetensors\"}}"u8], "0xC3", "byte 16");
        Assert.That(attack.IsRefused("byte order mark", [0xEF, 0xBB, 0xBF, .. good]), Is.False, "as in every text");
        attack.MustRefuse("two of them", [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. good], "JSON");
    }

    [Test]
    public void A_matrix_under_random_changes([Range(1, 3)] int seed)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.npy", NpyBytes.File(seed, NpyBytes.Header("<f4", "False", "(2, 1)") + "   \n", [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]));
        Attack attack = new(path, () => NpyFile.Read(path), Multiple);

        attack.RandomChanges((ulong)seed, 1000);

        Assert.That(attack.Refused, Is.GreaterThan(500));
    }

    private static Attack OnSafetensors(TemporaryFolder folder)
    {
        string path = folder.Write("a.safetensors", SafetensorsBytes.File(Header, Data));
        return new Attack(path, () => ReadEverything(path), Multiple);
    }

    private static void ReadEverything(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            if (tensor.Dtype.Format is not null) file.Read(tensor.Name, new float[tensor.ElementCount].AsSpan());
        }
    }
}
