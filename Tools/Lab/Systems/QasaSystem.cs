namespace QEngine.Tools.Lab;

/// <summary>QASA: series continued by a transformer whose last layer has a circuit of nine qubits in it.</summary>
internal sealed class QasaSystem : ILabSystem
{
    private const string Circuit = "QASA", Bottleneck = "bottleneck", Plain = "encoder";
    private const string Source = "its results, 3 seeds";
    private const int Window = 20, Pairs = 400, Rollout = 99;

    private static readonly (string Name, Func<double[]> Series, double Circuit, double Plain)[] Series =
    [
        ("damped", QasaSeries.Damped, 0.01362, 0.00258),
        ("logistic", QasaSeries.Logistic, 0.1840, 0.1995),
        ("ARMA", QasaSeries.Arma, 6.370, 6.870),
        ("noisy damped", QasaSeries.NoisyDamped, 0.002807, 0.002886),
        ("piecewise", QasaSeries.Piecewise, 503.6, 491.2),
        ("sawtooth", QasaSeries.Sawtooth, 0.487, 0.040),
        ("square", QasaSeries.Square, 1.032, 1.035),
        ("seasonal", QasaSeries.Seasonal, 0.5507, 0.5863),
        ("waveform", QasaSeries.Waveform, 0.0186, 0.00521),
    ];

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "qasa",
        "an encoder layer with a nine-qubit circuit against a classical bottleneck in its place and an ordinary layer",
        "QASA, arXiv 2504.05336",
        "the nine series of the publication, 500 points, made anew with other noise",
        "four layers of d = 32, batch 16, AdamW 2e-3 falling by a cosine, 40 epochs, parameters of the lowest loss, then 99 steps each "
        + "from the ones before; the publication has d = 64, batch 1, rate 5e-4, 200 epochs, and ReLU where ordinary layers have GELU");

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        LabTraining how = new(setting.Pick(3, 40), 16, 2e-3)
        {
            IsCosine = true,
            KeepsBest = true,
            Adam = new() { WeightDecay = 1e-4f, ClipNorm = 1 },
        };
        int hidden = setting.Pick(16, 32);
        return
        [
            .. Series.Take(setting.Pick(2, Series.Length)).Select(
                one => Continue(one.Name, one.Series(), how, hidden, one.Circuit, one.Plain)),
        ];
    }

    private static LabTask Continue(string name, double[] values, LabTraining how, int hidden, double circuit, double plain)
    {
        float[] series = [.. values.Select(value => (float)value)];
        Examples windows = SeriesWindows.OfEveryNext(series, 0, Pairs + 1 - Window, Window);
        LabMeasure measure = new("rollout MSE", LowerIsBetter: true);
        return new LabTask(
            name, measure,
            [Model(Circuit, QasaLast.Circuit), Model(Bottleneck, QasaLast.Bottleneck), Model(Plain, QasaLast.Encoder)],
            [
                new LabClaim(Circuit, Plain, PaperClaim.Of(measure, circuit, plain, Source)),
                new LabClaim(Circuit, Bottleneck, new(PaperSays.Nothing, "equal", "its abstract")),
            ]);

        LabModel Model(string model, QasaLast last) => new(model, run =>
        {
            LabNetwork network = new(run, store => new QasaNetwork(store, hidden, Window, last).Forward);
            double[] losses = network.Train(windows, how);
            return new(network.Trainable, Continuation(network, series), losses);
        });
    }

    /// <summary>Mean squared error of numbers that are each predicted from the window before, in which stand predictions too.</summary>
    private static double Continuation(LabNetwork network, float[] series)
    {
        float[] window = series[(Pairs - Window)..Pairs];
        double sum = 0;
        for (int step = 0; step < Rollout; step++)
        {
            float next = network.Predict(window, 1)[^1];
            sum += Math.Pow(next - series[Pairs + step], 2);
            window = [.. window[1..], next];
        }
        return sum / Rollout;
    }
}
