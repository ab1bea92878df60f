namespace QEngine.Tools.Demo.Docs;

/// <summary>The documented members of an API, ordered by documentation id (ordinal).</summary>
/// <param name="Members">The members.</param>
internal sealed record ApiCorpus(IReadOnlyList<ApiMember> Members)
{
    /// <summary>Remarks are kept up to this many characters: what follows is detail that an embedder never sees.</summary>
    public const int RemarksLength = 400;

    /// <summary>Reads all members that have a summary and, where assemblies tell, are visible to callers.</summary>
    /// <param name="packs">The documentation files; of an id that occurs in several, the first with a summary counts.</param>
    /// <exception cref="QEngineException">A file cannot be read, or no file documents any member.</exception>
    public static ApiCorpus Load(ReferencePacks packs)
    {
        Dictionary<string, DocEntry> entries = new(StringComparer.Ordinal);
        PublicSurface surface = PublicSurface.Beside(packs.Files);
        foreach (string file in packs.Files)
        {
            bool hasAssembly = surface.Covers(file);
            DocFile.Read(
                file,
                id => (!entries.TryGetValue(id, out DocEntry? known) || known.Summary.Length == 0)
                    && DocumentationId.Parse(id) is { } parsed && (!hasAssembly || surface.Declares(parsed)),
                entry => entries[entry.Id] = entry);
        }
        ApiCorpus corpus = new(Build(entries));
        if (corpus.Members.Count == 0)
        {
            throw new QEngineException(
                "expected API documentation (<doc><members><member name=...>), "
                + $"found no documented member in the {packs.Files.Count} XML files of {packs.Folder}");
        }
        return corpus;
    }

    private static List<ApiMember> Build(Dictionary<string, DocEntry> entries)
    {
        TypeTable table = new();
        foreach (DocEntry entry in entries.Values)
            if (entry.Id[0] == 'T') table.Add(entry.Id[2..], entry.TypeParameters);
        List<ApiMember> members = [];
        foreach (DocEntry entry in entries.Values)
        {
            ApiMember member = Member(entry, DocumentationId.Parse(entry.Id)!, table);
            if (IsUseful(member.Summary)) members.Add(member);
        }
        members.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        return members;
    }

    private static ApiMember Member(DocEntry entry, DocumentationId id, TypeTable table)
    {
        IReadOnlyList<string> own = id.Letter != 'M' || id.Arity == 0 ? []
            : entry.TypeParameters.Count == id.Arity ? entry.TypeParameters : TypeTable.Placeholders(id.Arity);
        IReadOnlyList<ApiParameter> parameters = Parameters(entry, Signatures.ParameterTypes(id, table, own), table);
        IReadOnlyList<string> shown = [.. parameters.Where(parameter => parameter.Type.Length > 0).Select(parameter => parameter.Type)];
        return new(
            entry.Id, Signatures.Kind(id), table.Namespace(id.Container), table.OuterType(id.Container), id.Container,
            Signatures.Name(id, table), Signatures.Show(id, table, own, shown), DocText.Resolve(entry.Summary, table), parameters,
            DocText.Resolve(entry.Returns, table), DocText.Cut(DocText.Resolve(entry.Remarks, table), RemarksLength));
    }

    /// <summary>Names and descriptions from the documentation, types from the id; one list where both agree on the number.</summary>
    private static List<ApiParameter> Parameters(DocEntry entry, IReadOnlyList<string> types, TypeTable table)
    {
        List<ApiParameter> parameters = [];
        bool matched = entry.Parameters.Count == types.Count;
        for (int i = 0; i < entry.Parameters.Count; i++)
        {
            string text = DocText.Resolve(entry.Parameters[i].Text, table);
            parameters.Add(new(entry.Parameters[i].Name, matched ? Direction(types[i], text) : "", text));
        }
        if (!matched) parameters.AddRange(types.Select(type => new ApiParameter("", type, "")));
        return parameters;
    }

    /// <summary>Ids encode ref, in and out alike; the convention for describing an out parameter tells it apart.</summary>
    private static string Direction(string type, string text) =>
        type.StartsWith("ref ", StringComparison.Ordinal)
        && (text.StartsWith("When this method", StringComparison.Ordinal) || text.StartsWith("On return", StringComparison.Ordinal))
            ? $"out {type[4..]}"
            : type;

    private static bool IsUseful(string summary) =>
        summary.Contains(' ') && !summary.StartsWith("To be added", StringComparison.OrdinalIgnoreCase);
}
