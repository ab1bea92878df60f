using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>QKAN and HQKAN as classifiers of images, beside MLPs.</summary>
internal sealed class HybridQkanSystem : ILabSystem
{
    private const string Qkan = "QKAN 10-10", Deep = "MLP 10-20-20-10", Hybrid = "HQKAN 64-6-6-10", Shallow = "MLP 64-10-10";
    private const int Pixels = SmallImages.Side * SmallImages.Side, Features = 10;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "hqkan",
        "classifiers with QKAN layers, behind ten features or between linear maps, against MLPs of as many parameters",
        "DARUAN / QKAN, arXiv 2509.14026",
        $"{SmallImages.Made}, in place of MNIST and CIFAR-100",
        "r = 3, Adam 5e-3 falling by a cosine, batch 50, 40 epochs; ten features by a linear map, where the publication has convolutions, "
        + "Adam 1e-3, batch 1,000 and 20 epochs")
    { Files = $"{SmallImages.Files}, in place of MNIST and CIFAR-100" };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        SmallImages images = SmallImages.Of(setting);
        LabTraining how = new(setting.Pick(10, 40), 50, 5e-3) { IsCosine = true };
        return
        [
            new LabTask(
                "images", LabMeasure.Accuracy,
                [
                    images.ModelOfRows(Qkan, how, BuildQkan),
                    images.ModelOfRows(Deep, how, BuildDeep),
                    images.ModelOfRows(Hybrid, how, BuildHybrid),
                    images.ModelOfRows(Shallow, how, BuildShallow),
                ],
                [
                    new LabClaim(Qkan, Deep, PaperClaim.Of(LabMeasure.Accuracy, 0.9585, 0.9557, "its repository, MNIST")),
                    new LabClaim(
                        Hybrid, Shallow, new(PaperSays.Nothing, "0.362 vs 0.374 with 5 times the parameters", "its repository, CIFAR-100")),
                ]),
        ];
    }

    private static Forward BuildQkan(ParameterStore<float> store)
    {
        LinearLayer<float> features = Mlp.Linear(store, "features", Pixels, Features);
        QkanLayer<float> qkan = new(store, "qkan", Features, LabelledImages.Classes, new());
        return (tape, x, _) => qkan.Forward(tape, features.Forward(tape, x));
    }

    private static Forward BuildDeep(ParameterStore<float> store)
    {
        LinearLayer<float> features = Mlp.Linear(store, "features", Pixels, Features);
        Mlp mlp = new(store, "mlp", Features, 20, 20, LabelledImages.Classes);
        return (tape, x, _) => mlp.Forward(tape, features.Forward(tape, x));
    }

    private static Forward BuildHybrid(ParameterStore<float> store)
    {
        HybridQkan<float> hybrid = new(store, "hybrid", Pixels, 6, 6, LabelledImages.Classes, new());
        return (tape, x, _) => hybrid.Forward(tape, x);
    }

    private static Forward BuildShallow(ParameterStore<float> store)
    {
        Mlp mlp = new(store, "mlp", Pixels, 10, LabelledImages.Classes);
        return (tape, x, _) => mlp.Forward(tape, x);
    }
}
