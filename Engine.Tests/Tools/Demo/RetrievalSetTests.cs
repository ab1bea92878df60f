using NUnit.Framework;
using QEngine.Tools.Demo.Docs;
using Property = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Tools.Demo;

public class RetrievalSetTests
{
    private static readonly string[] Subjects = ["windows", "ancient rivers", "heavy engines", "paper letters", "silent streams", "frozen lakes"];
    private static readonly string[] Actions = ["Opens", "Paints", "Carries", "Measures", "Destroys"];

    /// <summary>Members of few names, types and summaries, so that texts are shared across types and overloads are common.</summary>
    private static ApiCorpus Corpus((byte Type, byte Name, byte Text)[] choices)
    {
        Dictionary<string, ApiMember> members = new(StringComparer.Ordinal);
        for (int i = 0; i < choices.Length; i++)
        {
            (byte type, byte name, byte text) = choices[i];
            string summary = $"{Actions[text % 5]} the {Subjects[text / 5 % 6]} with great care today.";
            ApiMember member = DocFixture.Member($"N.Type{(char)('A' + (type % 20))}", $"Name{(char)('A' + (name % 5))}", i, summary);
            members[member.Id] = member;
        }
        return new([.. members.Values.OrderBy(member => member.Id, StringComparer.Ordinal)]);
    }

    private static RetrievalOptions Options(ulong seed) => new(seed) { TestShare = 0.3, DevelopmentShare = 0.2, TypesPerSummary = 100 };

    [@Property(MaxTest = 60)]
    public void Nothing_of_a_held_out_type_is_trained_on((byte, byte, byte)[] choices, ulong seed)
    {
        ApiCorpus corpus = Corpus(choices);

        RetrievalSet set = RetrievalSetBuilder.Build(corpus, Options(seed));

        AssertNoLeak(corpus, set, Options(seed));
    }

    [@Property(MaxTest = 30)]
    public void The_same_seed_gives_the_same_set((byte, byte, byte)[] choices, ulong seed)
    {
        ApiCorpus corpus = Corpus(choices);

        RetrievalSet first = RetrievalSetBuilder.Build(corpus, Options(seed)), second = RetrievalSetBuilder.Build(corpus, Options(seed));

        Assert.That(second.Training, Is.EqualTo(first.Training));
        Assert.That(second.Test.Select(Text), Is.EqualTo(first.Test.Select(Text)));
        Assert.That(second.Development.Select(Text), Is.EqualTo(first.Development.Select(Text)));

        static string Text(HeldOutQuery query) => $"{query.Id} {query.Text} {string.Join(' ', query.Relevant)}";
    }

