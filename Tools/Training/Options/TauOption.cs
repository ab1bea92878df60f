using System.CommandLine;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The option <c>--tau</c> of commands that train quantum heads.</summary>
internal static class TauOption
{
    /// <summary>Describes the option.</summary>
    public static Option<double> Create() => new Option<double>("--tau")
    {
        Description = "Temperature of the fidelity score 20 exp(ln F / tau); 1 is the paper's 20 F.",
        DefaultValueFactory = _ => 1,
        HelpName = "TAU",
    }.Real(Interval.Above(0));
}
