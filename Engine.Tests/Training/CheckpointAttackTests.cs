using System.Buffers.Binary;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Storage;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>A run's checkpoint with a damaged header: tensors, counts and texts that are not those of the run.</summary>
public sealed class CheckpointAttackTests
{
    private const string Settings = "batch 8";

    [Test]
    public void A_header_with_bad_values_and_names()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("run.checkpoint");
        EmbeddingModel<float> model = ToyData.Model(HeadConfiguration.None(24), dropout: 0.1, 7);
        EmbeddingTrainer trainer = new(model, ToyData.Set(45, 3), ToyData.Objective(model.Head), new TrainingOptions { BatchSize = 8, Negatives = 2 }, WorkerPool.Single);
        TrainingCheckpointWriter writer = new(model.Parameters, Settings);
        trainer.Save(writer);
        writer.Write(path);
        byte[] whole = File.ReadAllBytes(path);
        int end = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        byte[] header = whole[8..end], data = whole[end..];
        Attack attack = new(path, () => Restore(model, trainer, path), multiple: 150);

        JsonAttack.EveryValue(header, (what, json) => attack.IsRefused(what, SafetensorsBytes.File((ulong)json.Length, json, data)));
        JsonAttack.EveryName(
            header,
            (what, json) => attack.MustRefuse(what, SafetensorsBytes.File((ulong)json.Length, json, data)),
            (what, json) => attack.IsRefused(what, SafetensorsBytes.File((ulong)json.Length, json, data)));

        Assert.That(attack.Refused, Is.GreaterThan(300));
    }

    private static void Restore(EmbeddingModel<float> model, EmbeddingTrainer trainer, string path)
    {
        using TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(path, Settings);
        checkpoint.Restore(model.Parameters);
        trainer.Restore(checkpoint);
    }
}
