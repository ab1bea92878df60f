using QEngine.Kernels;

namespace QEngine.Tools.Lab;

/// <summary>CompactifAI: the square layers of a trained classifier cut to trains of cores, and trained on.</summary>
internal sealed class CompactifaiSystem : ILabSystem
{
    private const string Whole = "uncut", Train = "tensor train", Low = "low rank";
    private const int Width = CompactifaiCut.Width, Rank = 9;
    private const string Source = "its abstract, LLaMA-7B";

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "compactifai",
        "layers of a trained network cut to tensor trains, and healed, against cuts of low rank with as many parameters and the uncut ones",
        "CompactifAI, arXiv 2401.14109",
        $"{SmallImages.Made}, and a classifier trained on them, in place of a language model",
        "MLP 64-64-64-10, Adam 2e-3, batch 50, 30 epochs; its two matrices of 64 x 64 in two sites of rank 9, 1,152 numbers of 4,096; "
        + "healing 5 epochs of all parameters at 5e-4")
    { Files = $"{SmallImages.Files}, and a classifier trained on them, in place of a language model" };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        SmallImages images = SmallImages.Of(setting);
        TensorTrainShape train = new([8, 8], [8, 8], Rank), low = new([Width, 1], [1, Width], Rank);
        return [Task("cut", heals: false), Task("cut and healed", heals: true)];

        LabTask Task(string name, bool heals)
        {
            CompactifaiCut protocol = new(
                SmallImages.AsRows(images.Training), SmallImages.AsRows(images.Test), setting.Pick(10, 30), heals);
            return new LabTask(
                name, LabMeasure.Accuracy,
                [
                    new LabModel(Train, run => protocol.Cut(run, train)),
                    new LabModel(Low, run => protocol.Cut(run, low)),
                    new LabModel(Whole, protocol.Uncut),
                ],
                [
                    new LabClaim(Train, Low, PaperClaim.None),
                    new LabClaim(
                        Train, Whole, heals ? new(PaperSays.Nothing, "2 to 3 points lost of 70 % fewer", Source) : PaperClaim.None),
                ]);
        }
    }
}
