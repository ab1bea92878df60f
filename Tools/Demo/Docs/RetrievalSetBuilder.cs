namespace QEngine.Tools.Demo.Docs;

/// <summary>Turns documented members into training pairs and held-out queries.</summary>
internal sealed class RetrievalSetBuilder
{
    private readonly IReadOnlyList<ApiMember> _members;
    private readonly RetrievalOptions _options;
    private readonly Relevance _relevance;
    private readonly MemberText _text;
    private readonly string[] _families;
    private readonly Part[] _parts;

    private RetrievalSetBuilder(ApiCorpus corpus, RetrievalOptions options)
    {
        _members = corpus.Members;
        _options = options;
        _relevance = new(corpus, options.TypesPerSummary);
        _text = new(corpus);
        _families = [.. _members.Select(member => RetrievalSplit.Family(member.OuterType))];
        _parts = [.. _families.Select(family => RetrievalSplit.Choose(family, options))];
    }

    /// <summary>Builds the set.</summary>
    /// <param name="corpus">The members.</param>
    /// <param name="options">Seed and sizes.</param>
    public static RetrievalSet Build(ApiCorpus corpus, RetrievalOptions options)
    {
        RetrievalSetBuilder builder = new(corpus, options);
        string[] documents = [.. corpus.Members.Select(builder._text.WithoutSummary)];
        List<TrainingPair> training = builder.Pairs(documents);
        HashSet<string> seen = [.. training.Select(pair => Sentences.Key(pair.Query))];
        List<HeldOutQuery> test = builder.Queries(Part.Test, options.TestQueries, seen);
        seen.UnionWith(test.Select(query => Sentences.Key(query.Text)));
        return new(training, builder.Queries(Part.Development, options.DevelopmentQueries, seen), test, documents);
    }

    private List<TrainingPair> Pairs(string[] documents)
    {
        string?[] paraphrases = Distinctive(MemberText.Paraphrase);
        string?[] keywords = Distinctive(MemberText.Keywords);
        List<TrainingPair> pairs = [];
        for (int i = 0; i < _members.Count; i++)
        {
            if (_parts[i] != Part.Training || _relevance.QueryKey(i) is null) continue;
            ApiMember member = _members[i];
            int group = _relevance.Group(i);
            pairs.Add(new(PairKind.Summary, Sentences.Opening(member.Summary), documents[i], group, i));
            if (paraphrases[i] is { } paraphrase)
                pairs.Add(new(PairKind.Paraphrase, paraphrase, MemberText.WithoutDetails(member), group, i));
            if (keywords[i] is { } words) pairs.Add(new(PairKind.Keywords, words, _text.WithoutName(member), group, i));
        }
        return pairs;
    }

    /// <summary>
    /// A text for each member, null where members of another group have the same: as a query it would have unknown answers.
    /// </summary>
    private string?[] Distinctive(Func<ApiMember, string?> describe)
    {
        const int Several = -1;
        string?[] texts = [.. _members.Select(describe)];
        Dictionary<string, int> groups = new(StringComparer.Ordinal);
        for (int i = 0; i < texts.Length; i++)
        {
            if (texts[i] is not { } found) continue;
            int group = _relevance.Group(i);
            string key = Sentences.Key(found);
            if (!groups.TryAdd(key, group) && groups[key] != group) groups[key] = Several;
        }
        for (int i = 0; i < texts.Length; i++)
            if (texts[i] is { } found && groups[Sentences.Key(found)] == Several) texts[i] = null;
        return texts;
    }

    private List<HeldOutQuery> Queries(Part part, int maximum, HashSet<string> seen)
    {
        Dictionary<string, int> taken = new(StringComparer.Ordinal);
        List<HeldOutQuery> queries = [];
        IOrderedEnumerable<string> shuffled = Candidates(part, seen).OrderBy(key => StableHash.Compute(key, _options.Seed));
        foreach (string key in shuffled.ThenBy(key => key, StringComparer.Ordinal))
        {
            int first = _relevance.Described(key)[0];
            int count = taken.GetValueOrDefault(_families[first]);
            if (count == _options.QueriesPerFamily) continue;
            taken[_families[first]] = count + 1;
            queries.Add(new(_members[first].Id, Sentences.Opening(_members[first].Summary), _relevance.Answers(key)));
            if (queries.Count == maximum) break;
        }
        queries.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        return queries;
    }

    /// <summary>Query texts that describe members of this part alone and that nothing has been trained or chosen with.</summary>
    private IEnumerable<string> Candidates(Part part, HashSet<string> seen)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        for (int i = 0; i < _members.Count; i++)
            if (_parts[i] == part && _relevance.QueryKey(i) is { } key) keys.Add(key);
        return keys.Where(key => !seen.Contains(key) && _relevance.Described(key).All(member => _parts[member] == part));
    }
}
