using System.Numerics;
using QEngine.Layers;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Layers;

/// <summary>The recurrent cells that the tests go over, by name, with their definitions.</summary>
internal static class RecurrentCase
{
    private static readonly QkanSettings Plain = new() { Repetitions = 2 }, Trained = Plain with { TrainsData = true };

    public static string[] Names { get; } = ["LSTM", "GRU", "QKAN-LSTM", "QKAN-LSTM of trained frequencies", "HQKAN-LSTM", "QLSTM", "QLSTM of two inputs", "QFWP", "GQKAN-QFWP"];

    public static IRecurrentCell<T> Cell<T>(string name, ParameterStore<T> store)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name switch
        {
            "LSTM" => new LstmCell<T>(store, "cell", 2, 3),
            "GRU" => new GruCell<T>(store, "cell", 2, 3),
            "QKAN-LSTM" => new QkanLstmCell<T>(store, "cell", 1, 2, Plain),
            "QKAN-LSTM of trained frequencies" => new QkanLstmCell<T>(store, "cell", 2, 2, Trained),
            "HQKAN-LSTM" => new QkanLstmCell<T>(store, "cell", 1, 4, Trained, latent: 2),
            "QLSTM" => new QlstmCell<T>(store, "cell", 1, 3, 2),
            "QLSTM of two inputs" => new QlstmCell<T>(store, "cell", 2, 1, 1),
            "QFWP" => new QfwpCell<T>(store, "cell"),
            _ => new GatedQfwpCell<T>(store, "cell"),
        };

    public static RecurrentOracle Oracle(string name, Func<string, double[]> weights) => name switch
    {
        "LSTM" => new LstmOracle(3, weights),
        "GRU" => new GruOracle(3, weights),
        "QKAN-LSTM" => new QkanLstmOracle(2, Plain, 0, weights),
        "QKAN-LSTM of trained frequencies" => new QkanLstmOracle(2, Trained, 0, weights),
        "HQKAN-LSTM" => new QkanLstmOracle(4, Trained, 2, weights),
        "QLSTM" => new QlstmOracle(1, 3, 2, weights),
        "QLSTM of two inputs" => new QlstmOracle(2, 1, 1, weights),
        "QFWP" => new QfwpOracle(weights),
        _ => new GatedQfwpOracle(weights),
    };
}
