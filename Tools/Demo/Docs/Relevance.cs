namespace QEngine.Tools.Demo.Docs;

/// <summary>
/// Which members answer the same question. Overloads (and members of one name in one type) answer alike, and so do members
/// described by the same text; a search that returns one for the other is right.
/// </summary>
internal sealed class Relevance
{
    private readonly IReadOnlyList<ApiMember> _members;
    private readonly string?[] _queries;
    private readonly Dictionary<string, List<int>> _byQuery = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _byOverload = new(StringComparer.Ordinal);
    private readonly int[] _parent;

    /// <summary>Relates the members of a corpus.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="maximumTypes">A text that describes members of more types than this is boilerplate.</param>
    public Relevance(ApiCorpus corpus, int maximumTypes)
    {
        _members = corpus.Members;
        _queries = new string?[_members.Count];
        _parent = new int[_members.Count];
        Dictionary<string, HashSet<string>> types = new(StringComparer.Ordinal);
        for (int i = 0; i < _members.Count; i++)
        {
            _parent[i] = i;
            string query = Sentences.Opening(_members[i].Summary);
            string key = Sentences.Key(query);
            Entry(_byQuery, key).Add(i);
            Entry(_byOverload, _members[i].OverloadKey).Add(i);
            Entry(types, key).Add(_members[i].OuterType);
            if (Sentences.IsMeaningful(query)) _queries[i] = key;
        }
        for (int i = 0; i < _members.Count; i++)
            if (_queries[i] is { } key && types[key].Count > maximumTypes) _queries[i] = null;
        foreach (List<int> overloads in _byOverload.Values) Union(overloads);
        foreach ((string key, List<int> same) in _byQuery)
            if (_queries[same[0]] == key) Union(same);
    }

    /// <summary>The key of the query that a member's summary makes; null where that is boilerplate.</summary>
    public string? QueryKey(int member) => _queries[member];

    /// <summary>The members whose summary makes this query.</summary>
    public IReadOnlyList<int> Described(string queryKey) => _byQuery[queryKey];

    /// <summary>All answers to a query, ascending: the members it describes and their overloads.</summary>
    public IReadOnlyList<int> Answers(string queryKey)
    {
        SortedSet<int> answers = [];
        foreach (int member in _byQuery[queryKey]) answers.UnionWith(_byOverload[_members[member].OverloadKey]);
        return [.. answers];
    }

    /// <summary>Members of one group must not serve as each other's negatives; the group's number is its first member's.</summary>
    public int Group(int member)
    {
        while (_parent[member] != member) member = _parent[member] = _parent[_parent[member]];
        return member;
    }

    private void Union(List<int> same)
    {
        foreach (int member in same)
        {
            int a = Group(same[0]), b = Group(member);
            _parent[Math.Max(a, b)] = Math.Min(a, b);
        }
    }

    private static TValue Entry<TValue>(Dictionary<string, TValue> table, string key)
        where TValue : new()
    {
        if (!table.TryGetValue(key, out TValue? value)) table[key] = value = new();
        return value;
    }
}
