using QEngine.Layers;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>QSSL: representations learned from two views of every image without labels, then told apart by a linear map.</summary>
internal sealed class QsslSystem : ILabSystem
{
    private const string Ring = "ring", AllToAll = "all-to-all", Published = "classical, 144", Equal = "classical, 32";
    private const string Source = "its raw results, CIFAR-10";

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "qssl",
        "eight-qubit circuits as representation networks of self-supervised learning against classical ones",
        "QSSL, arXiv 2103.14653",
        $"{SmallImages.Made}, in place of five classes of CIFAR-10",
        "MLP 64-32-8 in place of ResNet-18, views by moves, brightness and noise; NT-Xent at 0.07, Adam 1e-3, batch 100, 30 epochs; then a "
        + "linear map of the frozen representations, brought to deviation 1, Adam 1e-2, 60 epochs")
    { Files = $"{SmallImages.Files}, in place of five classes of CIFAR-10" };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        SmallImages images = SmallImages.Of(setting);
        int epochs = setting.Pick(5, 30), probeEpochs = setting.Pick(20, 60);
        LabMeasure measure = new("probe accuracy", LowerIsBetter: false);
        return
        [
            new LabTask(
                "images", measure,
                [
                    Model(Ring, Network(QsslRepresentation.Ring)),
                    Model(AllToAll, Network(QsslRepresentation.AllToAll)),
                    Model(Published, Network(QsslRepresentation.Classical)),
                    Model(Equal, store => new ClassicalBottleneck<float>(store, "representation").Forward),
                ],
                [
                    new LabClaim(Ring, Published, PaperClaim.Of(measure, 0.4651, 0.4349, Source)),
                    new LabClaim(AllToAll, Published, PaperClaim.Of(measure, 0.4278, 0.4349, Source)),
                    new LabClaim(Ring, Equal, PaperClaim.None),
                ]),
        ];

        LabModel Model(string name, Representation represent) => new(name, run =>
        {
            QsslEncoder encoder = new(run, represent);
            double[] losses = encoder.Pretrain(images.Training, epochs);
            LabNetwork probe = new(run, store =>
            {
                LinearLayer<float> linear = Mlp.Linear(store, "probe", QsslEncoder.Width, LabelledImages.Classes);
                return (tape, x, _) => linear.Forward(tape, x);
            });
            // The circuits that are kept are those of the first.
            (float[] held, float[] learned) = (encoder.Represent(images.Test.Pixels), encoder.Represent(images.Training.Pixels));
            Columns.Standardize(learned, held, QsslEncoder.Width);
            probe.Train(Labelled(learned, images.Training), new LabTraining(probeEpochs, 100, 1e-2));
            Examples test = Labelled(held, images.Test);
            return new(encoder.Trainable, test.Measure(probe.Predict(test.Inputs, QsslEncoder.Width)), losses);
        });
    }

    private static Representation Network(QsslRepresentation representation) =>
        store => new QsslNetwork<float>(store, "representation", QsslEncoder.Width, representation).Forward;

    private static Examples Labelled(float[] representations, LabelledImages images) =>
        Examples.ToClassify(representations, Shape.Vector(QsslEncoder.Width), images.Labels);
}
