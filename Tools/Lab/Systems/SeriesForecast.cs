using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>
/// The protocol of the QLSTM family (repository ycchen1989/FederatedQLSTM): a series between -1 and 1, windows of four numbers, the fifth
/// to be predicted; the first 67 in 100 windows to learn from, the others to test on.
/// </summary>
internal static class SeriesForecast
{
    /// <summary>How all of them are trained, for a card.</summary>
    public const string Protocol = "windows of 4, the first 67 % to learn from, Adam 1e-2, batch 10, 100 epochs";

    private const int Window = 4;

    /// <summary>One series.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="series">Its numbers.</param>
    /// <param name="setting">How it is run.</param>
    /// <param name="cells">What is trained.</param>
    /// <param name="claims">What is compared.</param>
    public static LabTask Task(
        string name, double[] series, LabSetting setting, IReadOnlyList<ForecastCell> cells, params LabClaim[] claims)
    {
        float[] scaled = SeriesWindows.Scaled(series);
        // The last number is left out, as in the publications' code.
        int windows = scaled.Length - Window - 1, learned = (int)(0.67 * windows);
        Examples training = SeriesWindows.OfNext(scaled, 0, learned, Window);
        Examples test = SeriesWindows.OfNext(scaled, learned, windows - learned, Window);
        LabTraining how = new(setting.Pick(10, 100), 10, 1e-2);
        LabModel[] models = [.. cells.Select(cell => new LabModel(cell.Name, run => Train(run, cell)))];
        return new LabTask(name, LabMeasure.SquaredError, models, claims);

        LabOutcome Train(LabRun run, ForecastCell cell)
        {
            LabNetwork network = new(run, store => Build(store, cell));
            double[] losses = network.Train(training, how);
            return new(network.Trainable, test.MeanSquaredError(network.Predict(test.Inputs, 1)), losses);
        }
    }

    private static Forward Build(ParameterStore<float> store, ForecastCell cell)
    {
        IRecurrentCell<float> made = cell.Make(store);
        if (cell.IsReservoir) store.Parameters.Freeze(true);
        SequenceRegression<float> regression = new(store, "output", made, 1);
        return (tape, x, _) => regression.Forward(tape, x, Window);
    }
}

/// <summary>A recurrent cell that a linear map reads.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Make">Declares its parameters.</param>
internal sealed record ForecastCell(string Name, Func<ParameterStore<float>, IRecurrentCell<float>> Make)
{
    /// <summary>Whether the linear map alone is trained.</summary>
    public bool IsReservoir { get; init; }

    /// <summary>An LSTM of one input.</summary>
    /// <param name="hidden">Its hidden numbers.</param>
    public static ForecastCell Lstm(int hidden) => new($"LSTM of {hidden}", store => new LstmCell<float>(store, "cell", 1, hidden));

    /// <summary>A GRU of one input.</summary>
    /// <param name="hidden">Its hidden numbers.</param>
    public static ForecastCell Gru(int hidden) => new($"GRU of {hidden}", store => new GruCell<float>(store, "cell", 1, hidden));
}
