using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>HQNN-Parallel: small circuits side by side behind two convolutions, beside units in their place.</summary>
internal sealed class HqnnParallelSystem : ILabSystem
{
    private const string Hybrid = "HQNN-Parallel", Network = "CNN";

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "hqnn-parallel",
        "four circuits of five qubits behind two convolutions against a CNN with twenty units in their place",
        "HQNN-Parallel, arXiv 2304.09224",
        "3,000 images to learn from, fewer small ones, and 1,000 others: of --data, or " + SmallImages.Made + "; the publication has MNIST",
        "convolutions of 8 and 16 channels, 5 x 5 pixels (3 x 3 for small images), three layers of gates; Adam 3e-3, batch 50, 6 epochs "
        + "(30 for small images); the publication's sizes are open, it learns from all of MNIST")
    {
        Files = ImageData.Files,
    };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting) =>
        [.. ImageData.Of(setting, setting.Pick(300, 3000), setting.Pick(300, 1000)).Select(data => Classify(data, setting))];

    private static LabTask Classify(ImageData data, LabSetting setting)
    {
        bool isSmall = data.Training.Extents.Height < 16;
        LabTraining how = new(setting.Pick(isSmall ? 15 : 4, isSmall ? 30 : 6), ImageData.Batch, 3e-3);
        HqnnSettings settings = new()
        {
            Image = data.Training.Extents,
            KernelSize = isSmall ? 3 : 5,
            FirstChannels = 8,
            SecondChannels = 16,
            Classes = LabelledImages.Classes,
        };
        return new LabTask(
            data.Name, LabMeasure.Accuracy,
            [Model(Hybrid, settings), Model(Network, settings with { IsClassical = true })],
            [
                new LabClaim(
                    Hybrid, Network,
                    new(
                        PaperSays.Nothing, "0.9921 with an eighth of the CNN's parameters (MNIST); 0.9917 vs 0.992 elsewhere",
                        "its abstract; a re-implementation, at second hand")),
            ]);

        LabModel Model(string name, HqnnSettings sizes) => data.Model(name, how, store =>
        {
            HqnnParallel<float> network = new(store, "hqnn", sizes);
            return (tape, x, dropout) => network.Forward(tape, x, isTraining: dropout != DropoutSequence.None);
        });
    }
}
