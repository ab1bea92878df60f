using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>How the learning rate goes over the steps of a run.</summary>
internal enum Schedule
{
    /// <summary>It rises over the first tenth of the steps, then falls to 0.</summary>
    Linear,

    /// <summary>It stays.</summary>
    Constant,
}

/// <summary>The option <c>--lr-schedule</c> of commands that train.</summary>
internal static class ScheduleOption
{
    /// <summary>Defines the option; null where it is left out.</summary>
    public static ChoiceOption<Schedule?> Create(string description) =>
        new("--lr-schedule", ("linear", Schedule.Linear), ("constant", Schedule.Constant)) { Description = description };
}
