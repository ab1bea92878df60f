using System.Globalization;

namespace QEngine.Tools.Experiments;

/// <summary>
/// The measures of all cells as comma-separated values (RFC 4180): a line for each cell, test, number of bits and measure.
/// </summary>
internal static class CsvReport
{
    private const string Heading =
        "experiment,key,encoder,model,size,fraction,seed,similarity,test,bits,bytes_per_vector,items,measure,value,head_parameters,"
        + "trained_parameters,training_rows,training_steps,preparation_seconds,training_seconds,test_seconds,threads,version";

    /// <summary>Writes cells.</summary>
    /// <param name="cells">The cells.</param>
    public static string Create(IEnumerable<CellResult> cells)
    {
        IEnumerable<string> lines =
            from cell in cells
            from test in cell.Tests
            from measure in test.Measures
            select Line(cell, test, measure.Key, measure.Value);
        return string.Concat(lines.Prepend(Heading).Select(line => $"{line}\n"));
    }

    private static string Line(CellResult cell, CellTestResult test, string measure, double? value)
    {
        object?[] fields =
        [
            cell.Experiment, cell.Key, cell.Backbone, cell.Model, cell.Size, cell.Fraction, cell.Seed, cell.Similarity, test.Test,
            test.Bits, test.BytesPerVector, test.Values.TryGetValue(measure, out double[]? values) ? values.Length : null, measure, value,
            cell.Parameters.Head, cell.Parameters.Trained, cell.Training.Rows, cell.Training.Steps, cell.Times.Preparation,
            cell.Times.Training, cell.Times.Tests, cell.Times.Threads, cell.Version,
        ];
        return string.Join(',', fields.Select(field => Field(Convert.ToString(field, CultureInfo.InvariantCulture) ?? "")));
    }

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
