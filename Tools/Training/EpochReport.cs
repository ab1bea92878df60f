using System.Globalization;
using System.Text.Json;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>What an epoch came to, as the log line, the JSON and the model card say it.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Measures">Losses, accuracies and NDCG@10 by name, in order.</param>
/// <param name="Diagnostics">Signs of health by name, in order.</param>
/// <param name="Angles">Number of embedded angles in equal bins from -pi to pi; empty for a classical head.</param>
internal sealed record EpochReport(int Epoch, IReadOnlyList<KeyValuePair<string, double>> Measures, IReadOnlyList<KeyValuePair<string, double>> Diagnostics, IReadOnlyList<int> Angles)
{
    /// <summary>Names of the measures that every run has.</summary>
    public const string Loss = "loss", Accuracy = "accuracy", DevelopmentLoss = "dev_loss", DevelopmentAccuracy = "dev_accuracy", DevelopmentNdcg = "dev_ndcg@10";

    /// <summary>A measure; NaN where it was not taken.</summary>
    public double this[string measure]
    {
        get
        {
            foreach ((string name, double value) in Measures)
                if (name == measure) return value;
            return double.NaN;
        }
    }

    /// <summary>Whether a smaller value of a measure is better.</summary>
    public static bool LessIsBetter(string measure) => measure is Loss or DevelopmentLoss;

    /// <summary>The measures in a line.</summary>
    public string Line() => string.Join(", ", Measures.Where(measure => double.IsFinite(measure.Value)).Select(measure => $"{measure.Key} {measure.Value.ToString("F4", CultureInfo.InvariantCulture)}"));

    /// <summary>Writes the members of a JSON object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("epoch"u8, Epoch);
        Write(json, Measures);
        json.WriteStartObject("diagnostics"u8);
        Write(json, Diagnostics);
        if (Angles.Count > 0)
        {
            json.WriteStartArray("angle_histogram"u8);
            foreach (int count in Angles) json.WriteNumberValue(count);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, double>> values)
    {
        // What was not measured, an accuracy without candidates for instance, is left out: JSON has no NaN.
        foreach ((string name, double value) in values)
            if (double.IsFinite(value)) json.WriteNumber(name, value);
    }
}
