using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>"Let the Quantum Creep In": two convolutions and a linear layer, replaced by quantum ones step by step.</summary>
internal sealed class CreepInSystem : ILabSystem
{
    private const string Classical = "level 0, classical", Convolutions = "level 1, convolutions", All = "level 2, all layers";
    private const string Source = "its results, MNIST, 5 runs";
    private const int Channels = 4, Window = 3, Classes = 8;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "creep-in",
        "two convolutions and a linear layer against flipped quanvolutions and a re-uploading layer in their place",
        "Let the Quantum Creep In, arXiv 2409.17583",
        $"the digits 0 to 7: with --data {SmallImages.Files}, without {SmallImages.Made}",
        "four channels, three qubits and eight repetitions in the last layer, Adam 5e-3, batch 50, 30 epochs; the publication has images "
        + "of 32 x 32, 32 and 16 channels, seven qubits and ten repetitions, Adam 5e-4, batch 200, 50 epochs")
    {
        Files = SmallImages.Files,
    };

    private delegate Tensor<float> Layer(Tape<float> tape, Tensor<float> x);

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        SmallImages images = SmallImages.Of(setting).Below(Classes);
        LabTraining how = new(setting.Pick(5, 30), 50, 5e-3);
        LabMeasure measure = LabMeasure.Accuracy;
        return
        [
            new LabTask(
                setting.Folder is null ? "dot-matrix digits" : "handwritten digits", measure,
                [Model(All, 2), Model(Convolutions, 1), Model(Classical, 0)],
                [
                    new LabClaim(All, Classical, PaperClaim.Of(measure, .9692, .9230, Source)),
                    new LabClaim(Convolutions, Classical, PaperClaim.Of(measure, .9234, .9230, Source)),
                ]),
        ];

        LabModel Model(string model, int level) =>
            images.ModelOfRows(model, how, store => Build(store, images.Training.Extents, level));
    }

    private static Forward Build(ParameterStore<float> store, ImageShape image, int level)
    {
        Layer first = Convolution(store, "first", image, level > 0, out ImageShape middle);
        Layer second = Convolution(store, "second", middle, level > 0, out ImageShape end), last;
        if (level > 1) last = new ReuploadingLinear<float>(store, "last", qubits: 3, repetitions: 8, Classes).Forward;
        else last = Linear(store, "last", end.Length, Classes);
        return (tape, x, _) => last(tape, second(tape, first(tape, x)));
    }

    private static Layer Convolution(ParameterStore<float> store, string name, ImageShape image, bool isQuantum, out ImageShape result)
    {
        ImageWindows windows = new(image, Window, stride: 1);
        ImageShape convolved = result = windows.Result(Channels);
        if (isQuantum) return new FlippedQuanvolution<float>(store, name, image, Channels).Forward;
        Layer linear = Linear(store, name, windows.PatchLength, Channels);
        return (tape, x) => linear(tape, Unfold.Apply(tape, windows, x)).As(new Shape(x.Rows, convolved.Length));
    }

    private static Layer Linear(ParameterStore<float> store, string name, int inputs, int outputs)
    {
        LinearLayer<float> linear = Mlp.Linear(store, name, inputs, outputs);
        return (tape, x) => linear.Forward(tape, x);
    }
}
