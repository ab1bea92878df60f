using QEngine.Quantum;
using QEngine.Training;

namespace QEngine.Tools.Lab;

/// <summary>The quantum kernel of the ZZ feature map beside a Gaussian kernel, both in a support-vector machine.</summary>
internal sealed class KernelSystem : ILabSystem
{
    private const string Quantum = "ZZ kernel", Gaussian = "Gaussian kernel";
    private const int Training = 20;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "zz-kernel",
        "a support-vector machine with the quantum kernel of the ZZ feature map against one with a Gaussian kernel",
        "Havlicek et al., arXiv 1804.11326",
        "the publication's ad-hoc data, made for this kernel, and points within and outside of a circle; 20 points of each label to learn "
        + "from, other data for every seed",
        "C = 1, width of the Gaussian 1 / (features x variance), tolerance 1e-3; parameters are the points' numbers and the bias, the loss "
        + "is the share of wrong answers in training");

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        int test = setting.Pick(50, 500);
        return
        [
            Compare(
                "ad-hoc data", run => AdHocData.Create(run.Workers, run.Seed, Training, test),
                new(PaperSays.Nothing, "fully separated, ZZ kernel alone", "qiskit-machine-learning")),
            Compare("circle", run => CircleData.Create(run.Seed, Training, test), PaperClaim.None),
        ];
    }

    private static LabTask Compare(string name, Func<LabRun, TwoLabelData> data, PaperClaim paper)
    {
        return new LabTask(
            name, LabMeasure.Accuracy,
            [
                new(Quantum, run => Train(run, new ZzKernel(run.Workers, 2).Matrix)),
                new(Gaussian, run => Train(run, new GaussianKernel(data(run).Training).Matrix)),
            ],
            [new LabClaim(Quantum, Gaussian, paper)]);

        LabOutcome Train(LabRun run, KernelMatrix kernel)
        {
            (LabelledPoints training, LabelledPoints test) = data(run);
            double[] own = kernel(training.Points, training.Points);
            KernelClassifier classifier = KernelClassifier.Train(own, training.Labels, classes: 2, cost: 1);
            run.Report(1);
            double error = 1 - training.Accuracy(classifier.Predict(own));
            return new(training.Count + 1, test.Accuracy(classifier.Predict(kernel(test.Points, training.Points))), [error]);
        }
    }

    /// <summary>[points, other points].</summary>
    private delegate double[] KernelMatrix(ReadOnlySpan<double> x, ReadOnlySpan<double> y);
}
