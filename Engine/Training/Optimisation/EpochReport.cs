using System.Globalization;
using System.Text.Json;

namespace QEngine.Training;

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Measures">Losses, accuracies and NDCG@10 by name, in order.</param>
/// <param name="Diagnostics">Signs of health by name, in order.</param>
/// <param name="Angles">Number of embedded angles in equal bins from -pi to pi; empty where there are none.</param>
public sealed record EpochReport(
    int Epoch, IReadOnlyList<KeyValuePair<string, double>> Measures, IReadOnlyList<KeyValuePair<string, double>> Diagnostics,
    IReadOnlyList<int> Angles)
{
    /// <summary>Mean loss of the epoch's steps, which every report has.</summary>
    public const string Loss = "loss";

    /// <summary>Share of the queries whose positive scored highest, in training and on development examples.</summary>
    public const string Accuracy = "accuracy", DevelopmentAccuracy = "dev_accuracy";

    /// <summary>Loss and NDCG@10 on development examples.</summary>
    public const string DevelopmentLoss = "dev_loss", DevelopmentNdcg = "dev_ndcg@10";

    /// <summary>A measure; NaN where it was not taken.</summary>
    /// <param name="measure">Its name.</param>
    public double this[string measure]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(measure);
            return Find(Measures, measure);
        }
    }

    /// <summary>A diagnostic; NaN where it was not taken.</summary>
    /// <param name="name">Its name.</param>
    public double Diagnostic(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Find(Diagnostics, name);
    }

    /// <summary>Whether a smaller value of a measure is better.</summary>
    /// <param name="measure">Its name.</param>
    public static bool LowerIsBetter(string measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return measure is Loss or DevelopmentLoss;
    }

    /// <summary>The measures in a line, without those that were not taken.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        foreach ((string name, double value) in Measures)
            if (double.IsFinite(value)) parts.Add($"{name} {value.ToString("F4", CultureInfo.InvariantCulture)}");
        return string.Join(", ", parts);
    }

    /// <summary>Writes the members of a JSON object; what was not measured is left out, since JSON has no NaN.</summary>
    /// <param name="json">Within an object.</param>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
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
        foreach ((string name, double value) in values)
            if (double.IsFinite(value)) json.WriteNumber(name, value);
    }

    private static double Find(IReadOnlyList<KeyValuePair<string, double>> values, string wanted)
    {
        foreach ((string name, double value) in values)
            if (name == wanted) return value;
        return double.NaN;
    }
}

/// <summary>Collects the report of an epoch from the trainer and the evaluators.</summary>
public sealed class EpochReportBuilder
{
    private readonly List<KeyValuePair<string, double>> _measures = [], _diagnostics = [];
    private IReadOnlyList<int> _angles = [];

    /// <summary>Adds a measure.</summary>
    /// <param name="name">Its name, unique within the report.</param>
    /// <param name="value">NaN where it could not be taken.</param>
    public void AddMeasure(string name, double value)
    {
        ArgumentNullException.ThrowIfNull(name);
        _measures.Add(new(name, value));
    }

    /// <summary>Adds a sign of health.</summary>
    /// <param name="name">Its name, unique within the report.</param>
    /// <param name="value">NaN where it could not be taken.</param>
    public void AddDiagnostic(string name, double value)
    {
        ArgumentNullException.ThrowIfNull(name);
        _diagnostics.Add(new(name, value));
    }

    /// <summary>Sets the histogram of embedded angles.</summary>
    /// <param name="angles">Counts in equal bins from -pi to pi.</param>
    public void SetAngles(IReadOnlyList<int> angles)
    {
        ArgumentNullException.ThrowIfNull(angles);
        _angles = angles;
    }

    internal EpochReport Build(int epoch) => new(epoch, _measures, _diagnostics, _angles);
}
