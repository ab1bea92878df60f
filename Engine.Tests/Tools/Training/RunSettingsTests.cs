using System.CommandLine;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tools;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;

namespace QEngine.Tests.Tools.Training;

/// <summary>What a checkpoint is recognised by, and what the model card says of a run.</summary>
public sealed class RunSettingsTests
{
    private static readonly string[] Needed = ["--triples", "t.tsv", "--encoder", "tiny", "--out", "m"];

    /// <summary>A checkpoint of an earlier version is gone on from only as long as this text stays.</summary>
    [Test]
    public void The_text_has_a_line_for_each_option_that_the_result_depends_on()
    {
        string text = Settings("--dim", "8", "--in-batch").Text;

        Assert.That(text, Is.EqualTo(
            """
            triples t.tsv
            per-system 5
            encoder tiny
            vocab-size 16000
            max-length 128
            head quantum
            dim 8
            gate controlled_u
            tau 1
            epochs 1
            batch 64
            accumulate 1
            lr 5E-05
            lr-schedule linear
            negatives 5
            in-batch yes
            seed 42
            data 0000000000000007
            """));
    }

    [TestCase("--out", "other")]
    [TestCase("--half")]
    [TestCase("--resume")]
    [TestCase("--checkpoint-steps", "1")]
    [TestCase("--log", "log.jsonl")]
    [TestCase("--plot", "plot.svg")]
    [TestCase("--format", "tsv")]
    [TestCase("--patience", "3")]
    [TestCase("--best-by", "loss")]
    [TestCase("--test", "a=b")]
    [TestCase("--judged-only")]
    [TestCase("--ignore-identical-ids")]
    public void A_tagged_option_may_be_another_when_a_run_goes_on(params string[] arguments)
    {
        string[] rest = arguments[0] == "--out" ? [.. Needed[..4], .. arguments] : [.. Needed, .. arguments];

        Assert.That(new RunSettings(Program.Root().Parse(["train", .. rest]), 7).Text, Is.EqualTo(Settings().Text));
    }

    [TestCase("--epochs", "2")]
    [TestCase("--queries", "q.tsv")]
    [TestCase("--dropout", "0.2")]
    [TestCase("--matryoshka", "4")]
    [TestCase("--freeze-encoder")]
    public void Any_other_option_may_not(params string[] arguments) => Assert.That(Settings(arguments).Text, Is.Not.EqualTo(Settings().Text));

    [Test]
    public void Paths_do_not_stand_in_the_card()
    {
        ModelCard card = Settings("--log", "log.jsonl", "--dev", "d.tsv", "--vocab", "v.txt", "--half").Card([], [], 42);

        IEnumerable<string> names = card.Settings.Select(setting => setting.Name);
        Assert.That(names, Does.Contain("half").And.Contain("epochs").And.Contain("head"));
        Assert.That(names.Intersect(["log", "dev", "vocab", "triples", "out", "encoder"]), Is.Empty);
    }

    [Test]
    public void An_option_without_a_tag_is_recorded_whole()
    {
        Option<int> plain = new("--a"), tagged = new Option<int>("--b").Tag(OptionTags.Local);

        Assert.That((plain.Has(OptionTags.Local), plain.Has(OptionTags.KeepsResult)), Is.EqualTo((false, false)));
        Assert.That((tagged.Has(OptionTags.Local), tagged.Has(OptionTags.KeepsResult)), Is.EqualTo((true, false)));
    }

    private static RunSettings Settings(params string[] arguments) => new(Program.Root().Parse(["train", .. Needed, .. arguments]), 7);
}
