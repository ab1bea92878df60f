using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine index</c>.</summary>
internal sealed class IndexCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Description = "The model, its folder or a name of qengine models; a copy goes into the index.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFile> _input = new("--input")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Passages),
        Description = "Documents: .txt (one a line), .tsv (id, tab, text), .jsonl ({\"_id\", \"text\"} a line) or .json ({id: text}), "
            + "perhaps with .gz; - for standard input; or a folder that holds a corpus.",
        HelpName = "FILE",
    };

    private readonly Option<OutputFolder?> _output = new("--output")
    {
        CustomParser = OutputFolder.Parse,
        Required = true,
        Description = "Folder of the index: a new or empty one, or an older index to replace or change.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _append = new("--append") { Description = "Add the documents to the index, embedded by its own model." };

    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "With --append: documents of ids that the index has are replaced; otherwise they are an error.",
    };

    private readonly Option<InputFile> _delete = new("--delete")
    {
        CustomParser = InputFile.Parse,
        Description = "Delete the documents of these ids, one a line. Ids that are not there are named; where none is, the exit code is 1.",
        HelpName = "IDS.txt",
    };

    private readonly Option<bool> _compact =
        new("--compact") { Description = "Merge all segments into one, without deleted documents; refused where others are damaged." };
    private readonly Option<bool> _dropDamaged =
        new("--drop-damaged") { Description = "With --compact: documents in damaged blocks are dropped for good." };
    private readonly ChoiceOption<CodeBits?> _codes = new(
        "--codes", ("8", CodeBits.Eight), ("4", CodeBits.Four), ("1", CodeBits.One), ("none", null))
    {
        Description = "For a new index, or with --compact: bits a number that embeddings are kept in too, 8, 4 or 1, or none. Eight are "
            + "the default; exact search reads them first and is several times faster for it.",
        HelpName = "BITS|none",
    };

    private readonly Option<bool> _verify =
        new("--verify") { Description = "Check every block against its checksum; the exit code is 1 where one is damaged." };

    // Ids in a warning, and the longest shown whole.
    private const int MaxNamed = 5, MaxIdCells = 40;

    private readonly TextFormatOption _format;

    /// <summary>Defines the command.</summary>
    public IndexCommand()
        : base(
            "index",
            "Embed documents into a folder that qengine search reads, or change one; a model's prompt for documents is put before "
            + "them.\n"
            + "Example: qengine index --model models/qbec --input passages.tsv --output passages.index\n"
            + "Example: qengine index --append --input more.tsv --output passages.index")
    {
        this.AddOptions(_model, _input, _output, _append, _replace, _delete, _compact, _dropDamaged, _codes, _verify);
        _format = new TextFormatOption(this, _input);
        Validators.Add(Check);
        SetAction(Run);
    }

    /// <summary>Requires options that go together.</summary>
    private void Check(CommandResult result)
    {
        bool Has(Option option) => result.GetResult(option) is { Implicit: false };
        bool append = Has(_append), other = Has(_delete) || Has(_compact) || Has(_verify);
        if (!append && Has(_replace)) result.AddError("expected --append with --replace, found none");
        if (Has(_dropDamaged) && !Has(_compact))
            result.AddError("expected --compact with --drop-damaged, found none");
        if (append && !Has(_input)) result.AddError("expected --input with --append, found none");
        bool old = append || (other && !Has(_compact));
        if (old && Has(_codes)) result.AddError("expected --codes for a new index or with --compact");
        if (append && Has(_model)) result.AddError("expected no --model with --append: the index has its own");
        if (!append && !other && (!Has(_model) || !Has(_input)))
            result.AddError("expected --model and --input for a new index, or one of --append, --delete, --compact and --verify");
        if (!append && other && (Has(_model) || Has(_input)))
            result.AddError("expected no --model and --input with --delete, --compact or --verify");
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string folder = parse.GetRequiredValue(_output)!.Given;
        IdTextFormat? format = _format.Read(parse);
        CommandPaths.RequireUsable(parse);
        Changes changes = new() { Embedded = Embed(parse, session, folder, format) };
        if (parse.GetValue(_delete) is { } ids) DeleteIds(folder, ids.ReadablePath, session, changes);
        if (parse.GetValue(_compact)) changes.Dropped = Merge(parse, folder, session);
        bool sound = Show(session, folder, changes, parse.GetValue(_verify) || changes.Embedded is null);
        bool isDamaged = parse.GetValue(_verify) && !sound, isInVain = changes.NotFound > 0 && changes.Deleted == 0;
        return isDamaged || isInVain ? ExitCode.Failed : ExitCode.Success;
    }

    private BatchEmbedder.Result? Embed(ParseResult parse, Session session, string folder, IdTextFormat? format)
    {
        if (parse.GetValue(_input) is not { } file) return null;
        TextSource input = TextSource.From(file, format);
        return parse.GetValue(_append)
            ? IndexFolder.Append(folder, input, parse.GetValue(_replace), session)
            : IndexFolder.Create(folder, ModelArgument.Load(parse.GetValue(_model)!.Folder, session.Workers), input,
                CodesOf(parse, CodeBits.Eight), session.Progress);
    }

    private CodeBits? CodesOf(ParseResult parse, CodeBits? absent) => parse.GetValue(_codes) is null ? absent : _codes.Read(parse);

    private static void DeleteIds(string folder, string path, Session session, Changes changes)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (IdText line in TextFile.Read(path, IdTextFormat.Txt))
            if (line.Text.Length > 0) ids.Add(line.Text);
        using CollectionWriter writer = CollectionWriter.Open(folder);
        IReadOnlyList<string> met = writer.Delete(ids, session.Workers);
        List<string> missing = [.. ids.Except(met)];
        (changes.Deleted, changes.NotFound) = (met.Count, missing.Count);
        if (missing.Count == 0) return;
        string named = string.Join(", ", missing.Take(MaxNamed).Select(id => $"'{TerminalText.Cut(id, MaxIdCells)}'"));
        string more = missing.Count > MaxNamed ? $" and {missing.Count - MaxNamed} more" : "";
        session.Progress.Line($"warning: {missing.Count} {(missing.Count == 1 ? "id" : "ids")} not found in the index: {named}{more}");
    }

    private long Merge(ParseResult parse, string folder, Session session)
    {
        using CollectionWriter writer = CollectionWriter.Open(folder);
        bool drop = parse.GetValue(_dropDamaged);
        try
        {
            return writer.Compact(CodesOf(parse, writer.Manifest.Codes), session.Workers, drop);
        }
        catch (QEngineException refused) when (!drop && writer.Warnings.Count > 0)
        {
            Warn(session, writer.Warnings);
            throw new QEngineException($"{refused.Message}: --drop-damaged leaves them out for good", refused);
        }
    }

    private static void Warn(Session session, IReadOnlyList<string> warnings)
    {
        foreach (string warning in warnings) session.Progress.Line($"warning: {warning}");
    }

    /// <summary>Shows what the index holds now, and whether every block is sound as far as that was asked.</summary>
    private static bool Show(Session session, string folder, Changes changes, bool verify)
    {
        CollectionManifest manifest = CollectionManifest.Read(folder);
        IReadOnlyList<string> warnings = [];
        if (verify)
        {
            using Collection collection = Collection.Open(folder, session.Workers);
            (manifest, warnings) = (collection.Manifest, collection.Warnings);
            Warn(session, warnings);
        }
        bool? sound = verify ? warnings.Count == 0 : null;
        session.Show(
            Result(folder, manifest, changes, sound),
            ResultJson.Default.IndexResult,
            results => results.Line(Line(folder, manifest, changes, sound)));
        return warnings.Count == 0;
    }

    private static IndexResult Result(string folder, CollectionManifest manifest, Changes changes, bool? sound) => new(
        folder,
        manifest.Count,
        manifest.Segments.Count,
        manifest.Dimension,
        CollectionManifest.NameOf(manifest.Similarity),
        (int?)manifest.Codes ?? 0,
        changes.Deleted,
        changes.NotFound,
        changes.Dropped,
        sound,
        changes.Embedded?.Texts,
        changes.Embedded is { } embedded ? Math.Round(embedded.Time.TotalSeconds, 3) : null,
        changes.Embedded is { } rated ? Math.Round(rated.Rate, 1) : null);

    private static string Line(string folder, CollectionManifest manifest, Changes changes, bool? sound)
    {
        string work = "";
        if (changes.Embedded is { } result)
        {
            string rate = result.Rate.ToString("F0", CultureInfo.InvariantCulture);
            work = $", {result.Texts} embedded in {ProgressReporter.Time(result.Time)} ({rate} texts/s)";
        }
        if (changes.Deleted > 0) work += $", {changes.Deleted} deleted";
        if (changes.Dropped > 0) work += $", {changes.Dropped} damaged dropped";
        string state = sound switch { null => "", true => ", every block as it was written", false => ", damaged" };
        return $"{manifest.Count} documents of dimension {manifest.Dimension} in {manifest.Segments.Count} segments{work}{state}: {folder}";
    }

    /// <summary>What a run has changed.</summary>
    private sealed class Changes
    {
        public BatchEmbedder.Result? Embedded { get; init; }

        public int Deleted { get; set; }

        public int NotFound { get; set; }

        public long Dropped { get; set; }
    }
}

/// <summary>What an index holds now and what <c>qengine index</c> changed, as JSON.</summary>
internal sealed record IndexResult(
    string Output,
    long Documents,
    int Segments,
    int Dimension,
    string Similarity,
    int Codes,
    int Deleted,
    int NotFound,
    long Dropped,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Sound,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Embedded,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Seconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TextsPerSecond);
