using NUnit.Framework;
using QEngine.Layers;
using QEngine.Tools.Lab;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Lab;

/// <summary>What every system has, and the networks of some.</summary>
public sealed class LabSystemTests
{
    private static readonly LabSetting Quick = new(true, null);

    [Test]
    public void Systems_compare_models_that_they_have_and_cite_what_they_stand_beside()
    {
        foreach (ILabSystem system in LabSystems.All)
        {
            LabCard card = system.Card;
            Assert.That((string[])[card.Name, card.Title, card.Publication, card.Data, card.Protocol], Has.All.Not.Empty, card.Name);
            Assert.That(card.Name, Does.Match("^[a-z0-9-]+$"));
            IReadOnlyList<LabTask> tasks = system.Tasks(Quick);
            Assert.That(tasks.Select(task => task.Name), Is.Unique.And.Not.Empty, card.Name);
            foreach (LabTask task in tasks)
            {
                string[] models = [.. task.Models.Select(model => model.Name)];
                Assert.That(models, Is.Unique, card.Name);
                Assert.That(task.Claims.SelectMany(claim => (string[])[claim.First, claim.Second]).Distinct(), Is.SubsetOf(models), card.Name);
            }
        }
    }

    [Test]
    public void Qasa_of_the_publications_size_has_its_parameters()
    {
        (int circuit, int bottleneck, int encoder) = (Count(QasaLast.Circuit), Count(QasaLast.Bottleneck), Count(QasaLast.Encoder));
        Assert.That(encoder, Is.EqualTo(200_257));
        Assert.That(circuit, Is.EqualTo(201_405));
        Assert.That(bottleneck, Is.EqualTo(circuit - 36 + 32));

        static int Count(QasaLast last)
        {
            ParameterStore<float> store = new();
            _ = new QasaNetwork(store, 64, 20, last);
            return store.Count;
        }
    }

    [Test]
    public void A_window_of_qasa_does_not_depend_on_others_in_the_batch()
    {
        LabNetwork network = new(new LabRun(3, WorkerPool.Shared, _ => { }), store => new QasaNetwork(store, 16, 5, QasaLast.Circuit).Forward);
        float[] one = [0.1f, 0.5f, -0.3f, 0.2f, 0.9f], other = [1, 2, 3, 4, 5];
        Assert.That(network.Predict([.. other, .. one], 1)[5..], Is.EqualTo(network.Predict(one, 1)).Within(1e-6));
    }

    [Test]
    public void A_train_of_full_rank_is_the_network_that_was_cut()
    {
        SmallImages images = SmallImages.Of(Quick);
        Examples rows = SmallImages.AsRows(images.Training);
        CompactifaiCut cut = new(rows, rows, Epochs: 2, Heals: false);
        LabRun run = new(1, WorkerPool.Shared, _ => { });
        LabOutcome whole = cut.Uncut(run), full = cut.Cut(run, new([8, 8], [8, 8], 64)), low = cut.Cut(run, new([64, 1], [1, 64], 3));

        Assert.That(full.Value, Is.EqualTo(whole.Value).Within(1.5 / images.Training.Count));
        Assert.That(full.Curve, Is.EqualTo(whole.Curve));
        Assert.That(low.Parameters, Is.EqualTo(whole.Parameters - (2 * ((64 * 64) - (2 * 64 * 3)))));
    }

    [Test]
    public void Fixed_angles_of_a_unitary_are_not_trained()
    {
        LabTask task = new QdsformerSystem().Tasks(Quick)[0];
        int[] parameters = [.. task.Models.Select(model => model.Train(new LabRun(1, WorkerPool.Shared, _ => { })).Parameters)];
        Assert.That(parameters, Has.All.EqualTo(parameters[^1]));
    }
}
