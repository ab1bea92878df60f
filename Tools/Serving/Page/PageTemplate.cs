using System.Security.Cryptography;
using System.Text;

namespace QEngine.Tools.Serving.Page;

/// <summary>
/// A page with places to be filled, <c>{{name}}</c>. Style and script stand in it and have none, so their hashes are known beforehand and
/// nothing else is let run.
/// </summary>
internal sealed class PageTemplate
{
    // What stands before each place, and the place's name; the last has none.
    private readonly List<(string Before, string? Place)> _parts = [];

    /// <summary>Reads a template.</summary>
    /// <param name="html">The page, with one style and one script.</param>
    public PageTemplate(string html)
    {
        string[] pieces = html.Split("{{");
        string before = pieces[0];
        foreach (string piece in pieces[1..])
        {
            int end = piece.IndexOf("}}", StringComparison.Ordinal);
            _parts.Add((before, piece[..end]));
            before = piece[(end + 2)..];
        }
        _parts.Add((before, null));
        ContentSecurityPolicy =
            $"default-src 'none'; style-src '{Hash(html, "style")}'; script-src '{Hash(html, "script")}'; connect-src 'self'; "
            + "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
    }

    /// <summary>What a browser lets the page do: its own style and script, and requests to this server.</summary>
    public string ContentSecurityPolicy { get; }

    /// <summary>Reads the template that is in the program.</summary>
    /// <param name="resource">Its name.</param>
    public static PageTemplate Load(string resource)
    {
        using StreamReader reader = new(typeof(PageTemplate).Assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return new PageTemplate(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }

    /// <summary>The page with its places filled; what is put in is not looked at for places.</summary>
    /// <param name="places">HTML for each place.</param>
    public string Fill(IReadOnlyDictionary<string, string> places)
    {
        StringBuilder page = new();
        foreach ((string before, string? place) in _parts)
        {
            page.Append(before);
            if (place is not null) page.Append(places[place]);
        }
        return page.ToString();
    }

    private static string Hash(string html, string element)
    {
        string open = $"<{element}>", close = $"</{element}>";
        int start = html.IndexOf(open, StringComparison.Ordinal) + open.Length, end = html.IndexOf(close, StringComparison.Ordinal);
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..end])))}";
    }
}
