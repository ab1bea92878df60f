using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Searching;

/// <summary>The options that say how an index is searched.</summary>
internal sealed class SearchMethod
{
    private readonly Option<bool> _exact = new("--exact")
    {
        Description = "Exactly the best documents, those of scoring every one; the default. Codes only rule out what cannot be among them.",
    };

    private readonly ChoiceOption<CodeBits?> _codes = new("--codes", ("8", CodeBits.Eight), ("4", CodeBits.Four), ("1", CodeBits.One))
    {
        Description = "Score only the nearest by the codes of so many bits that the index has: 8, 4 or 1.",
        HelpName = "BITS",
    };

    private readonly Option<int> _rescore = new Option<int>("--rescore")
    {
        Description = $"With --codes: how many of the nearest are scored, at least K, default 10 K; 0 for none, with "
            + "the scores to be expected by the codes.",
        HelpName = "R",
    }.Whole(0);

    private readonly Option<InputFile> _candidates = new("--candidates")
    {
        CustomParser = InputFile.Parse,
        Description = "With --queries: rank each query's candidates only, those of a TREC run or of MS MARCO's top1000, with the "
            + "index's exact scores.",
        HelpName = "IN.trec",
    };

    private readonly Option<string> _filter = new("--filter")
    {
        Description = "Metadata that documents must have: {\"lang\": \"en\", \"year\": {\"gte\": 2020, \"lte\": 2024}}, values to be equal "
            + "to and ranges of numbers, all of which have to hold.",
        HelpName = "JSON",
    };

    private readonly HybridOptions _hybrid;
    private readonly Bm25Options _bm25;
    private readonly IdenticalIds _identicalIds;

    /// <summary>Adds the options to a command.</summary>
    public SearchMethod(Command command)
    {
        command.AddOptions(_exact, _codes, _rescore, _candidates, _filter);
        _hybrid = new HybridOptions(command);
        _bm25 = new Bm25Options(command);
        _identicalIds = new IdenticalIds(command);
        command.Validators.Add(result =>
        {
            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
            if (Has(_exact) && Has(_codes)) result.AddError("expected --exact or --codes, found both");
            if (Has(_rescore) && !Has(_codes)) result.AddError("expected --codes with --rescore, found none");
            if (Has(_candidates) && (Has(_codes) || _hybrid.IsIn(result)))
                result.AddError("expected --candidates without --codes and --hybrid, found both");
        });
    }

    /// <summary>Whether BM25, which needs texts, is part of it.</summary>
    public bool IsHybrid(CommandResult result) => _hybrid.IsIn(result);

    /// <summary>Whether each query's candidates alone are ranked.</summary>
    public bool HasCandidates(ParseResult parse) => parse.GetValue(_candidates) is not null;

    /// <summary>
    /// The option that asks for queries with ids, or null: candidates are those of such queries, and so is the document of the same id.
    /// </summary>
    public string? NeedsIds(ParseResult parse) =>
        HasCandidates(parse) ? "--candidates" : _identicalIds.IsGiven(parse) ? "--ignore-identical-ids" : null;

    /// <summary>Whether a document with the query's id is left out.</summary>
    /// <param name="parse">The options.</param>
    /// <param name="queries">The file of queries, or their folder; null for queries without ids.</param>
    public bool IgnoresIdenticalIds(ParseResult parse, string? queries) => queries is not null && _identicalIds.Read(parse, queries);

    /// <summary>Checks the options and reads the files they name; the result takes the indexes, as one.</summary>
    /// <param name="parse">The options.</param>
    /// <param name="top">Documents wanted for a query.</param>
    /// <param name="ignoreIdenticalIds">Whether a document with the query's id is left out.</param>
    /// <param name="folder">The first index, for messages.</param>
    /// <param name="vectors">The queries where they are given as vectors; null where the index's model embeds them.</param>
    /// <param name="forRun">Whether a run is made of what is found, which cannot hold every id.</param>
    /// <param name="warn">Shows a line.</param>
    /// <exception cref="UsageException">A number is out of its range, or the filter is none.</exception>
    /// <exception cref="QEngineException">A file is malformed.</exception>
    public Func<IndexUnion, IndexSearch> Read(
        ParseResult parse, int top, bool ignoreIdenticalIds, string folder, IdVectors? vectors, bool forRun, Action<string> warn)
    {
        (CodeBits? bits, int? rescored) = (_codes.Read(parse), Given(parse, _rescore));
        if (rescored is { } count && count != 0 && count < top)
            throw new UsageException($"expected --rescore 0 or at least {top}, found {count}");
        Bm25Settings bm25 = _bm25.Read(parse);
        Fusion? fusion = _hybrid.Read(parse);
        Candidates? candidates = parse.GetValue(_candidates) is { } file ? Candidates.Read(file.ReadablePath) : null;
        if (forRun && candidates is not null)
            foreach (string id in candidates.PassagesOf(candidates.QueryIds))
                RunIds.Require("document", id, parse.GetValue(_candidates)!.Name);
        SearchOptions options = new()
        {
            Filter = parse.GetValue(_filter) is { } filter ? ReadFilter(filter) : null,
            Approximate = bits is not null,
            Rescored = rescored,
            Hybrid = fusion,
            Bm25 = bm25,
            IdsOnly = forRun,
        };
        return index =>
        {
            RequireCodes(index.Documents.Manifest.Codes, bits);
            if (vectors is null) _ = IndexFolder.RequireModel(index.Embedder, folder, "--embeddings takes queries as vectors");
            else vectors.RequireWidth(index.Dimension);
            int missing = candidates?.PassagesOf(candidates.QueryIds).Count(id => index.Documents.Find(id) is null) ?? 0;
            if (missing > 0) warn($"warning: {missing} candidates are not in the index and are left out");
            return new IndexSearch(index, options)
            {
                ScoreName = fusion is null ? CollectionManifest.NameOf(index.Similarity) : _hybrid.Name(parse)!,
                IgnoresIdenticalIds = ignoreIdenticalIds,
                Candidates = candidates,
                Vectors = vectors,
            };
        };
    }

    private static MetadataFilter? ReadFilter(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return FilterReader.Read(json.RootElement);
        }
        catch (JsonException failure)
        {
            throw new UsageException($"expected JSON with --filter, found none at character {failure.BytePositionInLine + 1}");
        }
        catch (JsonMemberException failure)
        {
            throw new UsageException($"{failure.Message}: --filter");
        }
    }

    private static int? Given(ParseResult parse, Option<int> option) => parse.GetResult(option) is null ? null : parse.GetValue(option);

    private static void RequireCodes(CodeBits? found, CodeBits? bits)
    {
        if (bits is null || found == bits) return;
        throw new QEngineException(
            $"expected an index with codes of {(int)bits} bits, found {(found is null ? "none" : (int)found)}: "
            + $"qengine index --compact --codes {(int)bits} makes them");
    }
}
