using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Support;

namespace QEngine.Tests.Models;

/// <summary>Every small file of a model folder under systematic and random damage; the whole model is loaded each time.</summary>
public sealed class ModelFolderAttackTests
{
    private const int Multiple = 150;

    private static readonly string[] Files =
    [
        "modules.json", "config.json", "sentence_bert_config.json", "config_sentence_transformers.json", "tokenizer_config.json", "1_Pooling/config.json",
        "2_QuantumCompression/config.json",
    ];

    [TestCaseSource(nameof(Files))]
    public void Json_with_bad_values_and_names(string file)
    {
        using ModelFiles files = new(SmallModel.Heads[3]);
        byte[] good = File.ReadAllBytes(files[file]);
        Attack attack = On(files, file);

        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
        JsonAttack.EveryName(good, (what, json) => attack.MustRefuse(what, json, "twice"), (what, json) => attack.IsRefused(what, json));

        Assert.That(attack.Refused, Is.GreaterThan(attack.Read / 4));
    }

    [TestCaseSource(nameof(Files))]
    public void Json_under_changes(string file)
    {
        using ModelFiles files = new(SmallModel.Heads[3]);
        byte[] good = File.ReadAllBytes(files[file]);
        Attack attack = On(files, file);

        attack.Truncations();
        // Without its last line feed it is still whole.
        Assert.That(attack.Refused, Is.EqualTo(good.Length - 1));
        attack.RandomChanges(seed: 1, rounds: 300);
    }

    [TestCase("model.safetensors")]
    [TestCase("2_QuantumCompression/model.safetensors")]
    public void Weights_under_changes(string file)
    {
        using ModelFiles files = new(SmallModel.Heads[3]);
        Attack attack = On(files, file);

        attack.RandomChanges(seed: 2, rounds: 300);

        Assert.That(attack.Refused, Is.GreaterThan(100));
    }

    [Test]
    public void A_linear_head_with_bad_values()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        byte[] good = File.ReadAllBytes(files["2_Dense/config.json"]);
        Attack attack = On(files, "2_Dense/config.json");

        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));

        Assert.That(attack.Refused, Is.GreaterThan(attack.Read));
    }

    private static Attack On(ModelFiles files, string file) => new(files[file], () => ModelFolder.Load(files.Folder), Multiple, files.Folder);
}
