using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>A variational classifier under attack, with and without attacked examples in its training, beside an MLP.</summary>
internal sealed class AdversarialSystem : ILabSystem
{
    private const string Hardened = "VQC, adversarial training", Plain = "VQC";
    private const string HardenedPerceptron = "MLP, adversarial training", Perceptron = "MLP";
    private const int Features = 4;
    private const float Epsilon = 0.3f;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "adversarial",
        "a variational classifier under the fast gradient sign attack, trained on attacked examples against trained on clean ones",
        "Ren et al., arXiv 2204.01738",
        "two clouds of points of four numbers, other points for every seed; the publication has images and quantum states on ten "
        + "qubits of a device",
        "attack by epsilon = 0.3 in every number; VQC of four qubits and two layers, MLP 4-4-2; Adam 2e-2, batch 20, 60 epochs; "
        + "adversarial training adds to every batch its examples attacked as the network then is");

    private delegate Tensor<float> Network(Tape<float> tape, Tensor<float> x);

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        LabTraining how = new(setting.Pick(10, 60), 20, 2e-2);
        (int toLearn, int toTest) = (setting.Pick(50, 200), setting.Pick(100, 500));
        PaperClaim paper = new(PaperSays.FirstIsBetter, "adversarial training enhances robustness", "its abstract");
        return [Task("under attack", Epsilon, paper), Task("clean", 0, PaperClaim.None)];

        LabTask Task(string name, float epsilon, PaperClaim paper) => new(
            name, LabMeasure.Accuracy,
            [
                new(Hardened, run => Train(run, BuildCircuit, isHardened: true, epsilon)),
                new(Plain, run => Train(run, BuildCircuit, isHardened: false, epsilon)),
                new(HardenedPerceptron, run => Train(run, BuildPerceptron, isHardened: true, epsilon)),
                new(Perceptron, run => Train(run, BuildPerceptron, isHardened: false, epsilon)),
            ],
            [new LabClaim(Hardened, Plain, paper), new LabClaim(Hardened, HardenedPerceptron, PaperClaim.None)]);

        LabOutcome Train(LabRun run, Func<ParameterStore<float>, Network> build, bool isHardened, float epsilon)
        {
            (LabelledPoints points, LabelledPoints others) = CloudData.Create(run.Seed, Features, informative: Features, toLearn, toTest);
            Network network = (_, _) => default;
            LabNetwork trained = new(run, store =>
            {
                network = build(store);
                return (tape, x, _) => network(tape, x);
            });
            FastGradientSign attack = new(run.Workers, (tape, x) => network(tape, x), Epsilon);
            Examples examples = points.ToClassify();
            double[] losses = isHardened
                ? trained.Train(examples.Count, how, (tape, chosen, _) => Loss(tape, network, attack, examples, points.Labels, chosen))
                : trained.Train(examples, how);
            Examples test = others.ToClassify();
            FastGradientSign attackOfTest = new(run.Workers, (tape, x) => network(tape, x), epsilon);
            float[] attacked = attackOfTest.Attack(test.Inputs, others.Labels);
            return new(trained.Trainable, test.Accuracy(trained.Predict(attacked, Features)), losses);
        }
    }

    /// <summary>Of the examples as they are and as they are attacked.</summary>
    private static Tensor<float> Loss(
        Tape<float> tape, Network network, FastGradientSign attack, Examples examples, int[] labels, ReadOnlySpan<int> chosen)
    {
        Tensor<float> clean = examples.Gather(tape, chosen), both = tape.Save(new Shape(2 * clean.Rows, clean.Columns));
        int[] own = new int[2 * chosen.Length];
        for (int i = 0; i < chosen.Length; i++) own[i] = own[i + chosen.Length] = labels[chosen[i]];
        clean.Span.CopyTo(both.Span);
        attack.Attack(clean.Span, own[..chosen.Length]).CopyTo(both.Span[clean.Shape.Length..]);
        return SoftmaxCrossEntropy.Apply(tape, network(tape, both), own);
    }

    private static Network BuildCircuit(ParameterStore<float> store)
    {
        VqcLayer<float> layer = new(store, "vqc", Features, layers: 2, VqcReadout.Parity);
        return layer.Forward;
    }

    private static Network BuildPerceptron(ParameterStore<float> store)
    {
        Mlp mlp = new(store, "mlp", Features, 4, 2);
        return mlp.Forward;
    }
}
