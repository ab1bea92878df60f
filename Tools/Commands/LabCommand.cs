using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;
using QEngine.Tools.Lab;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine lab</c>: systems of publications at small size, beside classical models.</summary>
internal sealed class LabCommand : Command
{
    /// <summary>Defines the command.</summary>
    public LabCommand()
        : base(
            "lab",
            "Small reproductions of other quantum and quantum-inspired systems, each beside a classical model of about as many "
            + "parameters.\nExample: qengine lab list\nExample: qengine lab run qkan --quick")
    {
        Subcommands.Add(new LabListCommand());
        Subcommands.Add(new LabRunCommand());
        SetAction(LabListCommand.List);
    }
}

/// <summary><c>qengine lab list</c>.</summary>
internal sealed class LabListCommand : Command
{
    /// <summary>Defines the command.</summary>
    public LabListCommand()
        : base("list", "List the systems.\nExample: qengine lab list") => SetAction(List);

    /// <summary>Lists the systems.</summary>
    public static int List(ParseResult parse)
    {
        using Session session = Session.From(parse);
        LabCard[] cards = [.. LabSystems.All.Select(system => system.Card)];
        session.Show(new LabList(cards), ResultJson.Default.LabList, results =>
        {
            ResultTable table = new(new("system"), new("publication"), new("what it compares", TakesRest: true));
            foreach (LabCard card in cards) table.Add(card.Name, card.Publication, card.Title);
            results.Table(table);
        });
        return ExitCode.Success;
    }
}

/// <summary><c>qengine lab run</c>.</summary>
internal sealed class LabRunCommand : Command
{
    private const int FewestSeeds = 2, MostSeeds = 1000, QuickSeeds = 2, UsualSeeds = 5;

    private readonly Argument<string> _name = new("name") { Description = "A name of qengine lab list.", HelpName = "NAME" };

    private readonly Option<string?> _seeds = new("--seeds")
    {
        Description = $"How many seeds, from --seed on, or which: 42..46 or 42,43; {UsualSeeds} if left out, {QuickSeeds} with --quick.",
        HelpName = "N|SEEDS",
    };

    private readonly Option<InputFolder> _data = new("--data")
    {
        CustomParser = InputFolder.ParseWith(_ => []),
        Description = "Folder of data, for systems that read any (docs/lab.md).",
        HelpName = "DIR",
    };

    private readonly Option<OutputFolder?> _out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Description = "Folder to write NAME.json and NAME.svg into, the record and the losses of training.",
        HelpName = "DIR",
    };

    private readonly Option<OutputFolder?> _qasm = new("--qasm")
    {
        CustomParser = OutputFolder.Parse,
        Description = "Folder to write the circuits of each first model into, as OpenQASM: with the first seed, at the first test input.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "Cut sizes and epochs so that it ends within a minute on two cores; the figures then mean little.",
    };

    /// <summary>Defines the command.</summary>
    public LabRunCommand()
        : base(
            "run",
            "Train the models of a system with every seed, measure and compare them, and set the publication's figures beside.\n"
            + "Example: qengine lab run qasa --seeds 42..44 --out lab")
    {
        Arguments.Add(_name);
        this.AddOptions(_seeds, _data, _out, _qasm, _quick);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        ILabSystem system = LabSystems.Find(parse.GetRequiredValue(_name));
        bool isQuick = parse.GetValue(_quick);
        ulong[] seeds = Seeds(parse.GetValue(_seeds), session.Seed, isQuick ? QuickSeeds : UsualSeeds);
        string? data = Data(parse.GetValue(_data)?.Folder, system.Card);
        LabFolder? folder = parse.GetValue(_out) is { } output ? new LabFolder(output.Folder) : null;
        folder?.Require(system.Card.Name);
        LabCircuits? circuits = parse.GetValue(_qasm) is { } qasm ? new LabCircuits(qasm.Folder) : null;
        circuits?.Require(system.Card.Name);
        if (isQuick) session.Progress.Line(LabReport.QuickWarning);
        LabResult result = new LabRunner(session, new LabSetting(isQuick, data), seeds, circuits).Run(system);
        string[] files = folder?.Write(result) ?? [];
        foreach (string line in circuits?.Said ?? []) session.Progress.Line(line);
        session.Show(result, ResultJson.Default.LabResult, results =>
        {
            LabReport.Write(results, result);
            if (files.Length > 0) results.Remark($"Written: {string.Join(", ", files)}");
        });
        return ExitCode.Success;
    }

    private static string? Data(string? folder, LabCard card)
    {
        if (folder is not null && card.Files is null)
            throw new UsageException($"expected no --data, as {card.Name} reads none, found {folder}");
        if (folder is not null && !Directory.Exists(folder))
            throw new QEngineException($"expected the folder of --data, found none: {folder}");
        return folder;
    }

    /// <summary>The seeds of a number alone, or of a list.</summary>
    private static ulong[] Seeds(string? text, ulong first, int usual)
    {
        int count = usual;
        if (text is not null && !NumberText.IsWhole(text))
        {
            ulong[] listed = SeedList.Parse(text)
                ?? throw new UsageException($"expected --seeds a number or {SeedList.Expected}, found '{text}'");
            return listed.Length >= FewestSeeds ? listed : throw TooFew(text);
        }
        if (text is not null && (!NumberText.TryWhole(text, out count) || count is < FewestSeeds or > MostSeeds)) throw TooFew(text);
        return [.. Enumerable.Range(0, count).Select(seed => first + (ulong)seed)];
    }

    private static UsageException TooFew(string found) =>
        new($"expected --seeds from {FewestSeeds} to {MostSeeds} seeds, as intervals are over seeds, found {found}");
}

/// <summary>The systems, as JSON.</summary>
internal sealed record LabList(LabCard[] Systems);
