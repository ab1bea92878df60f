using System.CommandLine;
using System.CommandLine.Parsing;
using QEngine.Collections;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;
using QEngine.Tools.Sharding;

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
        Description = "Documents: .txt (one a line), .tsv (id, tab, text), .jsonl ({\"_id\", \"text\"} a line, other members "
            + "become metadata) or .json ({id: text}), perhaps with .gz; - for standard input; or a folder that holds a corpus.",
        HelpName = "FILE",
    };

    private readonly Option<InputFile> _embeddings = new("--embeddings")
    {
        CustomParser = InputFile.Parse,
        Description = "Instead of --model and --input: documents that are vectors already, of any model, float [documents, k].",
        HelpName = "X.npy",
    };

    private readonly Option<InputFile> _ids = new("--ids")
    {
        CustomParser = InputFile.Parse,
        Description = "With --embeddings: ids of the documents, one a line; row numbers from 0 if left out.",
        HelpName = "IDS.txt",
    };

    private readonly ChoiceOption<Similarity> _similarity = new(
        "--similarity",
        (CollectionManifest.NameOf(Similarity.Cosine), Similarity.Cosine),
        (CollectionManifest.NameOf(Similarity.Fidelity), Similarity.Fidelity),
        (CollectionManifest.NameOf(Similarity.StateFidelity), Similarity.StateFidelity))
    {
        Description = "With --embeddings, for a new index: how vectors are compared; fidelity for angles, as a quantum head gives them, "
            + "state-fidelity for amplitudes, as an entangled head does.",
        Default = CollectionManifest.NameOf(Similarity.Cosine),
    };

    private readonly ChoiceOption<EncoderPrecision?> _precision = PrecisionOption.Create();

    private readonly Option<OutputFolder?> _output = new("--output", "--out")
    {
        CustomParser = OutputFolder.Parse,
        Required = true,
        Description = "Folder of the index: a new or empty one, or an older index to replace or change.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _append = new("--append")
    {
        Description = "Add the documents to the index, embedded by its own model, or vectors to one without.",
    };

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
        new("--compact") { Description = "Merge all segments, without deleted documents; refused where others are damaged." };
    private readonly Option<bool> _dropDamaged =
        new("--drop-damaged") { Description = "With --compact: documents in damaged blocks are dropped for good." };
    private readonly ChoiceOption<CodeBits?> _codes = new(
        "--codes", ("8", CodeBits.Eight), ("4", CodeBits.Four), ("1", CodeBits.One), ("none", null))
    {
        Description = "For a new index, or with --compact: bits a number that embeddings are kept in too, 8, 4 or 1, or none. Eight are "
            + "the default; exact search reads them first and is several times faster for it. Of states of qubits there are none.",
        HelpName = "BITS|none",
    };

    private readonly Option<bool> _verify =
        new("--verify") { Description = "Check every block against its checksum; the exit code is 1 where one is damaged." };

    private readonly Option<Shard?> _shard = Shard.CreateOption();

    private readonly Option<bool> _merge = new("--merge")
    {
        Description = "Make one index of the shards in the folder, which were written with --shard; refused unless all are there and of "
            + "one input, model and version.",
    };

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
            + "Example: qengine index --append --input more.tsv --output passages.index\n"
            + "Example: qengine index --embeddings x.npy --ids names.txt --output vectors.index\n"
            + "Example: qengine index --shard 0/4 --model models/qbec --input passages.tsv --output passages.index")
    {
        this.AddOptions(_model, _input, _embeddings, _ids, _similarity, _precision, _output);
        this.AddOptions(_append, _replace, _delete, _compact, _dropDamaged, _codes, _verify, _shard, _merge);
        _format = new TextFormatOption(this, _input);
        Validators.Add(Check);
        SetAction(Run);
    }

    /// <summary>Requires options that go together.</summary>
    private void Check(CommandResult result)
    {
        bool Has(Option option) => result.GetResult(option) is { Implicit: false };
        bool append = Has(_append), other = Has(_delete) || Has(_compact) || Has(_verify) || Has(_merge), vectors = Has(_embeddings);
        if (!append && Has(_replace)) result.AddError("expected --append with --replace, found none");
        if (Has(_dropDamaged) && !Has(_compact))
            result.AddError("expected --compact with --drop-damaged, found none");
        if (Has(_shard) && (append || other || vectors))
            result.AddError("expected --shard with --model and --input for a new index alone");
        if (vectors && (Has(_model) || Has(_input)))
            result.AddError("expected --embeddings or --model and --input, found both");
        if (!vectors && Has(_ids)) result.AddError("expected --embeddings with --ids, found none");
        if (Has(_similarity) && (append || !vectors))
            result.AddError("expected --similarity with --embeddings for a new index");
        if (Has(_precision) && !Has(_model)) result.AddError("expected --model with --precision, found none");
        if (append && !Has(_input) && !vectors) result.AddError("expected --input with --append, found none");
        bool old = append || (other && !Has(_compact));
        if (old && Has(_codes)) result.AddError("expected --codes for a new index or with --compact");
        if (append && Has(_model)) result.AddError("expected no --model with --append: the index has its own");
        if (!append && !other && !vectors && (!Has(_model) || !Has(_input)))
        {
            result.AddError(
                "expected --model and --input for a new index, or --embeddings, or one of --append, --delete, --compact, --verify and "
                + "--merge");
        }
        if (!append && other && (Has(_model) || Has(_input) || vectors))
        {
            string found = vectors ? "--embeddings" : "--model and --input";
            result.AddError($"expected no {found} with --delete, --compact, --verify or --merge");
        }
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string folder = parse.GetRequiredValue(_output)!.Given;
        IdTextFormat? format = _format.Read(parse);
        CommandPaths.RequireUsable(parse);
        if (parse.GetValue(_shard) is { } shard) return EmbedShard(parse, session, folder, format, shard);
        int? merged = parse.GetValue(_merge) ? IndexShards.Merge(folder, session) : null;
        IndexChanges changes = new()
        {
            Merged = merged,
            Embedded = Embed(parse, session, folder, format),
            Added = Add(parse, session, folder),
        };
        if (parse.GetValue(_delete) is { } ids) DeleteIds(folder, ids.ReadablePath, session, changes);
        if (parse.GetValue(_compact)) changes.Dropped = Merge(parse, folder, session);
        bool sound = Show(session, folder, changes, parse.GetValue(_verify) || changes.AreUnseen);
        bool isDamaged = parse.GetValue(_verify) && !sound, isInVain = changes.NotFound > 0 && changes.Deleted == 0;
        return isDamaged || isInVain ? ExitCode.Failed : ExitCode.Success;
    }

    private BatchEmbedder.Result? Embed(ParseResult parse, Session session, string folder, IdTextFormat? format)
    {
        if (parse.GetValue(_input) is not { } file) return null;
        TextSource input = TextSource.From(file, format);
        if (parse.GetValue(_append)) return IndexFolder.Append(folder, input, parse.GetValue(_replace), session);
        SentenceEmbedder embedder = ModelArgument.Load(parse.GetValue(_model)!.Folder, session.Workers, _precision.Read(parse));
        return IndexFolder.Create(folder, embedder, input, CodesOf(parse, embedder.Similarity, CodeBits.Eight), session.Progress);
    }

    private int EmbedShard(ParseResult parse, Session session, string folder, IdTextFormat? format, Shard shard)
    {
        InputRange input = InputRange.Cut(parse.GetValue(_input)!, format, shard);
        SentenceEmbedder embedder = ModelArgument.Load(parse.GetValue(_model)!.Folder, session.Workers, _precision.Read(parse));
        CodeBits? codes = CodesOf(parse, embedder.Similarity, CodeBits.Eight);
        ShardResult result = IndexShards.Write(folder, shard, input, embedder, codes, session);
        session.Show(result, ResultJson.Default.ShardResult, results => results.Line(result.Line));
        return ExitCode.Success;
    }

    private int? Add(ParseResult parse, Session session, string folder)
    {
        if (parse.GetValue(_embeddings) is not { } file) return null;
        IdVectors documents = IdVectors.Read(file, parse.GetValue(_ids));
        Similarity similarity = _similarity.Read(parse);
        if (!similarity.Takes(documents.Columns))
            throw new UsageException(
                $"expected vectors of an even number of columns for --similarity {similarity.Name()}, found {documents.Columns}");
        if (parse.GetValue(_append)) IndexFolder.Append(folder, documents, parse.GetValue(_replace), session);
        else IndexFolder.Create(folder, documents, similarity, CodesOf(parse, similarity, CodeBits.Eight), session);
        return documents.Ids.Count;
    }

    private CodeBits? CodesOf(ParseResult parse, Similarity similarity, CodeBits? absent)
    {
        if (parse.GetValue(_codes) is not { } word) return similarity.HasCodes() ? absent : null;
        CodeBits? codes = _codes.ValueOf(word);
        if (codes is not null && !similarity.HasCodes())
            throw new UsageException($"expected {_codes.Name} none of vectors compared by {similarity.Name()}, found {word}");
        return codes;
    }

    private static void DeleteIds(string folder, string path, Session session, IndexChanges changes)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (IdText line in TextFile.Read(path, IdTextFormat.Txt))
            if (line.Text.Length > 0) ids.Add(line.Text);
        using CollectionWriter writer = CollectionWriter.Open(folder);
        IReadOnlyList<string> met = writer.Delete(ids, session.Workers, Session.Cancellation);
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
            CodeBits? codes = CodesOf(parse, writer.Manifest.Similarity, writer.Manifest.Codes);
            return writer.Compact(codes, session.Workers, drop, Session.Cancellation);
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
    private static bool Show(Session session, string folder, IndexChanges changes, bool verify)
    {
        CollectionManifest manifest = CollectionManifest.Read(folder);
        IReadOnlyList<string> warnings = [];
        if (verify)
        {
            using Collection collection = Collection.Open(folder, session.Workers);
            (manifest, warnings) = (collection.Manifest, collection.Warnings);
            Warn(session, warnings);
        }
        IndexChangeReport report = new(folder, manifest, changes, verify ? warnings.Count == 0 : null);
        session.Show(report.Result, ResultJson.Default.IndexResult, results => results.Line(report.Line));
        return warnings.Count == 0;
    }
}
