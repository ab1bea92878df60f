using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using QEngine.Models;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The settings of a run: those that its result depends on, to recognise its checkpoint, and for the model card.</summary>
internal sealed class RunSettings
{
    private readonly List<Setting> _settings = [];

    /// <summary>Collects the options of a command line, given or default.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="data">Tells what is trained on from anything else.</param>
    public RunSettings(ParseResult parse, ulong data)
    {
        foreach (Option option in parse.CommandResult.Command.Options)
        {
            if (option is HelpOption || parse.GetResult(option) is not { } result) continue;
            if (Value(parse, option, result) is { Length: > 0 } value)
                _settings.Add(new Setting(option, value));
        }
        IEnumerable<string> lines = _settings
            .Where(setting => !setting.Option.Has(OptionTags.KeepsResult))
            .Select(setting => $"{setting.Name} {setting.Value}");
        Text = string.Join('\n', [.. lines, $"seed {parse.GetValue(CommonOptions.Seed)}", $"data {data:x16}"]);
    }

    /// <summary>One setting a line.</summary>
    public string Text { get; }

    /// <summary>The card of a model.</summary>
    /// <param name="data">What it was trained on.</param>
    /// <param name="measures">What it came to.</param>
    /// <param name="seed">Seed of everything random.</param>
    public ModelCard Card(IEnumerable<(string Name, string Value)> data, IEnumerable<(string Name, double Value)> measures, ulong seed) =>
        new()
        {
            Data = [.. data],
            Settings =
            [
                .. _settings.Where(setting => !setting.Option.Has(OptionTags.Local)).Select(setting => (setting.Name, setting.Value)),
            ],
            Seed = seed,
            Measures = [.. measures],
        };

    private static string Value(ParseResult parse, Option option, OptionResult result) => option switch
    {
        Option<bool> flag => parse.GetValue(flag) ? "yes" : "",
        _ when result.Tokens.Count > 0 => string.Join(' ', result.Tokens.Select(token => token.Value)),
        Option<int> number => parse.GetValue(number).ToString(CultureInfo.InvariantCulture),
        Option<int?> number => parse.GetValue(number)?.ToString(CultureInfo.InvariantCulture) ?? "",
        Option<double> number => parse.GetValue(number).ToString("R", CultureInfo.InvariantCulture),
        Option<string> text => parse.GetValue(text) ?? "",
        _ => "",
    };

    /// <summary>An option and its value, given or default.</summary>
    private sealed record Setting(Option Option, string Value)
    {
        public string Name => Option.Name.TrimStart('-');
    }
}
