using QEngine.Layers;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>DARUAN and QKAN: functions of two numbers by sums of one-qubit circuits, beside an MLP.</summary>
internal sealed class DaruanSystem : ILabSystem
{
    private const string Qkan = "QKAN 2-5-1", Perceptron = "MLP 2-13-13-1";
    private const ulong DataSeed = 42;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "qkan",
        "QKAN, layers whose functions are one-qubit circuits, against an MLP of as many parameters",
        "DARUAN / QKAN, arXiv 2509.14026",
        "functions of two numbers between -1 and 1, exact, 1,000 points to learn from and 1,000 to test on",
        "r = 3 with trained frequencies and scales (240 parameters), Adam 1e-2 falling by a cosine, batch 100, 300 epochs; the publication "
        + "lengthens the circuits from r = 1 to 20 and goes on with L-BFGS");

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting) =>
    [
        Fit("exp(sin(pi x) + y^2)", (x, y) => Math.Exp(Math.Sin(Math.PI * x) + (y * y)), setting,
            new(PaperSays.Nothing, "9.6e-7 to 1.2e-7, QKAN alone", "its repository")),
        Fit("x y", (x, y) => x * y, setting, PaperClaim.None),
        Fit("sin(8 x) cos(5 y)", (x, y) => Math.Sin(8 * x) * Math.Cos(5 * y), setting, PaperClaim.None),
    ];

    private static LabTask Fit(string name, Func<double, double, double> function, LabSetting setting, PaperClaim paper)
    {
        int points = setting.Pick(400, 1000);
        SplittableRandom random = new(DataSeed);
        Examples training = Points(function, points, random.Split(0)), test = Points(function, points, random.Split(1));
        LabTraining how = new(setting.Pick(60, 300), 100, 1e-2) { IsCosine = true };
        return new LabTask(
            name, LabMeasure.SquaredError,
            [LabModel.Of(Qkan, training, test, how, BuildQkan), LabModel.Of(Perceptron, training, test, how, BuildPerceptron)],
            [new LabClaim(Qkan, Perceptron, paper)]);
    }

    private static Forward BuildQkan(ParameterStore<float> store)
    {
        QkanSettings settings = new() { TrainsData = true, TrainsScale = true };
        QkanLayer<float> first = new(store, "first", 2, 5, settings), second = new(store, "second", 5, 1, settings);
        return (tape, x, _) => second.Forward(tape, first.Forward(tape, x));
    }

    private static Forward BuildPerceptron(ParameterStore<float> store)
    {
        Mlp mlp = new(store, "mlp", 2, 13, 13, 1);
        return (tape, x, _) => mlp.Forward(tape, x);
    }

    private static Examples Points(Func<double, double, double> function, int count, SplittableRandom random)
    {
        float[] inputs = new float[2 * count], targets = new float[count];
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = ((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1);
            (inputs[2 * i], inputs[(2 * i) + 1], targets[i]) = ((float)x, (float)y, (float)function(x, y));
        }
        return Examples.ToRegress(inputs, new Shape(1, 2), targets, Shape.Scalar);
    }
}
