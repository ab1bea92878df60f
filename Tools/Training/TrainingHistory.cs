using System.Text;
using System.Text.Json;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The epochs of a run so far: which is the best, and whether it is time to stop.</summary>
internal sealed class TrainingHistory
{
    private readonly List<EpochReport> _epochs = [];

    /// <summary>The epochs in order.</summary>
    public IReadOnlyList<EpochReport> Epochs => _epochs;

    /// <summary>Adds an epoch.</summary>
    public void Add(EpochReport epoch) => _epochs.Add(epoch);

    /// <summary>The first epoch with the best value of a measure; the last epoch where there is no measure to go by.</summary>
    public EpochReport Best(string? measure)
    {
        if (measure is null) return _epochs[^1];
        int sign = EpochReport.LessIsBetter(measure) ? -1 : 1;
        EpochReport best = _epochs[0];
        foreach (EpochReport epoch in _epochs)
            if (sign * epoch[measure] > sign * best[measure]) best = epoch;
        return best;
    }

    /// <summary>Epochs since the best one.</summary>
    public int SinceBest(string measure) => _epochs[^1].Epoch - Best(measure).Epoch;

    /// <summary>The epochs as JSON lines.</summary>
    public string ToJsonLines()
    {
        StringBuilder lines = new();
        foreach (EpochReport epoch in _epochs) lines.Append(JsonText.Of(epoch.Write, JsonText.Compact)).Append('\n');
        return lines.ToString();
    }

    /// <summary>Takes back what <see cref="ToJsonLines"/> wrote.</summary>
    /// <exception cref="QEngineException">It is not of that form.</exception>
    public static TrainingHistory Parse(string lines)
    {
        TrainingHistory history = new();
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                history.Add(Read(document.RootElement));
            }
            catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new QEngineException($"expected an epoch's measures as JSON in a training checkpoint, found something else in epoch {history.Epochs.Count + 1}", malformed);
            }
        }
        return history;
    }

    private static EpochReport Read(JsonElement epoch)
    {
        JsonElement diagnostics = epoch.GetProperty("diagnostics"u8);
        int[] angles = diagnostics.TryGetProperty("angle_histogram"u8, out JsonElement bins) ? [.. bins.EnumerateArray().Select(bin => bin.GetInt32())] : [];
        return new EpochReport(epoch.GetProperty("epoch"u8).GetInt32(), Numbers(epoch, "epoch"), Numbers(diagnostics, ""), angles);
    }

    private static List<KeyValuePair<string, double>> Numbers(JsonElement json, string but) =>
        [.. json.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Number && member.Name != but).Select(member => KeyValuePair.Create(member.Name, member.Value.GetDouble()))];
}
