using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Cli;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Tools.Heads;

/// <summary>What became of a head, as JSON and as a table.</summary>
/// <param name="Choice">What was wanted.</param>
/// <param name="Finished">The head.</param>
/// <param name="Comparison">It and its rivals on the held-out part; null where nothing is held out.</param>
/// <param name="Length">Length of the vectors.</param>
/// <param name="Folder">Where it is.</param>
internal sealed record HeadReport(HeadChoice Choice, FinishedHead Finished, HeadComparison? Comparison, double Length, string Folder)
{
    private const double MinLengthForAngles = 0.1, MaxLengthForAngles = 10;

    /// <summary>The model that the head was put on; null for a head alone.</summary>
    public string? Model { get; init; }

    // The weights of a truncation are rows of the identity: nothing was learned.
    private int Parameters => Choice.Kind == HeadKind.Truncate ? 0 : Finished.Head.Parameters.Count;

    /// <summary>A measure's value as the table shows it.</summary>
    public static string Value(double value) => double.IsNaN(value) ? "-" : value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>What became of the head as JSON has it.</summary>
    public HeadResult Result => new(
        Folder,
        Choice.Name,
        Choice.Inputs,
        Choice.Dimension,
        Length,
        Parameters,
        Scale,
        Finished.Time.TotalSeconds,
        IsTrained ? Finished.Losses.Length : null,
        IsTrained ? Finished.Losses[0] : null,
        IsTrained ? Finished.Losses[^1] : null,
        Comparison?.Task.HeldOut,
        Comparison?.Task.Measured,
        Comparison?.Task.Unit,
        Comparison is { ComponentRows: > 0 } ? Comparison.ComponentRows : null,
        Comparison?.Rows.Select(row => new HeadValues(row, Comparison.Task.Measures)).ToArray(),
        Comparison is null ? null : [.. Losses(Comparison)],
        Model)
    {
        Exponent = Finished.Exponent,
    };

    private bool IsTrained => Finished.Losses.Length > 0;

    /// <summary>What divides the inputs of a quantum or entangled head, the geometric mean of all; null for other heads.</summary>
    private double? Scale => Finished.Head.Configuration.Modules switch
    {
        [{ AngleScale: EncodingScale.None }] => 1,
        [{ AngleScale: not null }] => Math.Exp(TensorPrimitives.Average<float>(Finished.Head.Parameters.Parameters[^1].Values.Span)),
        _ => null,
    };

