using System.Text;

namespace QEngine.Tools.Demo.Docs;

/// <summary>Sentences as search queries: where they end, when two are the same, which say enough to be searched for.</summary>
internal static class Sentences
{
    private const int MinimumWords = 4;
    private const int EnoughWords = 6;
    private const int MaximumLength = 300;

    private static readonly string[] Abbreviations = ["e.g.", "i.e.", "etc.", "vs.", "cf.", "no.", "approx."];

    /// <summary>Beginnings of texts that tell nothing about the member they stand at.</summary>
    private static readonly string[] BoilerplateStarts =
    [
        "Initializes a new", "Initialize a new", "Initializes an instance", "Creates a new instance", "Constructs a", "Creates a new",
        "For a description of this member", "This API supports", "This member supports", "This type supports", "This method supports",
        "For internal use", "Infrastructure", "Used by a", "Calling this method always throws", "Releases all resources",
        "Releases the unmanaged", "Releases unmanaged", "Performs application-defined tasks", "Returns the hash code",
        "Returns a hash code",
        "Provides data for the", "Raises the", "Returns an enumerator", "A task that represents the asynchronous", "Not supported",
        "This property is not",
    ];

    /// <summary>Openings that most summaries share; what follows them is the content.</summary>
    private static readonly string[] Openings =
    [
        "gets or sets", "gets", "sets", "returns", "get or set", "a", "an", "the", "value", "boolean", "that", "which", "indicates",
        "indicating",
        "whether", "if", "of", "this", "specified", "current", "instance", "object", "or",
    ];

    /// <summary>The first sentence of a text, with the second where the first is very short.</summary>
    public static string Opening(string text)
    {
        int end = End(text, 0);
        if (end < text.Length && Count(text.AsSpan(0, end)) < EnoughWords) end = End(text, end);
        return DocText.Cut(text[..end].Trim(), MaximumLength);
    }

    /// <summary>Letters and digits in lower case with single spaces: equal for texts that differ in punctuation only.</summary>
    public static string Key(string text)
    {
        StringBuilder key = new(text.Length);
        foreach (char symbol in text)
        {
            if (char.IsLetterOrDigit(symbol)) key.Append(char.ToLowerInvariant(symbol));
            else if (key.Length > 0 && key[^1] != ' ') key.Append(' ');
        }
        return key.ToString().TrimEnd();
    }

    /// <summary>
    /// Whether somebody could search with this text: mostly plain words, no boilerplate beginning, and enough words beyond
    /// openings such as "Gets or sets a value".
    /// </summary>
    public static bool IsMeaningful(string text)
    {
        foreach (string start in BoilerplateStarts)
            if (text.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return false;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Any(IsCIdentifier)) return false;
        int plain = words.Count(IsPlain);
        if (words.Length < MinimumWords || plain < MinimumWords || plain * 2 < words.Length) return false;
        return words.Count(word => !Openings.Contains(Key(word))) >= MinimumWords - 1;
    }

    /// <summary>A name such as _mm_add_epi8: the hardware intrinsics' summaries are C declarations, and nobody's query.</summary>
    private static bool IsCIdentifier(string word) => word.Contains('_') && word.Any(char.IsAsciiLetterLower);

    /// <summary>A word of letters alone.</summary>
    private static bool IsPlain(string word)
    {
        ReadOnlySpan<char> letters = word.AsSpan().Trim(".,;:()\"'");
        if (letters.IsEmpty) return false;
        for (int i = 0; i < letters.Length; i++)
            if (!char.IsLetter(letters[i]) && letters[i] is not ('-' or '\'')) return false;
        return true;
    }

    private static int Count(ReadOnlySpan<char> text)
    {
        int words = 0;
        foreach (Range _ in text.Split(' ')) words++;
        return words;
    }

    private static int End(string text, int from)
    {
        for (int dot = text.IndexOf(". ", from, StringComparison.Ordinal);
             dot >= 0;
             dot = text.IndexOf(". ", dot + 1, StringComparison.Ordinal))
        {
            string before = text[..(dot + 1)];
            bool abbreviation = Abbreviations.Any(known => before.EndsWith(known, StringComparison.OrdinalIgnoreCase));
            if (!abbreviation && dot + 2 < text.Length && !char.IsLower(text[dot + 2])) return dot + 2;
        }
        return text.Length;
    }
}
