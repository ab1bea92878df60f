using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>KArAt: learned Fourier functions of the scores in place of softmax.</summary>
internal sealed class KaratSystem : ILabSystem
{
    private const string Fourier = "Fourier", Softmax = "softmax";
    private const int Harmonics = 3, Rank = 12;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "karat",
        "attention by learned Fourier functions of three harmonics against softmax",
        "KArAt, arXiv 2503.10632",
        $"{SmallImages.Made}, eight tokens each, in place of CIFAR-10",
        "two layers of d = 32, one head, MLP factor 4, Adam 2e-3 falling by a cosine, batch 50, 40 epochs; the publication has ViT-Tiny, "
        + "12 layers of d = 192")
    { Files = $"{SmallImages.Files}, eight tokens each, in place of CIFAR-10" };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        SmallImages images = SmallImages.Of(setting);
        LabTraining how = new(setting.Pick(10, 40), 50, 2e-3) { IsCosine = true };
        StripeSettings plain = new() { Layers = 2, Intermediate = 128 };
        StripeSettings learned = plain with
        {
            Operator = (store, name) => new FourierOperator<float>(store, name, 1, SmallImages.Side, Harmonics, Rank),
        };
        return
        [
            new LabTask(
                "images", LabMeasure.Accuracy,
                [Model(Fourier, learned), Model(Softmax, plain)],
                [new LabClaim(Fourier, Softmax, PaperClaim.Of(LabMeasure.Accuracy, 0.7669, 0.7276, "its text, CIFAR-10, ViT-Tiny"))]),
        ];

        LabModel Model(string name, StripeSettings settings) =>
            images.ModelOfStripes(name, how, store => new StripeTransformer(store, settings).Forward);
    }
}