    [@Property(MaxTest = 60)]
    public void Overloads_and_equal_summaries_share_a_group((byte, byte, byte)[] choices)
    {
        ApiCorpus corpus = Corpus(choices);
        Relevance relevance = new(corpus, maximumTypes: 100);

        for (int i = 0; i < corpus.Members.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                bool related = corpus.Members[i].OverloadKey == corpus.Members[j].OverloadKey || corpus.Members[i].Summary == corpus.Members[j].Summary;
                if (related) Assert.That(relevance.Group(i), Is.EqualTo(relevance.Group(j)));
            }
        }
    }

    [Test]
    public void A_query_is_answered_by_its_overloads_and_by_all_members_of_its_summary()
    {
        ApiCorpus corpus = new(
        [
            DocFixture.Member("N.A", "Open", 16, "Opens the ancient door with care."),
            DocFixture.Member("N.A", "Open", 32, "Opens a very modern window quickly."),
            DocFixture.Member("N.B", "Shut", 16, "Opens the ancient door with care."),
            DocFixture.Member("N.B", "Wait", 16, "Waits until somebody has come home."),
        ]);

        Relevance relevance = new(corpus, maximumTypes: 8);

        Assert.That(relevance.Answers(relevance.QueryKey(0)!), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(relevance.Answers(relevance.QueryKey(3)!), Is.EqualTo(new[] { 3 }));
    }

    [Test]
    public void A_summary_of_too_many_types_is_boilerplate()
    {
        ApiCorpus corpus = new([.. "ABC".Select(type => DocFixture.Member($"N.{type}", "Open", 16, "Opens the ancient door with care."))]);

        Assert.That(new Relevance(corpus, maximumTypes: 2).QueryKey(0), Is.Null);
        Assert.That(new Relevance(corpus, maximumTypes: 3).QueryKey(0), Is.Not.Null);
    }

    [Test]
    public void Each_kind_of_document_lacks_its_query()
    {
        ApiCorpus corpus = DocFixture.Load("""
            <member name="M:N.DoorOpener.OpenSlowly(System.String)"><summary>Moves the ancient gate with care.</summary>
            <param name="who">Moves the ancient gate with care</param><param name="why">The reason for it.</param>
            <returns>The angle that was reached in the end.</returns></member>
            """);

        IReadOnlyList<TrainingPair> pairs = RetrievalSetBuilder.Build(corpus, new() { TestShare = 0, DevelopmentShare = 0 }).Training;

        Assert.That(pairs.Select(pair => (pair.Kind, pair.Query)), Is.EqualTo(new[]
        {
            (PairKind.Summary, "Moves the ancient gate with care."), (PairKind.Paraphrase, "The angle that was reached in the end."),
            (PairKind.Keywords, "door opener open slowly"),
        }));
        foreach (TrainingPair pair in pairs)
            Assert.That(Sentences.Key(pair.Document), Does.Not.Contain(Sentences.Key(pair.Query)), pair.Kind.ToString());
        Assert.That(pairs[0].Document, Is.EqualTo("DoorOpener.OpenSlowly(String). n door opener open slowly. why: The reason for it. Returns: The angle that was reached in the end."));
        Assert.That(new MemberText(corpus).Index(corpus.Members[0]), Does.Contain("OpenSlowly(String)").And.Contain("open slowly").And.Contain("ancient gate"));
    }

    [Test]
    public void Types_that_differ_in_digits_or_arity_are_one_family()
    {
        Assert.That(RetrievalSplit.Family("System.Int32"), Is.EqualTo(RetrievalSplit.Family("System.Int64")));
        Assert.That(RetrievalSplit.Family("N.Task`1"), Is.EqualTo(RetrievalSplit.Family("N.Task")));
    }

    [Test]
    public void Hash_is_fixed_for_all_time()
    {
        // Computed with arbitrary-precision integers from the published definitions.
        Assert.That(StableHash.Compute("", 0), Is.EqualTo(0xF52A15E9A9B5E89BUL));
        Assert.That(StableHash.Compute("System.IO.File", 1), Is.EqualTo(0x039E78DB3F98AEDAUL));
        Assert.That(StableHash.Unit("System.IO.File", 1), Is.EqualTo(0x039E78DB3F98AEDAUL / 18446744073709551616.0).Within(2e-16),
            "as a share of 2^64");
        Assert.That(StableHash.Unit("System.IO.File", 2), Is.Not.EqualTo(StableHash.Unit("System.IO.File", 1)));
    }

    // The sets above are built from a few members made up for the purpose; this is all that an SDK carries.
    [Test]
    [Category("Slow")]
    public void The_packs_of_this_machine_give_a_large_set_without_leaks()
    {
        ReferencePacks packs;
        try
        {
            packs = ReferencePacks.Find();
        }
        catch (QEngineException failure)
        {
            Assert.Ignore("skipped: " + failure.Message);
            return;
        }
        RetrievalOptions options = new();

        ApiCorpus corpus = ApiCorpus.Load(packs);
        RetrievalSet set = RetrievalSetBuilder.Build(corpus, options);

        Assert.That(corpus.Members, Has.Count.GreaterThan(40_000));
        Assert.That(corpus.Members.Any(member => member.Signature == "File.ReadAllLinesAsync(String, CancellationToken)"));
        Assert.That(set.Training, Has.Count.GreaterThan(40_000));
        Assert.That(set.Test, Has.Count.InRange(1_000, 2_000));
        Assert.That(set.Development, Has.Count.InRange(200, 500));
        Assert.That(set.EvaluationDocuments, Has.Count.EqualTo(corpus.Members.Count));
        AssertNoLeak(corpus, set, options);
    }

    private static void AssertNoLeak(ApiCorpus corpus, RetrievalSet set, RetrievalOptions options)
    {
        HashSet<string> trained = [], trainedSummaries = [];
        foreach (TrainingPair pair in set.Training)
        {
            Assert.That(PartOf(pair.Member), Is.EqualTo(Part.Training));
            trained.Add(Sentences.Key(pair.Query));
            trainedSummaries.Add(Sentences.Key(corpus.Members[pair.Member].Summary));
        }
        HashSet<string> tested = [.. set.Test.Select(query => Sentences.Key(query.Text))];
        Assert.That(tested, Has.Count.EqualTo(set.Test.Count), "test queries are distinct");
        Assert.That(tested.Any(set.Development.Select(query => Sentences.Key(query.Text)).Contains), Is.False, "development and test share no query");
        foreach ((Part part, IReadOnlyList<HeldOutQuery> queries) in new[] { (Part.Test, set.Test), (Part.Development, set.Development) })
        {
            foreach (HeldOutQuery query in queries)
            {
                string key = Sentences.Key(query.Text);
                Assert.That(trained.Contains(key) || trainedSummaries.Contains(key), Is.False, query.Text);
                Assert.That(query.Relevant, Is.Not.Empty);
                foreach (int member in query.Relevant)
                {
                    Assert.That(PartOf(member), Is.EqualTo(part), query.Id);
                }
                Assert.That(query.Relevant.Select(member => corpus.Members[member].Id), Does.Contain(query.Id));
            }
        }

        Part PartOf(int member) => RetrievalSplit.Choose(RetrievalSplit.Family(corpus.Members[member].OuterType), options);
    }
}
