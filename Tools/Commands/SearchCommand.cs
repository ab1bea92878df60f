using System.CommandLine;
using System.Text;
using System.Text.Json;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine search</c>.</summary>
internal sealed class SearchCommand
{
    private readonly Option<string> _index = new("--index") { Required = true, Description = "Folder that qengine index wrote.", HelpName = "DIR" };
    private readonly Option<int> _top = new("--top") { Description = "Results a query.", DefaultValueFactory = _ => 10, HelpName = "K" };
    private readonly HybridOptions _hybrid;
    private readonly Bm25Options _bm25;
    private readonly Argument<string[]> _query = new("query") { Arity = ArgumentArity.ZeroOrMore, Description = "The query; several words are joined. Without it, queries are read from standard input, one a line." };

    private SearchCommand(Command command)
    {
        command.Options.Add(_index);
        command.Options.Add(_top);
        _hybrid = new HybridOptions(command);
        _bm25 = new Bm25Options(command);
        command.Arguments.Add(_query);
        command.SetAction(Run);
    }

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "search",
            "Find the documents of an index that are most similar to a query; the model's prompt for queries is put before it. Queries from standard input give one JSON object a line with --json.\n"
            + "Example: qengine search --index passages.index --top 5 \"what is a qubit\"");
        _ = new SearchCommand(command);
        return command;
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        int top = parse.GetValue(_top);
        if (top < 1) throw new UsageException($"expected --top of at least 1, found {top}");
        string[] words = parse.GetValue(_query) ?? [];
        string query = string.Join(' ', words);
        if (words.Length > 0 && string.IsNullOrWhiteSpace(query)) throw new UsageException("expected a query, found an empty one");
        if (words.Length == 0 && !StandardInput.IsProvided) throw new UsageException("expected a query, or queries on standard input, found neither");
        Func<IndexFolder, Func<string, SearchResult>> searcher = Searcher(parse, top);

        using IndexFolder index = IndexFolder.Load(parse.GetRequiredValue(_index), session.Workers);
        foreach (string warning in index.Collection.Warnings) session.Progress.Line($"warning: {warning}");
        Func<string, SearchResult> find = searcher(index);
        if (words.Length > 0)
        {
            SearchResult result = find(query);
            session.Show(result.WriteJson, result.WriteTable);
            return ExitCode.Success;
        }

        bool any = false;
        using Utf8Lines lines = StandardInput.Lines();
        while (lines.MoveNext())
        {
            string line = lines.Text;
            if (string.IsNullOrWhiteSpace(line)) continue;
            any = true;
            Show(session, find(line));
        }
        return any ? ExitCode.Success : throw new UsageException("expected a query, or queries on standard input, found neither");
    }

    /// <summary>Checks the options at once; the result takes the index.</summary>
    private Func<IndexFolder, Func<string, SearchResult>> Searcher(ParseResult parse, int top)
    {
        Bm25Settings bm25 = _bm25.Read(parse);
        if (_hybrid.Read(parse) is not { } fusion) return index => query => SearchResult.Find(index, query, top);
        string name = _hybrid.Name(parse)!;
        return index =>
        {
            HybridSearch search = new(index, bm25, fusion, name);
            return query => search.Find(query, top);
        };
    }

    private static void Show(Session session, SearchResult result)
    {
        if (!session.Json)
        {
            session.Show(result.WriteJson, result.WriteTable);
            return;
        }
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            result.WriteJson(writer);
            writer.WriteEndObject();
        }
        Console.Out.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
