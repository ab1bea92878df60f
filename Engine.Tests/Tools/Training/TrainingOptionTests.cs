using System.CommandLine;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Tools.Heads;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tests.Tools.Training;

/// <summary>What the options of training mean, and what holds without them.</summary>
public sealed class TrainingOptionTests
{
    [Test]
    public void Defaults_are_those_of_the_help()
    {
        TrainingOptions options = Optimisation();

        Assert.That((options.Epochs, options.BatchSize, options.AccumulationSteps, options.Negatives), Is.EqualTo((1, 64, 1, 5)));
        Assert.That((options.LearningRate, options.HeadLearningRate), Is.EqualTo((5e-5, (double?)null)));
        Assert.That((options.WarmupShare, options.Decay), Is.EqualTo((0.1, true)), "linear");
        Assert.That((options.InBatchNegatives, options.CheckpointActivations, options.Seed), Is.EqualTo((false, false, 7UL)));
    }

    [Test]
    public void A_constant_rate_neither_rises_nor_falls()
    {
        TrainingOptions options = Optimisation("--lr-schedule", "constant");

        Assert.That((options.WarmupShare, options.Decay), Is.EqualTo((0.0, false)));
    }

    [Test]
    public void Every_option_reaches_its_setting()
    {
        TrainingOptions options = Optimisation(
            "--epochs", "2", "--batch", "3", "--accumulate", "4", "--lr", "0.5", "--head-lr", "0.25", "--negatives", "6",
            "--in-batch", "--checkpoint-activations");

        Assert.That((options.Epochs, options.BatchSize, options.AccumulationSteps, options.Negatives), Is.EqualTo((2, 3, 4, 6)));
        Assert.That((options.LearningRate, options.HeadLearningRate, options.InBatchNegatives, options.CheckpointActivations),
            Is.EqualTo((0.5, (double?)0.25, true, true)));
    }

    [Test]
    public void A_dropout_is_that_of_hidden_numbers_and_of_attention_weights()
    {
        Command command = new("test");
        EncoderOptions options = new(command);
        BertConfiguration encoder = BertConfiguration.Preset("tiny", 100) with { HiddenDropout = 0.4, AttentionDropout = 0.3 };

        BertConfiguration kept = options.WithDropout(command.Parse(["--encoder", "tiny"]), encoder),
            changed = options.WithDropout(command.Parse(["--encoder", "tiny", "--dropout", "0.2"]), encoder);

        Assert.That((kept.HiddenDropout, kept.AttentionDropout), Is.EqualTo((0.4, 0.3)));
        Assert.That((changed.HiddenDropout, changed.AttentionDropout), Is.EqualTo((0.2, 0.2)));
    }

    /// <summary>Targets of squared errors are cosines or fidelities themselves; the other losses take scores of up to 20.</summary>
    [TestCase(20)]
    [TestCase(20, "--loss", "cosent")]
    [TestCase(20, "--loss", "margin-mse")]
    [TestCase(1, "--loss", "mse")]
    public void Scores_are_scaled_as_their_loss_needs(double scale, params string[] arguments)
    {
        Command command = new("test");
        LossOptions options = new(command);

        Assert.That(options.Scale(command.Parse(arguments)), Is.EqualTo(scale));
    }

    [TestCase("quantum", true, 0.03, false)]
    [TestCase("quantum", false, 0.03, true)]
    [TestCase("grouped", false, 0.03, true)]
    [TestCase("linear", false, 0.003, true)]
    public void Heads_have_rates_of_their_own_and_groups_a_constant_one(string kind, bool grouped, double rate, bool decay)
    {
        Command command = new("test");
        TrainingChoiceOptions options = new(command);

        TrainingChoice choice = options.Read(command.Parse([]), HeadKinds.All.Single(known => known.Word == kind).Kind, grouped);

        Assert.That((choice.Epochs, choice.Steps, choice.Batch, choice.Rate, choice.Decay, choice.Shuffle),
            Is.EqualTo(((int?)null, (int?)null, 64, rate, decay, true)));
    }

    private static TrainingOptions Optimisation(params string[] arguments)
    {
        Command command = new("test");
        OptimisationOptions options = new(command);
        return options.Read(command.Parse(arguments), 7);
    }
}
