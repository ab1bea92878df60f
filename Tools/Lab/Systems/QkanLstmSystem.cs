using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>QKAN-LSTM and HQKAN-LSTM: gates of one-qubit circuits, beside an LSTM and a GRU.</summary>
internal sealed class QkanLstmSystem : ILabSystem
{
    private static readonly QkanSettings Edges = new() { Repetitions = 1, TrainsData = true };

    private static readonly ForecastCell
        Qkan = new("QKAN-LSTM", store => new QkanLstmCell<float>(store, "cell", 1, 2, Edges)),
        Hybrid = new("HQKAN-LSTM", store => new QkanLstmCell<float>(store, "cell", 1, 3, Edges, latent: 2)),
        Lstm = ForecastCell.Lstm(5), Gru = ForecastCell.Gru(6);

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "qkan-lstm",
        "LSTMs whose gates are sums of one-qubit circuits against an LSTM and a GRU of about as many parameters",
        "QKAN-LSTM, arXiv 2512.05049",
        "the damped pendulum and the Bessel function J2, computed; the publication has a third series, of telephone traffic",
        $"{SeriesForecast.Protocol}; r = 1 with trained frequencies, 2 hidden numbers, or 3 with 2 between the linear maps, since the "
        + "publication does not tell its sizes");

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting) =>
    [
        Forecast("damped pendulum", RecurrentSeries.DampedPendulum(), setting, "1.02e-3 vs more", "less vs more"),
        Forecast("Bessel J2", RecurrentSeries.BesselJ2(), setting, "3.27e-4 vs more", "3.21e-4 vs more"),
    ];

    private static LabTask Forecast(string name, double[] series, LabSetting setting, string qkan, string hybrid) => SeriesForecast.Task(
        name, series, setting, [Qkan, Hybrid, Lstm, Gru],
        new LabClaim(Qkan.Name, Lstm.Name, Better(qkan)),
        new LabClaim(Hybrid.Name, Lstm.Name, Better(hybrid)),
        new LabClaim(Qkan.Name, Gru.Name, PaperClaim.None));

    private static PaperClaim Better(string figures) => new(PaperSays.FirstIsBetter, figures, "its abstract, figures at second hand");
}
