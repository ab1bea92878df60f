using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Lab;

/// <summary>Shows what a system came to.</summary>
internal static class LabReport
{
    /// <summary>What is said of a quick run.</summary>
    public const string QuickWarning = "a quick run: sizes and epochs are cut, its figures mean little";

    /// <summary>Writes a table of the models, one of the comparisons, and remarks.</summary>
    public static void Write(ResultWriter results, LabResult result)
    {
        results.Table(Models(result));
        results.Table(Comparisons(result));
        results.Remark($"{result.Title}. {result.Publication}.");
        results.Remark($"Data: {result.Data}.");
        results.Remark($"Protocol: {result.Protocol}.");
        string seeds = Plural.Format(result.Seeds.Length, "seed");
        results.Remark(
            $"Mean and standard deviation over {seeds}; differences are the first's less the second's, with 95 % intervals by t.");
        if (result.Quick) results.Remark($"This is {QuickWarning}.");
    }

    private static ResultTable Models(LabResult result)
    {
        ResultTable table = new(
            new("task"), new("model"), new("parameters", IsNumber: true), new("measure"), new("mean", IsNumber: true),
            new("deviation", IsNumber: true));
        foreach (LabTaskResult task in result.Tasks)
        {
            foreach (LabModelResult model in task.Models)
            {
                string parameters = model.Parameters.ToString(CultureInfo.InvariantCulture);
                table.Add(task.Task, model.Model, parameters, task.Measure, Number(model.Mean), Number(model.Deviation));
            }
        }
        return table;
    }

    private static ResultTable Comparisons(LabResult result)
    {
        ResultTable table = new(
            new("task"), new("first"), new("second"), new("difference", IsNumber: true), new("95 % interval"), new("paper"), new("read in"),
            new("verdict"));
        foreach (LabTaskResult task in result.Tasks)
        {
            foreach (LabComparison one in task.Comparisons)
            {
                table.Add(
                    task.Task, one.First, one.Second, Number(one.Difference), Interval(one), one.Paper,
                    one.Source, one.Verdict);
            }
        }
        return table;
    }

    private static string Interval(LabComparison one) =>
        one is { Low: { } low, High: { } high } ? $"{Number(low)} to {Number(high)}" : "none";

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
