using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Support;

namespace QEngine.Tests.Models;

/// <summary>Every file of a model folder under systematic and random damage; the whole model is loaded each time.</summary>
public sealed class ModelFolderAttackTests
{
    private const int Multiple = 150;

    // Two chains that have every kind of module between them.
    private static readonly HeadConfiguration[] Heads = [SmallModel.Heads[6], SmallModel.Heads[8], SmallModel.Heads[9], SmallModel.Heads[10], SmallModel.Heads[^1]];

    [TestCaseSource(nameof(Heads))]
    public void Json_with_bad_values_and_names(HeadConfiguration head)
    {
        using ModelFiles files = new(head);
        foreach (string file in FilesOf(files, "*.json"))
        {
            byte[] good = File.ReadAllBytes(file);
            Attack attack = On(files, file);

            JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
            JsonAttack.EveryName(good, (what, json) => attack.MustRefuse(what, json, "twice"), (what, json) => attack.IsRefused(what, json));

            Assert.That(attack.Refused, Is.GreaterThan(10), file);
            File.WriteAllBytes(file, good);
        }
    }

    [TestCaseSource(nameof(Heads))]
    public void Json_under_changes(HeadConfiguration head)
    {
        using ModelFiles files = new(head);
        foreach (string file in FilesOf(files, "*.json"))
        {
            byte[] good = File.ReadAllBytes(file);
            Attack attack = On(files, file);

            attack.Truncations();
            Assert.That(attack.Refused, Is.EqualTo(good.Length - 1), "without its last line feed it is still whole");
            attack.RandomChanges(seed: 1, rounds: 300);
            File.WriteAllBytes(file, good);
        }
    }

    [TestCaseSource(nameof(Heads))]
    public void Weights_under_changes(HeadConfiguration head)
    {
        using ModelFiles files = new(head);
        foreach (string file in FilesOf(files, "*.safetensors"))
        {
            byte[] good = File.ReadAllBytes(file);
            Attack attack = On(files, file);

            attack.RandomChanges(seed: 2, rounds: 300);

            Assert.That(attack.Refused, Is.GreaterThan(100), file);
            File.WriteAllBytes(file, good);
        }
    }

    [Test]
    public void A_file_larger_than_any_configuration_is_not_read()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        using (FileStream stream = new(files["config.json"], FileMode.Open, FileAccess.Write)) stream.SetLength(1L << 31);

        files.Refused("at most 67108864 bytes", "found 2147483648 bytes", "config.json");
    }

    private static string[] FilesOf(ModelFiles files, string pattern)
    {
        string[] found = Directory.GetFiles(files.Folder, pattern, SearchOption.AllDirectories);
        Array.Sort(found, StringComparer.Ordinal);
        Assert.That(found, Has.Length.GreaterThan(1));
        return found;
    }

    private static Attack On(ModelFiles files, string file) => new(file, () => ModelFolder.Load(files.Folder), Multiple, files.Folder);
}
