using QEngine.Quantum;
using QEngine.Training;

namespace QEngine.Tools.Lab;

/// <summary>Which features a quantum kernel's classifier rests on: Q-MEDLEY beside either of the two that it is made of.</summary>
internal sealed class ImportanceSystem : ILabSystem
{
    private const string Medley = "Q-MEDLEY", Permuted = "permutation", Dropped = "drop-column";
    private const int Features = 5, Informative = 2, Repeats = 5;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "q-medley",
        "importance of features for a classifier with a quantum kernel, by Q-MEDLEY against by permutation or by dropping alone",
        "QuXAI, arXiv 2505.10167",
        "two clouds of points of five numbers, of which two tell the labels; other points for every seed",
        "support-vector machine on the ZZ kernel, C = 1; five permutations, dropping is setting to 0, as the publication's code; "
        + "parameters are the points' numbers and the bias, the loss is the share of wrong answers in training");

    private static LabMeasure Recall { get; } = new("recall of the two", LowerIsBetter: false);

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        int training = setting.Pick(30, 60), test = setting.Pick(50, 200);
        return
        [
            new LabTask(
                "clouds", Recall,
                [
                    new(Medley, run => Explain(run, importance => importance.Medley)),
                    new(Permuted, run => Explain(run, importance => importance.Permuted)),
                    new(Dropped, run => Explain(run, importance => importance.Dropped)),
                ],
                [
                    new LabClaim(Medley, Permuted, new(PaperSays.Nothing, "qualitative", "its abstract")),
                    new LabClaim(Medley, Dropped, new(PaperSays.Nothing, "qualitative", "its abstract")),
                ]),
        ];

        LabOutcome Explain(LabRun run, Func<FeatureImportance, double[]> take)
        {
            (LabelledPoints points, LabelledPoints others) = CloudData.Create(run.Seed, Features, Informative, training, test);
            ZzKernel kernel = new(run.Workers, Features);
            double[] own = kernel.Matrix(points.Points, points.Points);
            KernelClassifier classifier = KernelClassifier.Train(own, points.Labels, classes: 2, cost: 1);
            FeatureImportance importance = FeatureImportance.Of(
                others, x => classifier.Predict(kernel.Matrix(x, points.Points)), Repeats, run.Seed);
            run.Report(1);
            int[] expected = [.. Enumerable.Range(0, Informative)];
            return new(
                points.Count + 1, FeatureImportance.Recall(take(importance), expected), [1 - points.Accuracy(classifier.Predict(own))]);
        }
    }
}
