using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Ops;

namespace QEngine.Tools.Lab;

/// <summary>Quanvolution: a convolution whose kernel is a circuit, its angles random or trained, beside an ordinary one.</summary>
internal sealed class QuanvolutionSystem : ILabSystem
{
    private const string Trained = "quanvolution", Fixed = "random circuit", Convolution = "convolution";
    private const int Size = 2, Depth = 1;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "quanvolution",
        "a circuit of four qubits as the kernel of a convolution, trained or random, against an ordinary kernel of as many channels",
        "HQNN-Quanv, arXiv 2304.09224; quanvolution, arXiv 1904.04767",
        "500 images to learn from, as published, and 1,000 others: of --data, or " + SmallImages.Made + "; the publication has MNIST",
        "windows of 2 x 2 pixels beside each other, a channel for each of 4 qubits, a linear map to the classes; Adam 3e-3, batch 50, 60 "
        + "epochs; the publication's kernel has 4 x 4 pixels")
    {
        Files = ImageData.Files,
    };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting) =>
        [.. ImageData.Of(setting, setting.Pick(200, 500), setting.Pick(300, 1000)).Select(data => Classify(data, setting))];

    private static LabTask Classify(ImageData data, LabSetting setting)
    {
        LabTraining how = new(setting.Pick(10, 60), ImageData.Batch, 3e-3);
        ImageWindows windows = new(data.Training.Extents, Size, stride: Size);
        return new LabTask(
            data.Name, LabMeasure.Accuracy,
            [Model(Trained, Quanvolution(trains: true)), Model(Fixed, Quanvolution(trains: false)), Model(Convolution, BuildConvolution)],
            [
                new LabClaim(
                    Trained, Convolution, new(PaperSays.FirstIsBetter, "0.7 vs 0.67 (0.79 with one channel), MNIST", "at second hand")),
                new LabClaim(Fixed, Convolution, PaperClaim.None),
            ]);

        LabModel Model(string name, Func<ParameterStore<float>, Forward> build) => data.Model(name, how, build);

        Func<ParameterStore<float>, Forward> Quanvolution(bool trains) => store =>
        {
            QuanvolutionLayer<float> layer = new(store, "quanvolution", windows, Depth, trains);
            LinearLayer<float> logits = Mlp.Linear(store, "fc", layer.Output.Length, LabelledImages.Classes);
            return (tape, x, _) => logits.Forward(tape, layer.Forward(tape, x));
        };

        Forward BuildConvolution(ParameterStore<float> store)
        {
            Conv2dLayer<float> layer = new(store, "conv", windows, windows.PatchLength);
            LinearLayer<float> logits = Mlp.Linear(store, "fc", layer.Output.Length, LabelledImages.Classes);
            return (tape, x, _) => logits.Forward(tape, Activations.LeakyRelu(tape, layer.Forward(tape, x), 0));
        }
    }
}
