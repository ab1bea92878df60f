using QEngine.Statistics;

namespace QEngine.Tools.Lab;

/// <summary>What a system came to, as JSON.</summary>
/// <remarks>But for seconds and threads it is the same whenever it is run.</remarks>
internal sealed record LabResult(
    int Format,
    string System,
    string Title,
    string Publication,
    string Data,
    string Protocol,
    bool Quick,
    ulong[] Seeds,
    LabTaskResult[] Tasks)
{
    /// <summary>Version of the record.</summary>
    public const int CurrentFormat = 1;

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }

    /// <summary>Threads that it had.</summary>
    public int Threads { get; init; }

    /// <summary>Collects results.</summary>
    public static LabResult Of(LabCard card, LabSetting setting, ulong[] seeds, LabTaskResult[] tasks) => new(
        CurrentFormat, card.Name, card.Title, card.Publication, setting.Folder is null ? card.Data : $"{card.Files}, from --data",
        card.Protocol, setting.IsQuick, seeds, tasks);
}

/// <summary>What a task came to, as JSON.</summary>
internal sealed record LabTaskResult(
    string Task, string Measure, bool LowerIsBetter, LabModelResult[] Models, LabComparison[] Comparisons)
{
    /// <summary>Compares the models.</summary>
    /// <param name="task">The task.</param>
    /// <param name="models">Its models, with the same seeds.</param>
    public static LabTaskResult Of(LabTask task, IReadOnlyList<LabModelResult> models)
    {
        return new(
            task.Name, task.Measure.Name, task.Measure.LowerIsBetter, [.. models],
            [.. task.Claims.Select(claim => LabComparison.Of(task.Measure, claim, Find(claim.First), Find(claim.Second)))]);

        LabModelResult Find(string name) => models.First(model => model.Model == name);
    }
}

/// <summary>A model of a task, as JSON.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Parameters">Numbers that were trained.</param>
/// <param name="Mean">Mean of the measure over the seeds.</param>
/// <param name="Deviation">Standard deviation over the seeds, with n - 1.</param>
/// <param name="Values">The measure of every seed.</param>
/// <param name="Curves">The loss of every epoch, of every seed.</param>
internal sealed record LabModelResult(string Model, int Parameters, double Mean, double Deviation, double[] Values, double[][] Curves)
{
    /// <summary>Summarises what it came to with every seed, at least two.</summary>
    public static LabModelResult Of(string name, IReadOnlyList<LabOutcome> outcomes)
    {
        double[] values = [.. outcomes.Select(outcome => outcome.Value)];
        PairedTTest test = PairedTTest.Compute(values);
        return new(name, outcomes[0].Parameters, test.Mean, test.Deviation, values, [.. outcomes.Select(outcome => outcome.Curve)]);
    }
}
