using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>QLSTM and QRNN-RC: gates of circuits of four qubits, trained or left as they are, beside an LSTM.</summary>
internal sealed class QlstmSystem : ILabSystem
{
    private static readonly ForecastCell
        Trained = new("QLSTM", Quantum),
        Reservoir = new("QRNN-RC", Quantum) { IsReservoir = true },
        Lstm = ForecastCell.Lstm(5),
        ClassicalReservoir = ForecastCell.Lstm(4) with { Name = "LSTM-RC", IsReservoir = true };

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "qlstm",
        "an LSTM of six circuits of four qubits, trained or as a reservoir, against an LSTM, trained or as a reservoir",
        "QLSTM, arXiv 2009.01783; QRNN-RC, arXiv 2211.02612",
        "the damped pendulum and the Bessel function J2, computed",
        $"{SeriesForecast.Protocol}; circuits of two layers");

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting) =>
    [
        Forecast("damped pendulum", RecurrentSeries.DampedPendulum(), setting),
        Forecast("Bessel J2", RecurrentSeries.BesselJ2(), setting),
    ];

    private static LabTask Forecast(string name, double[] series, LabSetting setting) => SeriesForecast.Task(
        name, series, setting, [Trained, Reservoir, Lstm, ClassicalReservoir],
        new LabClaim(Trained.Name, Lstm.Name, PaperClaim.None),
        new LabClaim(Reservoir.Name, Trained.Name, new(PaperSays.Nothing, "comparable", "its abstract")),
        new LabClaim(Reservoir.Name, ClassicalReservoir.Name, new(PaperSays.Nothing, "in fewer epochs in most cases", "its abstract")));

    private static QlstmCell<float> Quantum(ParameterStore<float> store) => new(store, "cell", 1, 3, 2);
}
