using System.Globalization;
using System.Text;
using System.Text.Json;
using QEngine.Models;
using QEngine.Retrieval;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace QEngine.Tools.Indexing;

/// <summary>The documents found for a query, as JSON and as a table.</summary>
/// <param name="index">The index.</param>
/// <param name="query">The query's text.</param>
/// <param name="hits">The documents, best first.</param>
internal sealed class SearchResult(IndexFolder index, string query, IReadOnlyList<Hit> hits)
{
    // More than any line of a terminal holds.
    private const int MostCharacters = 400;

    private bool Fidelity => index.Manifest.Similarity == Similarity.Fidelity;

    /// <summary>Searches.</summary>
    public static SearchResult Find(IndexFolder index, string query, int top) =>
        new(index, query, index.Index.SearchAll(index.Embedder.Embed(query), top)[0]);

    /// <summary>Writes query and results as members of a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("query"u8, query);
        json.WriteStartArray("results"u8);
        for (int i = 0; i < hits.Count; i++)
        {
            IdText document = index.Documents[hits[i].Index];
            json.WriteStartObject();
            json.WriteNumber("rank"u8, i + 1);
            json.WriteString("id"u8, document.Id);
            if (Fidelity)
            {
                json.WriteNumber("score"u8, Math.Exp(hits[i].Score));
                json.WriteNumber("log_fidelity"u8, hits[i].Score);
            }
            else
            {
                json.WriteNumber("score"u8, hits[i].Score);
            }
            json.WriteString("text"u8, document.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes a table, a line a result.</summary>
    public void WriteTable(IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Simple).Expand();
        table.Title = new TableTitle(Markup.Escape(OneLine(query)));
        table.AddColumn(new TableColumn("rank").RightAligned().NoWrap());
        table.AddColumn(new TableColumn(Fidelity ? "fidelity" : "cosine").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("id").NoWrap());
        table.AddColumn(new TableColumn("text").NoWrap());
        for (int i = 0; i < hits.Count; i++)
        {
            IdText document = index.Documents[hits[i].Index];
            table.AddRow(
                new Cell((i + 1).ToString(CultureInfo.InvariantCulture)),
                new Cell(Score(hits[i].Score)),
                new Cell(OneLine(document.Id)),
                new Cell(OneLine(document.Text)) { Overflow = Overflow.Ellipsis });
        }
        console.Write(table);
    }

    private string Score(float score) => Fidelity ? FidelityText(score) : score.ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>e^x with six digits, also where that is below the smallest number.</summary>
    internal static string FidelityText(double logarithm)
    {
        if (logarithm > -700) return Math.Exp(logarithm).ToString("G6", CultureInfo.InvariantCulture);
        double decimals = logarithm / Math.Log(10), exponent = Math.Floor(decimals);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, decimals - exponent):F5}E{exponent:F0}");
    }

    // What documents hold must not move the cursor or colour the terminal.
    private static string OneLine(string text)
    {
        StringBuilder line = new(Math.Min(text.Length, MostCharacters));
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (line.Length >= MostCharacters) break;
            if (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune)) line.Append(' ');
            else line.Append(rune);
        }
        return line.ToString();
    }
}
