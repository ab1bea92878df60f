using System.Text;

namespace QEngine.Tools.Demo.Docs;

/// <summary>The texts that stand for a member: the full one for a search index, and ones with a part taken away.</summary>
internal sealed class MemberText
{
    /// <summary>Longer texts are cut: an encoder of short sequences does not see more.</summary>
    public const int MaximumLength = 700;

    private const int MemberNamesLength = 250;

    private readonly Dictionary<string, string> _memberNames = new(StringComparer.Ordinal);

    /// <summary>Prepares the texts of a corpus (a type's text lists the names of its members).</summary>
    public MemberText(ApiCorpus corpus)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ApiMember member in corpus.Members)
        {
            if (member.Kind is ApiKind.Type or ApiKind.Constructor or ApiKind.Operator || !seen.Add(member.OverloadKey)) continue;
            string names = _memberNames.GetValueOrDefault(member.Type, "");
            if (names.Length < MemberNamesLength) _memberNames[member.Type] = names.Length == 0 ? member.Name : $"{names}, {member.Name}";
        }
    }

    /// <summary>Everything, the summary early: <c>signature. words. summary details</c>.</summary>
    public string Index(ApiMember member) => Join($"{Head(member)}.", member.Summary, Details(member, ""));

    /// <summary>What is left without the summary, or other text that repeats it.</summary>
    public string WithoutSummary(ApiMember member) =>
        Join($"{Head(member)}.", Details(member, Sentences.Key(Sentences.Opening(member.Summary))));

    /// <summary>Names and summary alone.</summary>
    public static string WithoutDetails(ApiMember member) => Join($"{Head(member)}.", member.Summary);

    /// <summary>The descriptions alone: no signature, no words of the name.</summary>
    public string WithoutName(ApiMember member) => Join(member.Summary, Details(member, ""));

    /// <summary>The words of type and member name, as somebody types keywords.</summary>
    public static string Keywords(ApiMember member)
    {
        string type = NameWords.Split(WithoutArity(member.Type[(member.OuterType.LastIndexOf('.') + 1)..]));
        return member.Kind switch
        {
            ApiKind.Type => type,
            ApiKind.Constructor => $"new {type}",
            ApiKind.Operator => $"{type} {NameWords.Split(member.Name.Replace("op_", ""))} operator",
            _ => $"{type} {NameWords.Split(member.Name)}",
        };
    }

    /// <summary>
    /// A sentence that describes the member otherwise than its summary does: of the remarks or the returned value; null without.
    /// </summary>
    public static string? Paraphrase(ApiMember member)
    {
        string summary = Sentences.Key(member.Summary);
        foreach (string text in (ReadOnlySpan<string>)[member.Remarks, member.Returns])
        {
            string opening = Sentences.Opening(text);
            if (Sentences.IsMeaningful(opening) && !Repeats(Sentences.Key(opening), summary)) return opening;
        }
        return null;
    }

    private static string Head(ApiMember member) => $"{member.Signature}. {NameWords.Split(member.Namespace)} {Keywords(member)}";

    /// <summary>Parameters, returned value, remarks and a type's member names, except what repeats a summary.</summary>
    private string Details(ApiMember member, string summaryKey)
    {
        StringBuilder details = new();
        foreach (ApiParameter parameter in member.Parameters)
            if (parameter.Name.Length > 0 && !Repeats(Sentences.Key(parameter.Text), summaryKey))
                Add(parameter.Text.Length == 0 ? parameter.Name : $"{parameter.Name}: {parameter.Text}");
        if (member.Returns.Length > 0 && !Repeats(Sentences.Key(member.Returns), summaryKey)) Add($"Returns: {member.Returns}");
        if (!Repeats(Sentences.Key(member.Remarks), summaryKey)) Add(member.Remarks);
        if (member.Kind == ApiKind.Type && _memberNames.TryGetValue(member.Type, out string? names)) Add($"Members: {names}");
        return details.ToString();

        void Add(string text)
        {
            if (text.Length == 0) return;
            if (details.Length > 0) details.Append(' ');
            details.Append(text);
            if (text[^1] is not ('.' or '!' or '?')) details.Append('.');
        }
    }

    private static bool Repeats(string key, string summaryKey) =>
        summaryKey.Length > 0 && key.Length > 0
        && (key.Contains(summaryKey, StringComparison.Ordinal)
            || (key.Contains(' ') && summaryKey.Contains(key, StringComparison.Ordinal)));

    private static string Join(params ReadOnlySpan<string> parts)
    {
        StringBuilder text = new();
        foreach (string part in parts)
        {
            if (part.Length == 0) continue;
            if (text.Length > 0) text.Append(' ');
            text.Append(part);
        }
        return DocText.Cut(text.ToString(), MaximumLength);
    }

    private static string WithoutArity(string name)
    {
        for (int tick = name.IndexOf('`'); tick >= 0; tick = name.IndexOf('`'))
        {
            int end = tick + 1;
            while (end < name.Length && char.IsAsciiDigit(name[end])) end++;
            name = name.Remove(tick, end - tick);
        }
        return name;
    }
}