    /// <summary>Writes a table and what belongs beside its values.</summary>
    public void WriteTable(ResultWriter results)
    {
        if (Comparison is not null)
        {
            results.Table(Table(Comparison));
            foreach (string note in Notes(Comparison)) results.Remark(note);
        }
        if (Scale is { } scale && (Length / scale) is < MinLengthForAngles or > MaxLengthForAngles)
        {
            results.Remark(string.Create(
                CultureInfo.InvariantCulture,
                $"the vectors are {Length:G3} long, {Length / scale:G3} times the scale of the encoding: a quantum head takes such numbers "
                + $"for angles badly, best those of length 1 (--encoding-scale)"));
        }
        string losses = !IsTrained
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $", loss {Finished.Losses[0]:F4} -> {Finished.Losses[^1]:F4} in {Finished.Losses.Length} steps");
        string model = Model is null ? "" : $"{Model}, ";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{model}{Choice.Inputs} -> {Choice.Dimension}, {Parameters} parameters{losses} ({Finished.Time.TotalSeconds:F1} s): {Folder}");
        if (Comparison is null) results.Line(line);
        else results.Remark(line);
    }

    private static ResultTable Table(HeadComparison comparison)
    {
        string[] columns = [.. comparison.Task.Measures, "bytes/vector", "parameters", "seconds"];
        ResultTable table = new([new("vectors"), .. columns.Select(column => new ResultColumn(column, IsNumber: true))]);
        foreach (ComparedHead row in comparison.Rows)
        {
            string[] cells =
            [
                .. row.Values.Select(Value),
                row.Format.Bytes.ToString(CultureInfo.InvariantCulture),
                row.Parameters.ToString(CultureInfo.InvariantCulture),
                row.Time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture),
            ];
            table.Add([row.Name, .. cells]);
        }
        return table;
    }

    private static IEnumerable<ComparedHead> Own(HeadComparison comparison) => comparison.Rows.Where(row => row.Role == HeadRole.Own);

    private static IEnumerable<string> Losses(HeadComparison comparison) =>
        Own(comparison).SelectMany(own => comparison.Better(own).Select(rival => comparison.Loss(own, rival)));

    private static IEnumerable<string> Notes(HeadComparison comparison)
    {
        HeadTask task = comparison.Task;
        string measured = task.Measured < task.HeldOut
            ? $"{task.Measured} of {task.HeldOut} held-out {task.Unit}, a random choice"
            : $"{task.HeldOut} held-out {task.Unit}";
        yield return $"measured on {measured}: {task.Description}";
        if (comparison.ComponentRows > 0 && comparison.ComponentRows < task.TrainingRows.Length)
            yield return $"PCA is fitted on {comparison.ComponentRows} of {task.TrainingRows.Length} training vectors";
        yield return "codes are calibrated on training vectors; queries are not coded";
        if (comparison.LacksComponents)
            yield return $"PCA of more than {comparison.MaxComponents} numbers is left out: it takes long to find";
        string[] exponents = [.. comparison.Rows.Where(row => row.Exponent is not null).OrderBy(row => row.Format.Dimension)
            .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Exponent} for {row.Format.Dimension}")).Distinct()];
        if (exponents.Length > 0)
            yield return $"whitening exponents of tempered PCA, chosen on training {task.Unit}: {string.Join(", ", exponents)}";
        foreach (ComparedHead own in Own(comparison))
        {
            IReadOnlyList<ComparedHead> better = comparison.Better(own);
            string others = better.Count > 1 ? $" (and than {better.Count - 1} more of {own.Format.Bytes} bytes)" : "";
            yield return better.Count > 0
                ? comparison.Loss(own, better[0]) + others
                : $"{own.Name} is at least as good as its rivals of the same size in every measure";
        }
    }
}

/// <summary>What became of a head, as JSON.</summary>
internal sealed record HeadResult(
    string Head,
    string Kind,
    int InputDimension,
    int Dimension,
    double VectorLength,
    int Parameters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? EncodingScale,
    double Seconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Steps,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? FirstLoss,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? LastLoss,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? HeldOut,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Measured,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? PcaVectors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HeadValues[]? Comparison,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? WorseThan,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model)
{
    /// <summary>The whitening exponent of tempered components.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Exponent { get; init; }
}

/// <summary>A measured head, whose measures are members of its JSON object.</summary>
/// <param name="Row">The head.</param>
/// <param name="Measures">Names of its values.</param>
[JsonConverter(typeof(HeadValuesConverter))]
internal sealed record HeadValues(ComparedHead Row, string[] Measures);

/// <summary>Writes <see cref="HeadValues"/>.</summary>
internal sealed class HeadValuesConverter : JsonConverter<HeadValues>
{
    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, HeadValues value, JsonSerializerOptions options)
    {
        ComparedHead row = value.Row;
        writer.WriteStartObject();
        writer.WriteString("name"u8, row.Name);
        writer.WriteNumber("dimension"u8, row.Format.Dimension);
        writer.WriteNumber("bits"u8, row.Format.Bits);
        for (int i = 0; i < row.Values.Length; i++)
        {
            if (double.IsFinite(row.Values[i])) writer.WriteNumber(value.Measures[i], row.Values[i]);
            else writer.WriteNull(value.Measures[i]);
        }
        writer.WriteNumber("bytes_per_vector"u8, row.Format.Bytes);
        writer.WriteNumber("parameters"u8, row.Parameters);
        if (row.Exponent is { } exponent) writer.WriteNumber("exponent"u8, exponent);
        writer.WriteNumber("seconds"u8, row.Time.TotalSeconds);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override HeadValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
