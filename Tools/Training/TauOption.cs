using System.CommandLine;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The option <c>--tau</c> of commands that train quantum heads.</summary>
internal static class TauOption
{
    /// <summary>Describes the option.</summary>
    public static Option<double> Create() => new("--tau") { Description = "Temperature of the fidelity score 20 exp(ln F / tau); 1 is the paper's 20 F.", DefaultValueFactory = _ => 1, HelpName = "TAU" };

    /// <summary>Reads the option.</summary>
    /// <exception cref="UsageException">The temperature is not above 0.</exception>
    public static double Read(ParseResult parse, Option<double> option)
    {
        double tau = parse.GetValue(option);
        return tau > 0 && double.IsFinite(tau) ? tau : throw new UsageException($"expected --tau above 0, found {tau}");
    }
}
