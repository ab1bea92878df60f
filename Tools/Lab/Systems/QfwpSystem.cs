using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>Quantum fast weight programmers: maps that write to the angles of a circuit, beside QLSTM and an LSTM.</summary>
internal sealed class QfwpSystem : ILabSystem
{
    private static readonly ForecastCell
        Fast = new("QFWP", store => new QfwpCell<float>(store, "cell")),
        Gated = new("GQKAN-QFWP", store => new GatedQfwpCell<float>(store, "cell")),
        Qlstm = new("QLSTM", store => new QlstmCell<float>(store, "cell", 1, 3, 2)),
        Lstm = ForecastCell.Lstm(4);

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "qfwp",
        "maps that write to the angles of eight qubits at every step, without and with a gate, against QLSTM and an LSTM",
        "QFWP, arXiv 2402.17760; Gated QKAN-FWP, arXiv 2605.06734",
        "the damped pendulum and the Bessel function J2, computed",
        $"{SeriesForecast.Protocol}; the publications have RMSprop 1e-2, and windows of 64, batch 4 and Adam 1e-3 with the gate");

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting) =>
    [
        Forecast("damped pendulum", RecurrentSeries.DampedPendulum(), setting),
        Forecast("Bessel J2", RecurrentSeries.BesselJ2(), setting),
    ];

    private static LabTask Forecast(string name, double[] series, LabSetting setting) => SeriesForecast.Task(
        name, series, setting, [Fast, Gated, Qlstm, Lstm],
        new LabClaim(Fast.Name, Qlstm.Name, new(PaperSays.Nothing, "comparable or better", "its abstract")),
        new LabClaim(Fast.Name, Lstm.Name, PaperClaim.None),
        new LabClaim(Gated.Name, Fast.Name, PaperClaim.None));
}
