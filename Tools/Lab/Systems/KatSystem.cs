namespace QEngine.Tools.Lab;

/// <summary>KAT: feed-forward networks with trained rational activations in a vision transformer.</summary>
internal sealed class KatSystem : ILabSystem
{
    private const string Kat = "GR-KAN", Plain = "GELU";

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "kat",
        "a vision transformer whose feed-forward networks have trained rational activations (GR-KAN) against one with GELU",
        "KAT, arXiv 2409.10594",
        $"{SmallImages.Made}, eight tokens each, in place of ImageNet",
        "two layers of d = 32, one head, MLP factor 4, Adam 2e-3 falling by a cosine, batch 50, 40 epochs; the publication has 12 layers "
        + "of d = 192 to 768 and 300 epochs")
    { Files = $"{SmallImages.Files}, eight tokens each, in place of ImageNet" };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        SmallImages images = SmallImages.Of(setting);
        LabTraining how = new(setting.Pick(10, 40), 50, 2e-3) { IsCosine = true };
        return
        [
            new LabTask(
                "images", LabMeasure.Accuracy,
                [Model(Kat, isKat: true), Model(Plain, isKat: false)],
                [new LabClaim(Kat, Plain, PaperClaim.Of(LabMeasure.Accuracy, 0.9753, 0.9746, "its code's MNIST check"))]),
        ];

        LabModel Model(string name, bool isKat)
        {
            StripeSettings settings = new() { Layers = 2, Intermediate = 128, IsKat = isKat };
            return images.ModelOfStripes(name, how, store => new StripeTransformer(store, settings).Forward);
        }
    }
}
