using System.CommandLine;
using System.Text;
using System.Text.Json;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine search</c>.</summary>
internal static class SearchCommand
{
    private static readonly Option<string> Index = new("--index") { Required = true, Description = "Folder that qengine index wrote.", HelpName = "DIR" };
    private static readonly Option<int> Top = new("--top") { Description = "Results a query.", DefaultValueFactory = _ => 10, HelpName = "K" };
    private static readonly Argument<string[]> Query = new("query") { Arity = ArgumentArity.ZeroOrMore, Description = "The query; several words are joined. Without it, queries are read from standard input, one a line." };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "search",
            "Find the documents of an index that are most similar to a query; the model's prompt for queries is put before it. Queries from standard input give one JSON object a line with --json.\n"
            + "Example: qengine search --index passages.index --top 5 \"what is a qubit\"") { Index, Top, Query };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        int top = parse.GetValue(Top);
        if (top < 1) throw new UsageException($"expected --top of at least 1, found {top}");
        string[] words = parse.GetValue(Query) ?? [];
        string query = string.Join(' ', words);
        if (words.Length > 0 && string.IsNullOrWhiteSpace(query)) throw new UsageException("expected a query, found an empty one");
        if (words.Length == 0 && !StandardInput.IsProvided) throw new UsageException("expected a query, or queries on standard input, found neither");

        using IndexFolder index = IndexFolder.Load(parse.GetRequiredValue(Index), session.Workers);
        foreach (string warning in index.Collection.Warnings) session.Progress.Line($"warning: {warning}");
        if (words.Length > 0)
        {
            SearchResult result = SearchResult.Find(index, query, top);
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
            Show(session, SearchResult.Find(index, line, top));
        }
        return any ? ExitCode.Success : throw new UsageException("expected a query, or queries on standard input, found neither");
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
