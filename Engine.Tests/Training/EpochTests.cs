using NUnit.Framework;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>What is counted over the steps of an epoch, and which examples it takes in which order.</summary>
internal sealed class EpochTests
{
    private static readonly HeadConfiguration Head = HeadConfiguration.Linear(24, 10);

    [Test]
    public void Every_epoch_takes_every_example_once_in_an_order_of_its_own_which_the_seed_decides()
    {
        double[][] one = Epochs(seed: 5), again = Epochs(seed: 5), other = Epochs(seed: 6);

        Assert.That(again, Is.EqualTo(one));
        foreach (double[] epoch in one.Concat(other)) Assert.That(epoch.Order(), Is.EqualTo(one[0].Order()), "the same losses");
        Assert.That(one[0], Is.Unique);
        Assert.That(one[1], Is.Not.EqualTo(one[0]));
        Assert.That(one[2], Is.Not.EqualTo(one[0]).And.Not.EqualTo(one[1]));
        Assert.That(other[0], Is.Not.EqualTo(one[0]));

        // One example a step, nothing learned: a step's loss says which example it was.
        static double[][] Epochs(ulong seed)
        {
            TrainingSet set = new(ToyData.Tokenizer, 16);
            string[] colours = ["red", "green", "blue"], animals = ["cat", "dog", "bird"];
            for (int i = 0; i < 9; i++)
            {
                string colour = colours[i % 3], animal = animals[i / 3];
                set.Add($"{colour} {animal}", $"{animal} runs {colour}", [$"{animals[(i + 1) % 3]} sleeps"]);
            }
            TrainingOptions options = new() { Epochs = 3, BatchSize = 1, LearningRate = 1e-30, Negatives = 1, Seed = seed };
            List<double> losses = [];
            EmbeddingTrainer trainer = new(ToyData.Model(Head), set, ToyData.Objective(Head), options, WorkerPool.Single);
            new TrainingLoop(trainer, new() { Progress = new Steps(progress => losses.Add(progress.Loss)) }).Run();
            return [.. losses.Chunk(9)];
        }
    }

    [Test]
    public void Losses_and_norms_of_an_epoch_are_means_over_its_steps()
    {
        EpochStatistics statistics = new(2);
        statistics.Add(3, [1, 20]);
        statistics.Add(7, [2, 60]);

        Assert.That((statistics.Steps, statistics.Loss, statistics.GradientNorm(0), statistics.GradientNorm(1)),
            Is.EqualTo((2, 5.0, 1.5, 40.0)));
        EpochStatistics restored = new(2);
        Assert.That(restored.TryRestore(statistics.Save()));
        restored.Add(8, [3, 10]);
        Assert.That((restored.Steps, restored.Loss, restored.GradientNorm(0), restored.GradientNorm(1)), Is.EqualTo((3, 6.0, 2.0, 30.0)));
        restored.Clear();
        restored.Add(1, [4, 5]);
        Assert.That((restored.Steps, restored.Loss, restored.GradientNorm(0)), Is.EqualTo((1, 1.0, 4.0)));
    }

    [Test]
    public void Tokens_are_those_of_all_batches()
    {
        TrainingSet set = ToyData.Set(12, 1);
        int[] texts = [.. set.Examples.SelectMany(example => (int[])[example.Query, example.Positive, .. example.Negatives]).Distinct()];
        TrainingOptions options = new() { Epochs = 3, BatchSize = 12, Negatives = 1 };
        EmbeddingTrainer trainer = new(ToyData.Model(Head), set, ToyData.Objective(Head), options, WorkerPool.Single);

        new TrainingLoop(trainer).Run();

        Assert.That(trainer.Tokens, Is.EqualTo(3 * texts.Sum(text => set.Tokens(text).Length)));
    }

    /// <summary>Five examples in batches of two: the last batch counts half as much.</summary>
    [Test]
    public void A_development_loss_is_the_mean_over_examples_whatever_the_batches()
    {
        EmbeddingModel<float> model = ToyData.Model(Head);
        TrainingSet set = ToyData.Set(5, 1);
        (double Loss, RankingStatistics Ranking) Evaluated(int batch)
        {
            TrainingOptions options = new() { BatchSize = batch, Negatives = 1 };
            return new Development(model, set, ToyData.Objective(Head), options, WorkerPool.Single).Evaluate();
        }

        double[] losses = [.. Enumerable.Range(0, 5).Select(Alone)];
        (double loss, RankingStatistics ranking) = Evaluated(2);

        Assert.That(losses.Max() - losses.Min(), Is.GreaterThan(1e-3));
        Assert.That(loss, Is.EqualTo(losses.Average()).Within(1e-5));
        Assert.That(ranking.Queries, Is.EqualTo(5));
        Assert.That(Evaluated(1).Ranking, Is.EqualTo(ranking));

        double Alone(int example)
        {
            TrainingOptions options = new() { BatchSize = 1, Negatives = 1, LearningRate = 1e-30 };
            return new EmbeddingTrainer(ToyData.Model(Head), set, ToyData.Objective(Head), options, WorkerPool.Single).Step([example]);
        }
    }

    [Test]
    public void A_training_sets_fingerprint_is_that_of_all_it_holds()
    {
        TrainingSet Of(string query, string positive, string negative, string? group, params float[] targets)
        {
            TrainingSet set = new(ToyData.Tokenizer, 16);
            set.Add("blue bird", "bird sings", ["dog"], "other", targets.Length > 0 ? [1, 0] : null);
            set.Add(query, positive, [negative], group, targets.Length > 0 ? targets : null);
            return set;
        }

        TrainingSet[] sets =
        [
            Of("red cat", "cat runs", "dog", null),
            Of("red dog", "cat runs", "dog", null),
            Of("red cat", "cat sleeps", "dog", null),
            Of("red cat", "cat runs", "bird", null),
            Of("red cat", "cat runs", "bird sings", null),
            Of("red cat", "cat runs", "dog", "other"),
            Of("red cat", "cat runs", "dog", null, 1, 0),
            Of("red cat", "cat runs", "dog", null, 1, 0.5f),
            Of("red cat", "cat runs", "dog", null, 0.5f, 0),
        ];

        Assert.That(sets.Select(set => set.Fingerprint()), Is.Unique);
        Assert.That(Of("red cat", "cat runs", "dog", null).Fingerprint(), Is.EqualTo(sets[0].Fingerprint()));
    }

    [Test]
    public void Negatives_drawn_from_many_keep_their_own_targets()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        string[] negatives = ["dog", "bird", "cat sleeps", "cat runs", "dog runs", "bird sings well"];
        set.Add("red cat", "cat sings", negatives, targets: [100, 0, 1, 2, 3, 4, 5]);
        HashSet<float> seen = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            TrainingBatch batch = new(set);
            SplittableRandom random = new(seed);
            batch.Fill([0], 3, inBatch: false, ref random);

            float[] targets = batch.Targets.ToArray();
            int[] rows = batch.Candidates.CandidateRows.ToArray();
            Assert.That(targets[0], Is.EqualTo(100));
            for (int place = 1; place <= 3; place++)
            {
                ReadOnlySpan<int> tokens = set.Tokens(batch.Texts[rows[place]]);
                Assert.That(tokens.ToArray(), Is.EqualTo(ToyData.Tokenizer.Encode(negatives[(int)targets[place]], 16)),
                    $"seed {seed}, place {place}");
                seen.Add(targets[place]);
            }
        }
        Assert.That(seen, Has.Count.EqualTo(6));
    }
}
