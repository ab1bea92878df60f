using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>The variational classifier behind the ZZ feature map, beside an MLP.</summary>
internal sealed class VqcSystem : ILabSystem
{
    private const string Circuit = "VQC, 4 layers", Perceptron = "MLP 2-4-2";

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "vqc",
        "a variational classifier behind the ZZ feature map against an MLP of as many parameters",
        "Havlicek et al., arXiv 1804.11326",
        "the publication's ad-hoc data, made for this feature map, 20 points of each label to learn from, other data for every seed",
        "exact gradients, Adam 5e-2, batch 10, 200 epochs; the publication has SPSA on a device");

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        LabTraining how = new(setting.Pick(30, 200), 10, 5e-2);
        int count = setting.Pick(50, 500);
        return
        [
            new LabTask(
                "ad-hoc data", LabMeasure.Accuracy,
                [Model(Circuit, BuildCircuit), Model(Perceptron, BuildPerceptron)],
                [new LabClaim(Circuit, Perceptron, PaperClaim.None)]),
        ];

        LabModel Model(string model, Func<ParameterStore<float>, Forward> build) => new(model, run =>
        {
            (LabelledPoints training, LabelledPoints test) = AdHocData.Create(run.Workers, run.Seed, training: 20, count);
            LabNetwork network = new(run, build);
            double[] losses = network.Train(training.ToClassify(), how);
            Examples others = test.ToClassify();
            return new(network.Trainable, others.Accuracy(network.Predict(others.Inputs, 2)), losses);
        });
    }

    private static Forward BuildCircuit(ParameterStore<float> store)
    {
        VqcLayer<float> layer = new(store, "vqc", features: 2, layers: 4, VqcReadout.Parity);
        return (tape, x, _) => layer.Forward(tape, x);
    }

    private static Forward BuildPerceptron(ParameterStore<float> store)
    {
        Mlp mlp = new(store, "mlp", 2, 4, 2);
        return (tape, x, _) => mlp.Forward(tape, x);
    }
}
