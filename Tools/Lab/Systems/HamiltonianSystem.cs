using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>Images as Hamiltonians between trained unitaries, beside a linear map.</summary>
internal sealed class HamiltonianSystem : ILabSystem
{
    private const string Quantum = "Hamiltonian embedding", Classical = "linear 64-8";
    private const int Classes = 8;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "hamiltonian",
        "images as Hamiltonians between trained unitaries of three qubits against a linear map of as many parameters",
        "Wang et al., arXiv 2407.14055",
        $"the digits 0 to 7: with --data {SmallImages.Files}, without {SmallImages.Made}",
        "eight layers of any unitary of three qubits, Adam 1e-2, batch 50, 40 epochs; the publication has gates of two qubits for the "
        + "digits and a convolutional circuit as the counterpart, and five qubits for larger images")
    {
        Files = SmallImages.Files,
    };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        SmallImages images = SmallImages.Of(setting).Below(Classes);
        LabTraining how = new(setting.Pick(5, 40), 50, 1e-2);
        return
        [
            new LabTask(
                setting.Folder is null ? "dot-matrix digits" : "handwritten digits", LabMeasure.Accuracy,
                [images.ModelOfRows(Quantum, how, BuildQuantum), images.ModelOfRows(Classical, how, BuildClassical)],
                [
                    new LabClaim(
                        Quantum, Classical, new(PaperSays.Nothing, ".9440 vs .7895 of a convolutional circuit, digits", "its results")),
                ]),
        ];
    }

    private static Forward BuildQuantum(ParameterStore<float> store)
    {
        HamiltonianClassifier<float> classifier = new(store, "h", qubits: 3, layers: 8, measured: 3, Classes);
        return (tape, x, _) => classifier.Forward(tape, x);
    }

    private static Forward BuildClassical(ParameterStore<float> store)
    {
        LinearLayer<float> linear = Mlp.Linear(store, "linear", 64, Classes);
        return (tape, x, _) => linear.Forward(tape, x);
    }
}
