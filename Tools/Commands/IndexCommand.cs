using System.CommandLine;
using System.Globalization;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine index</c>.</summary>
internal static class IndexCommand
{
    private static readonly Option<string?> Model = new("--model") { Description = "Folder of the model; a copy goes into the index.", HelpName = "DIR" };
    private static readonly Option<string?> Input = new("--input") { Description = "Documents: .txt (one a line), .tsv (id, tab, text), .jsonl ({\"_id\", \"text\"} a line) or .json ({id: text}), perhaps with .gz; or a folder that holds a corpus.", HelpName = "FILE" };
    private static readonly Option<string> Output = new("--output") { Required = true, Description = "Folder of the index: a new or empty one, or an older index to replace or change.", HelpName = "DIR" };
    private static readonly Option<bool> Append = new("--append") { Description = "Add the documents to the index, embedded by its own model." };
    private static readonly Option<bool> Replace = new("--replace") { Description = "With --append: documents of ids that the index has are replaced; otherwise they are an error." };
    private static readonly Option<string?> Delete = new("--delete") { Description = "Delete the documents of these ids, one a line.", HelpName = "IDS.txt" };
    private static readonly Option<bool> Compact = new("--compact") { Description = "Merge all segments into one, without deleted documents." };
    private static readonly Option<string?> Codes = new("--codes") { Description = "For a new index, or with --compact: bits a number that embeddings are kept in too, 8, 4 or 1, or none. Eight are the default; exact search reads them first and is several times faster for it.", HelpName = "BITS|none" };
    private static readonly Option<bool> Verify = new("--verify") { Description = "Check every block against its checksum." };

    private static readonly Dictionary<string, CodeBits?> Bits = new() { ["8"] = CodeBits.Eight, ["4"] = CodeBits.Four, ["1"] = CodeBits.One, ["none"] = null };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "index",
            "Embed documents into a folder that qengine search reads, or change one; a model's prompt for documents is put before them.\n"
            + "Example: qengine index --model models/qbec --input passages.tsv --output passages.index\n"
            + "Example: qengine index --append --input more.tsv --output passages.index") { Model, Input, Output, Append, Replace, Delete, Compact, Codes, Verify };
        command.Validators.Add(result =>
        {
            bool append = result.GetResult(Append) is { Implicit: false }, other = result.GetResult(Delete) is not null || result.GetResult(Compact) is { Implicit: false } || result.GetResult(Verify) is { Implicit: false };
            if (!append && result.GetResult(Replace) is { Implicit: false }) result.AddError("expected --append with --replace, found none");
            if (append && result.GetResult(Input) is null) result.AddError("expected --input with --append, found none");
            if (result.GetValue(Codes) is { } bits && !Bits.ContainsKey(bits)) result.AddError($"expected --codes {string.Join(", ", Bits.Keys)}, found '{bits}'");
            bool old = append || (other && result.GetResult(Compact) is not { Implicit: false });
            if (old && result.GetResult(Codes) is not null) result.AddError("expected --codes for a new index or with --compact");
            if (append && result.GetResult(Model) is not null) result.AddError("expected no --model with --append: the index has its own");
            if (!append && !other && (result.GetResult(Model) is null || result.GetResult(Input) is null)) result.AddError("expected --model and --input for a new index, or one of --append, --delete, --compact and --verify");
            if (!append && other && (result.GetResult(Model) is not null || result.GetResult(Input) is not null)) result.AddError("expected no --model and --input with --delete, --compact or --verify");
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string folder = parse.GetRequiredValue(Output);
        BatchEmbedder.Result? embedded = Embed(parse, session, folder);
        int deleted = 0;
        if (parse.GetValue(Delete) is { } ids) deleted = DeleteIds(folder, ids, session);
        if (parse.GetValue(Compact))
        {
            using CollectionWriter writer = CollectionWriter.Open(folder);
            writer.Compact(CodesOf(parse, writer.Manifest.Codes), session.Workers);
        }
        Show(session, folder, embedded, deleted, parse.GetValue(Verify) || embedded is null);
        return ExitCode.Success;
    }

    private static BatchEmbedder.Result? Embed(ParseResult parse, Session session, string folder)
    {
        if (parse.GetValue(Input) is not { } path) return null;
        string input = DataFolder.Passages(path);
        return parse.GetValue(Append)
            ? IndexFolder.Append(folder, input, parse.GetValue(Replace), session)
            : IndexFolder.Create(folder, ModelFolder.Load(parse.GetValue(Model)!, session.Workers), input, CodesOf(parse, CodeBits.Eight), session.Progress);
    }

    private static CodeBits? CodesOf(ParseResult parse, CodeBits? absent) => parse.GetValue(Codes) is { } name ? Bits[name] : absent;

    private static int DeleteIds(string folder, string path, Session session)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (IdText line in TextFile.Read(path))
            if (line.Text.Length > 0) ids.Add(line.Text);
        using CollectionWriter writer = CollectionWriter.Open(folder);
        return writer.Delete(ids, session.Workers).Count;
    }

    private static void Show(Session session, string folder, BatchEmbedder.Result? embedded, int deleted, bool verify)
    {
        CollectionManifest manifest = CollectionManifest.Read(folder);
        IReadOnlyList<string> warnings = [];
        if (verify)
        {
            using Collection collection = Collection.Open(folder, session.Workers);
            warnings = collection.Warnings;
            foreach (string warning in warnings) session.Progress.Line($"warning: {warning}");
        }
        session.Show(
            json =>
            {
                json.WriteString("output"u8, folder);
                json.WriteNumber("documents"u8, manifest.Count);
                json.WriteNumber("segments"u8, manifest.Segments.Count);
                json.WriteNumber("dimension"u8, manifest.Dimension);
                json.WriteString("similarity"u8, CollectionManifest.NameOf(manifest.Similarity));
                json.WriteNumber("codes"u8, (int?)manifest.Codes ?? 0);
                json.WriteNumber("deleted"u8, deleted);
                if (verify) json.WriteBoolean("sound"u8, warnings.Count == 0);
                if (embedded is not { } result) return;
                json.WriteNumber("embedded"u8, result.Texts);
                json.WriteNumber("seconds"u8, Math.Round(result.Time.TotalSeconds, 3));
                json.WriteNumber("texts_per_second"u8, Math.Round(result.Rate, 1));
            },
            _ =>
            {
                string work = embedded is { } result ? $", {result.Texts} embedded in {ProgressReporter.Time(result.Time)} ({result.Rate.ToString("F0", CultureInfo.InvariantCulture)} texts/s)" : deleted > 0 ? $", {deleted} deleted" : "";
                string state = verify ? warnings.Count == 0 ? ", every block as it was written" : ", damaged" : "";
                Console.Out.WriteLine($"{manifest.Count} documents of dimension {manifest.Dimension} in {manifest.Segments.Count} segments{work}{state}: {folder}");
            });
    }
}
