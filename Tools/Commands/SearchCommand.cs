using System.CommandLine;
using System.Globalization;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;
using QEngine.Tools.Searching;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine search</c>.</summary>
internal sealed class SearchCommand : Command
{
    private readonly Option<InputFolder[]> _index = new("--index")
    {
        CustomParser = IndexFolder.ParseAll,
        Required = true,
        Description = "Folder that qengine index wrote; given several times, indexes of one model are searched as one, exactly.",
        HelpName = "DIR",
    };

    private readonly Option<int> _top = new Option<int>("--top")
    {
        Description = "Results a query.",
        DefaultValueFactory = _ => 10,
        HelpName = "K",
    }.Whole(1);

    private readonly Option<InputFile> _queries = new("--queries")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Queries),
        Description = "Queries with ids instead: .tsv (id, tab, text), .jsonl (BEIR), .txt (a query a line) or .json (the paper's), "
            + "perhaps with .gz; - for standard input; or a folder that holds them.",
        HelpName = "F",
    };

    private readonly Option<InputFile> _embeddings = new("--embeddings")
    {
        CustomParser = InputFile.Parse,
        Description = "Queries as vectors instead, float [queries, k], for an index without a model or in place of its model.",
        HelpName = "Q.npy",
    };

    private readonly Option<InputFile> _ids = new("--ids")
    {
        CustomParser = InputFile.Parse,
        Description = "With --embeddings: ids of the queries, one a line; row numbers from 0 if left out.",
        HelpName = "IDS.txt",
    };

    private readonly Option<OutputFile> _run = new("--run")
    {
        CustomParser = OutputFile.Parse,
        Description = "With --queries or --embeddings: TREC run file to write, - for standard output, instead of showing what was found; "
            + "scores are ln F for models compared by fidelity.",
        HelpName = "OUT.trec",
    };

    private readonly TextFormatOption _format;
    private readonly SearchMethod _method;
    private readonly Argument<string[]> _query = new("query")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "The query; several words are joined. Without it and without --queries, or where it is -, queries are read from "
            + "standard input, one a line.",
    };

    /// <summary>Defines the command.</summary>
    public SearchCommand()
        : base(
            "search",
            "Find the documents of an index that are most similar to a query; the model's prompt for queries is put before it. "
            + "Several queries give one JSON object a line with --json.\n"
            + "Example: qengine search --index passages.index --top 5 \"what is a qubit\"\n"
            + "Example: qengine search --index passages.index --queries queries.tsv --top 1000 --run out.trec\n"
            + "Example: qengine search --index a.index --index b.index \"what is a qubit\"")
    {
        this.AddOptions(_index, _top, _queries, _embeddings, _ids, _run);
        _format = new TextFormatOption(this, _queries);
        _method = new SearchMethod(this);
        Arguments.Add(_query);
        Validators.Add(result =>
        {
            bool queries = result.GetResult(_queries) is not null, vectors = result.GetResult(_embeddings) is not null;
            string given = queries ? "--queries" : "--embeddings";
            if (queries && vectors) result.AddError("expected --queries or --embeddings, found both");
            if (!vectors && result.GetResult(_ids) is not null) result.AddError("expected --embeddings with --ids, found none");
            if (vectors && _method.IsHybrid(result)) result.AddError("expected queries of words with --hybrid, found --embeddings");
            if (!queries && !vectors && result.GetResult(_run) is not null)
                result.AddError("expected --queries with --run, found none");
            if ((queries || vectors) && result.GetValue(_query) is { Length: > 0 })
                result.AddError($"expected {given} or a query, found both");
        });
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        int top = parse.GetValue(_top);
        string? query = Query(parse);
        OutputFile? output = parse.GetValue(_run);
        InputFile? file = parse.GetValue(_queries), given = parse.GetValue(_embeddings);
        string[] folders = [.. parse.GetRequiredValue(_index).Select(folder => folder.Folder)];
        IdTextFormat? format = _format.Read(parse);
        if ((file ?? given) is null && _method.NeedsIds(parse) is { } option)
            throw new UsageException($"expected --queries with {option}, found none");
        bool ignoresIdenticalIds = _method.IgnoresIdenticalIds(parse, (file ?? given)?.Given);
        CommandPaths.RequireUsable(parse);
        IdVectors? vectors = given is null ? null : IdVectors.Read(given, parse.GetValue(_ids));
        Func<IndexUnion, IndexSearch> method = _method.Read(
            parse, top, ignoresIdenticalIds, folders[0], vectors, forRun: output is not null, session.Progress.Line);
        QueryFile? queries = Queries(vectors, file, format, forRun: output is not null);
        if (ignoresIdenticalIds) session.Progress.Line(IdenticalIds.Remark);

        using IndexUnion index = IndexUnion.Open(folders, session.Workers);
        foreach (string warning in index.Warnings) session.Progress.Line($"warning: {warning}");
        // Candidates are ids of a run already, or have been looked at.
        if (output is not null && !_method.HasCandidates(parse)) IndexFolder.RequireRunIds(index.Documents);
        IndexSearch search = method(index);
        SearchResult Result(IdText asked, IReadOnlyList<SearchHit> hits) => new(asked, hits, search.ScoreName);
        SearchResult Find(string text) => Result(new IdText("", text), search.Find([new IdText("", text)], top)[0]);
        if (queries is null) return query is null ? Lines(session, Find) : Show(session, Find(query));
        if (output is not null) return Write(session, index, search, queries, top, output, ignoresIdenticalIds);
        queries.Search(search, top, session.Progress, (asked, hits) => ShowLine(session, Result(asked, hits)));
        return ExitCode.Success;
    }

    /// <summary>The queries with ids, whose texts are empty where they are vectors; null where there are none of a file.</summary>
    private static QueryFile? Queries(IdVectors? vectors, InputFile? file, IdTextFormat? format, bool forRun)
    {
        if (vectors is not null)
            return new QueryFile(new TextSource(vectors.Name, () => vectors.Ids.Select(id => new IdText(id, ""))), forRun);
        return file is null ? null : new QueryFile(TextSource.From(file, format), forRun);
    }

    /// <summary>The one query, or null where they come from elsewhere.</summary>
    private string? Query(ParseResult parse)
    {
        string[] words = parse.GetValue(_query) ?? [];
        if (words is [CommandPath.Dash]) return null;
        string query = string.Join(' ', words);
        if (words.Length > 0 && string.IsNullOrWhiteSpace(query)) throw new UsageException("expected a query, found an empty one");
        bool ofFile = parse.GetValue(_queries) is not null || parse.GetValue(_embeddings) is not null;
        if (words.Length > 0 || ofFile) return words.Length > 0 ? query : null;
        return StandardInput.IsProvided ? null : throw NoQuery();
    }

    private static UsageException NoQuery() => new("expected a query, --queries, or queries on standard input, found none");

    private static int Lines(Session session, Func<string, SearchResult> find)
    {
        bool any = false;
        using Utf8Lines lines = StandardInput.Lines();
        while (lines.MoveNext())
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            string line = lines.Text;
            if (string.IsNullOrWhiteSpace(line)) continue;
            any = true;
            ShowLine(session, find(line));
        }
        return any ? ExitCode.Success : throw NoQuery();
    }

    private static int Write(
        Session session, IndexUnion index, IndexSearch search, QueryFile queries, int top, OutputFile output, bool ignoresIdenticalIds)
    {
        RunCollector found = new();
        TimeSpan time = queries.Search(search, top, session.Progress, found.Add);
        output.Write(path => RunFile.Write(path, found.Run, search.ScoreName));
        double milliseconds = time.TotalMilliseconds / queries.Count;
        session.Show(
            new SearchRunResult(
                queries.Count,
                index.Count,
                found.Hits,
                ignoresIdenticalIds,
                Math.Round(time.TotalSeconds, 3),
                Math.Round(milliseconds, 4),
                output.Name),
            ResultJson.Default.SearchRunResult,
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{queries.Count} queries over {index.Count} documents, {milliseconds:F3} ms a query with embedding it, "
                + $"{found.Hits} hits: {output.Name}")));
        return ExitCode.Success;
    }

    private static int Show(Session session, SearchResult result)
    {
        if (result.IsFidelity) session.Show(result.ToFidelities(), ResultJson.Default.QueryResultFidelityHit, result.WriteTable);
        else session.Show(result.ToScores(), ResultJson.Default.QueryResultScoredHit, result.WriteTable);
        return ExitCode.Success;
    }

    private static void ShowLine(Session session, SearchResult result)
    {
        if (result.IsFidelity) session.ShowLine(result.ToFidelities(), ResultJson.Default.QueryResultFidelityHit, result.WriteTable);
        else session.ShowLine(result.ToScores(), ResultJson.Default.QueryResultScoredHit, result.WriteTable);
    }
}

/// <summary>The run that <c>qengine search</c> wrote, as JSON.</summary>
internal sealed record SearchRunResult(
    int Queries,
    long Documents,
    long Hits,
    bool IgnoreIdenticalIds,
    double Seconds,
    double MillisecondsPerQuery,
    string Run);
