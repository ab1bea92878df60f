using System.Buffers;
using System.Text;
using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Training;

/// <summary>The epochs of a run so far: which is the best, and whether it is time to stop.</summary>
public sealed class TrainingHistory
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = MinimalJsonEncoder.Instance };

    private readonly List<EpochReport> _epochs = [];

    /// <summary>The epochs in order.</summary>
    public IReadOnlyList<EpochReport> Epochs => _epochs;

    /// <summary>Adds an epoch.</summary>
    /// <param name="epoch">The one after the last.</param>
    internal void Add(EpochReport epoch) => _epochs.Add(epoch);

    /// <summary>The first epoch with the best value of a measure; the last epoch where there is no measure to go by.</summary>
    /// <param name="measure">Name of the measure, or null.</param>
    /// <exception cref="InvalidOperationException">There is no epoch yet.</exception>
    public EpochReport Best(string? measure)
    {
        if (_epochs.Count == 0) throw new InvalidOperationException("expected an epoch that has ended, found none");
        if (measure is null) return _epochs[^1];
        int sign = EpochReport.LowerIsBetter(measure) ? -1 : 1;
        EpochReport best = _epochs[0];
        foreach (EpochReport epoch in _epochs)
            if (sign * epoch[measure] > sign * best[measure]) best = epoch;
        return best;
    }

    /// <summary>Epochs since the best one.</summary>
    internal int SinceBest(string measure) => _epochs[^1].Epoch - Best(measure).Epoch;

    /// <summary>The epochs as JSON lines.</summary>
    public string ToJsonLines()
    {
        ArrayBufferWriter<byte> lines = new();
        using Utf8JsonWriter json = new(lines, Compact);
        foreach (EpochReport epoch in _epochs)
        {
            json.WriteStartObject();
            epoch.Write(json);
            json.WriteEndObject();
            json.Flush();
            lines.Write("\n"u8);
            json.Reset();
        }
        return Encoding.UTF8.GetString(lines.WrittenSpan);
    }

    /// <summary>Takes back what <see cref="ToJsonLines"/> wrote.</summary>
    /// <exception cref="QEngineException">It is not of that form.</exception>
    internal static TrainingHistory Parse(string lines)
    {
        TrainingHistory history = new();
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                history.Add(Read(document.RootElement));
            }
            catch (Exception malformed)
                when (malformed is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new QEngineException(
                    $"expected an epoch's measures as JSON in a training checkpoint, "
                    + $"found something else in epoch {history.Epochs.Count + 1}",
                    malformed);
            }
        }
        return history;
    }

    private static EpochReport Read(JsonElement epoch)
    {
        JsonElement diagnostics = epoch.GetProperty("diagnostics"u8);
        List<int> angles = [];
        if (diagnostics.TryGetProperty("angle_histogram"u8, out JsonElement bins))
            foreach (JsonElement bin in bins.EnumerateArray()) angles.Add(bin.GetInt32());
        return new EpochReport(epoch.GetProperty("epoch"u8).GetInt32(), Numbers(epoch, "epoch"), Numbers(diagnostics, ""), angles);
    }

    private static List<KeyValuePair<string, double>> Numbers(JsonElement json, string but)
    {
        List<KeyValuePair<string, double>> numbers = [];
        foreach (JsonProperty member in json.EnumerateObject())
            if (member.Value.ValueKind == JsonValueKind.Number && member.Name != but)
                numbers.Add(new(member.Name, member.Value.GetDouble()));
        return numbers;
    }
}
