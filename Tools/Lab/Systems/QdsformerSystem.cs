using QEngine.Layers;
using QEngine.Quantum;

namespace QEngine.Tools.Lab;

/// <summary>QDSFormer: doubly stochastic attention by a unitary, an orthogonal matrix or Sinkhorn's steps.</summary>
internal sealed class QdsformerSystem : ILabSystem
{
    private const string Softmax = "softmax", Unitary = "unitary", Orthogonal = "orthogonal", Sinkhorn = "Sinkhorn";
    private const string Source = "its text, MNIST, one layer";
    private const double PaperSoftmax = 0.891;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "qdsformer",
        "doubly stochastic attention by a unitary with fixed angles, by an orthogonal matrix and by Sinkhorn against softmax",
        "QDSFormer, arXiv 2504.16275",
        $"{SmallImages.Made}, eight tokens each, in place of MNIST in stripes",
        "one layer of d = 32, one head, MLP factor 1, Adam 2e-3 falling by a cosine, batch 50, 40 epochs; unitary of 3 + 1 qubits and 4 "
        + "layers with angles of every seed's own; the publication has d = 128, 45 epochs and more, 16 layers and angles it does not print")
    { Files = $"{SmallImages.Files}, eight tokens each, in place of MNIST in stripes" };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        SmallImages images = SmallImages.Of(setting);
        LabTraining how = new(setting.Pick(6, 40), 50, 2e-3) { IsCosine = true };
        MixingCircuit mixing = new(data: 3, auxiliary: 1, layers: setting.Pick(1, 4));
        return
        [
            new LabTask(
                "images", LabMeasure.Accuracy,
                [
                    Model(Unitary, Fixed(mixing)),
                    Model(Orthogonal, (_, _) => new OrthogonalOperator<float>()),
                    Model(Sinkhorn, (_, _) => new SinkhornOperator<float>(3)),
                    Model(Softmax, (_, _) => StripeSettings.Softmax),
                ],
                [
                    new LabClaim(Unitary, Softmax, PaperClaim.Of(LabMeasure.Accuracy, 0.939, PaperSoftmax, Source)),
                    new LabClaim(Orthogonal, Softmax, PaperClaim.Of(LabMeasure.Accuracy, 0.966, PaperSoftmax, Source)),
                    new LabClaim(Sinkhorn, Softmax, PaperClaim.Of(LabMeasure.Accuracy, 0.943, PaperSoftmax, Source)),
                ]),
        ];

        LabModel Model(string name, Func<ParameterStore<float>, string, IScoreOperator<float>> scores) =>
            images.ModelOfStripes(name, how, store => new StripeTransformer(store, new() { Operator = scores }).Forward);
    }

    /// <summary>A unitary whose factors stay as they are drawn.</summary>
    private static Func<ParameterStore<float>, string, IScoreOperator<float>> Fixed(MixingCircuit mixing) => (store, name) =>
    {
        int first = store.Parameters.Count;
        UnitaryOperator<float> unitary = new(store, name, mixing);
        store.Since(first).Freeze(frozen: true);
        return unitary;
    };
}
