using System.Globalization;
using System.Text.Json;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Heads;

/// <summary>What became of a head, as JSON and as a table.</summary>
/// <param name="Choice">What was wanted.</param>
/// <param name="Finished">The head.</param>
/// <param name="Comparison">It and its rivals on the held-out part; null where nothing is held out.</param>
/// <param name="Length">Length of the vectors.</param>
/// <param name="Folder">Where it is.</param>
internal sealed record HeadReport(HeadChoice Choice, FinishedHead Finished, HeadComparison? Comparison, double Length, string Folder)
{
    private const double ShortestForAngles = 0.1, LongestForAngles = 10;

    // The weights of a truncation are rows of the identity: nothing was learned.
    private int Parameters => Choice.Kind == HeadKind.Truncate ? 0 : Finished.Head.Parameters.Count;

    /// <summary>A measure's value as the table shows it.</summary>
    public static string Value(double value) => double.IsNaN(value) ? "-" : value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>Writes the members of a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("head", Folder);
        json.WriteString("kind", Choice.Name);
        json.WriteNumber("input_dimension", Choice.Inputs);
        json.WriteNumber("dimension", Choice.Dimension);
        json.WriteNumber("vector_length", Length);
        json.WriteNumber("parameters", Parameters);
        json.WriteNumber("seconds", Finished.Time.TotalSeconds);
        if (Finished.Losses.Length > 0)
        {
            json.WriteNumber("steps", Finished.Losses.Length);
            json.WriteNumber("first_loss", Finished.Losses[0]);
            json.WriteNumber("last_loss", Finished.Losses[^1]);
        }
        if (Comparison is not null) WriteComparison(json, Comparison);
    }

    /// <summary>Writes a table and what belongs beside its values.</summary>
    public void WriteTable(ResultWriter results)
    {
        if (Comparison is not null)
        {
            results.Table(Table(Comparison));
            foreach (string note in Notes(Comparison)) results.Remark(note);
        }
        if (Choice.Kind == HeadKind.Quantum && Length is < ShortestForAngles or > LongestForAngles)
            results.Remark(string.Create(CultureInfo.InvariantCulture, $"the vectors are {Length:G3} long: a quantum head takes their numbers for angles as they are and is best given vectors of length 1"));
        string losses = Finished.Losses.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", loss {Finished.Losses[0]:F4} -> {Finished.Losses[^1]:F4} in {Finished.Losses.Length} steps");
        string line = string.Create(CultureInfo.InvariantCulture, $"{Choice.Inputs} -> {Choice.Dimension}, {Parameters} parameters{losses} ({Finished.Time.TotalSeconds:F1} s): {Folder}");
        if (Comparison is null) results.Line(line);
        else results.Remark(line);
    }

    private static ResultTable Table(HeadComparison comparison)
    {
        string[] columns = [.. comparison.Task.Measures, "bytes/vector", "parameters", "seconds"];
        ResultTable table = new([new("vectors"), .. columns.Select(column => new ResultColumn(column, IsNumber: true))]);
        foreach (ComparedHead row in comparison.Rows)
        {
            string[] cells = [.. row.Values.Select(Value), row.Bytes.ToString(CultureInfo.InvariantCulture), row.Parameters.ToString(CultureInfo.InvariantCulture), row.Time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)];
            table.Add([row.Name, .. cells]);
        }
        return table;
    }

    private static IEnumerable<string> Notes(HeadComparison comparison)
    {
        HeadTask task = comparison.Task;
        string measured = task.Measured < task.HeldOut ? $"{task.Measured} of {task.HeldOut} held-out {task.Unit}, a random choice" : $"{task.HeldOut} held-out {task.Unit}";
        yield return $"measured on {measured}: {task.Description}";
        if (comparison.ComponentRows > 0 && comparison.ComponentRows < task.TrainingRows.Length) yield return $"PCA is fitted on {comparison.ComponentRows} of {task.TrainingRows.Length} training vectors";
        string[] losses = [.. comparison.Losses()];
        foreach (string line in losses) yield return line;
        if (losses.Length == 0) yield return $"{comparison.Rows[^1].Name} is at least as good as its rivals of the same size in every measure";
    }

    private static void WriteComparison(Utf8JsonWriter json, HeadComparison comparison)
    {
        HeadTask task = comparison.Task;
        json.WriteNumber("held_out", task.HeldOut);
        json.WriteNumber("measured", task.Measured);
        json.WriteString("unit", task.Unit);
        if (comparison.ComponentRows > 0) json.WriteNumber("pca_vectors", comparison.ComponentRows);
        json.WriteStartArray("comparison");
        foreach (ComparedHead row in comparison.Rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteNumber("dimension", row.Dimension);
            for (int i = 0; i < row.Values.Length; i++) json.WriteNumberOrNull(task.Measures[i], row.Values[i]);
            json.WriteNumber("bytes_per_vector", row.Bytes);
            json.WriteNumber("parameters", row.Parameters);
            json.WriteNumber("seconds", row.Time.TotalSeconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("worse_than");
        foreach (string line in comparison.Losses()) json.WriteStringValue(line);
        json.WriteEndArray();
    }
}
