using System.Collections.Concurrent;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Demo.Real;
using QEngine.Training;

namespace QEngine.Tests.Tools.Demo.Real;

/// <summary>What is embedded: documents without their summaries, and summaries of held-in types alone to train with.</summary>
public sealed class MemberVectorsTests
{
    private ApiCorpus _corpus = null!;
    private RetrievalSet _set = null!;
    private SentenceEmbedder _embedder = null!;
    private MemberVectors _vectors = null!;

    [OneTimeSetUp]
    public void Embed()
    {
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "docs-member-vectors");
        SampleDocumentation.Write(folder);
        _corpus = ApiCorpus.Load(ReferencePacks.In(folder));
        _set = RetrievalSetBuilder.Build(_corpus, new RetrievalOptions(Seed: 42));
        _embedder = SmallEncoder.Create(_corpus);
        _vectors = new MemberVectors(_embedder, _corpus, _set.EvaluationDocuments);
        int[] order = [.. NamespaceOrder.Create(_corpus).Members.Reverse()];
        ConcurrentBag<long> told = [];
        EmbeddingCounter counter = new(new SynchronousProgress<EmbeddingProgress>(progress => told.Add(progress.Completed)), _vectors.Texts);
        foreach (int[] part in order.Chunk(100)) _vectors.Embed(part, counter);
        Assert.That(told.Max(), Is.EqualTo(_vectors.Texts));
    }

    [Test]
    public void A_document_lacks_the_summary_and_a_summary_is_its_opening()
    {
        MemberText text = new(_corpus);
        for (int member = 0; member < _corpus.Members.Count; member++)
        {
            string document = text.WithoutSummary(_corpus.Members[member]), opening = Sentences.Opening(_corpus.Members[member].Summary);
            Assert.That(Sentences.Key(document), Does.Not.Contain(Sentences.Key(opening)));
            Assert.That(_vectors.Document(member).ToArray(), Is.EqualTo(_embedder.Embed(document)));
            Assert.That(_vectors.Summary(member).ToArray(), Is.EqualTo(_embedder.Embed(opening)));
        }
        float[] sum = [.. _vectors.Document(7).ToArray().Zip(_vectors.Summary(7).ToArray(), (first, second) => first + second)];
        Assert.That(_vectors.Whole([3, 7])[SmallEncoder.Dimension..], Is.EqualTo(sum));
    }

    [Test]
    public void Held_out_queries_are_vectors_of_no_document_and_of_no_training_row()
    {
        HashSet<string> documents = [.. Rows(_vectors.Documents)], training = [.. Rows(TrainingRows.Create(_set, _vectors).Vectors.Data)];

        Assert.That(_set.Test, Has.Count.GreaterThan(10));
        foreach (HeldOutQuery query in _set.Test.Concat(_set.Development))
        {
            string vector = Rows(_embedder.Embed(query.Text)).Single();
            Assert.That(documents, Does.Not.Contain(vector));
            Assert.That(training, Does.Not.Contain(vector));
            foreach (int member in query.Relevant)
                Assert.That(training, Does.Not.Contain(Rows(_vectors.Document(member).ToArray()).Single()));
        }
    }

    [Test]
    public void Training_rows_pair_summaries_and_documents_of_held_in_types_one_of_each_group()
    {
        TrainingRows rows = TrainingRows.Create(_set, _vectors);
        int[] members = TrainingRows.Members(_set);

        Assert.That(members, Is.Not.Empty);
        foreach (int member in members)
        {
            string family = RetrievalSplit.Family(_corpus.Members[member].OuterType);
            Assert.That(RetrievalSplit.Choose(family, new RetrievalOptions(Seed: 42)), Is.EqualTo(Part.Training));
        }
        Relevance relevance = new(_corpus, new RetrievalOptions().TypesPerSummary);
        Assert.That(members.Select(relevance.Group), Is.Unique);
        Assert.That(rows.Pairs, Is.EqualTo(members.Select((_, i) => new VectorPair(i, members.Length + i, 1))));
        for (int i = 0; i < members.Length; i++)
        {
            Assert.That(rows.Vectors[i].ToArray(), Is.EqualTo(_vectors.Summary(members[i]).ToArray()));
            Assert.That(rows.Vectors[members.Length + i].ToArray(), Is.EqualTo(_vectors.Document(members[i]).ToArray()));
        }
    }

    private static IEnumerable<string> Rows(float[] data) => data.Chunk(SmallEncoder.Dimension).Select(row => string.Join(' ', row));
}
