using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

public class EmbeddingIndexTests
{
    private const double Tolerance = 2e-5;

    [Property(MaxTest = 60)]
    public void Fidelity_search_agrees_with_the_naive_oracle(ulong seed) => AgreesWithOracle(Similarity.Fidelity, seed);

    [Property(MaxTest = 60)]
    public void Cosine_search_agrees_with_the_naive_oracle(ulong seed) => AgreesWithOracle(Similarity.Cosine, seed);

    [Property(MaxTest = 60)]
    public void State_search_agrees_with_the_naive_oracle(ulong seed) => AgreesWithOracle(Similarity.StateFidelity, seed);

    [Property(MaxTest = 40)]
    public void One_query_a_batch_and_re_ranking_give_the_same_bits_at_any_thread_count(ulong seed, byte similarity)
    {
        Case made = new((Similarity)(similarity % 3), seed);
        using WorkerPool three = new(3);
        EmbeddingIndex index = made.Index(WorkerPool.Single), parallel = made.Index(three);

        Hit[][] batch = index.SearchAll(made.Queries, made.Documents);

        Assert.That(parallel.SearchAll(made.Queries, made.Documents), Is.EqualTo(batch));
        for (int query = 0; query < batch.Length; query++)
        {
            Hit[] alone = new Hit[made.Documents];
            int found = index.Search(made.Query(query), made.Documents, alone);
            Assert.That(alone[..found], Is.EqualTo(batch[query]));
            int[] documents = [.. batch[query].Select(hit => hit.Index)];
            float[] scores = new float[documents.Length];
            index.Score(made.Query(query), documents, scores);
            Assert.That(scores, Is.EqualTo(batch[query].Select(hit => hit.Score)));
        }
    }

    [TestCase(Similarity.Fidelity)]
    [TestCase(Similarity.Cosine)]
    [TestCase(Similarity.StateFidelity)]
    public void More_documents_than_a_slab_are_all_seen(Similarity similarity)
    {
        const int Documents = 10_000, Queries = 140;
        int dimension = similarity == Similarity.StateFidelity ? 4 : 3;
        SplittableRandom random = new(5);
        float[] embeddings = Draw(ref random, Documents * dimension), asked = Draw(ref random, Queries * dimension);
        EmbeddingIndex index = new(similarity, dimension, embeddings, WorkerPool.Single);

        Hit[][] hits = index.SearchAll(asked, 5);

        for (int query = 0; query < Queries; query++)
        {
            double[] scores = [.. Enumerable.Range(0, Documents).Select(document => Score(similarity, asked, query, embeddings, document, dimension))];
            Array.Sort(scores, (left, right) => right.CompareTo(left));
            Assert.That(hits[query].Select(hit => (double)hit.Score), Is.EqualTo(scores[..5]).Within(Tolerance));
        }
    }

    [TestCase(Similarity.Fidelity)]
    [TestCase(Similarity.Cosine)]
    [TestCase(Similarity.StateFidelity)]
    public void Equal_scores_are_ordered_by_index(Similarity similarity)
    {
        float[] embeddings = [.. Enumerable.Repeat<float[]>([0.5f, -1.25f], 50).SelectMany(row => row)];
        EmbeddingIndex index = new(similarity, 2, embeddings, WorkerPool.Single);

        Hit[] hits = index.SearchAll([0.5f, -1.25f], 7)[0];

        Assert.That(hits.Select(hit => hit.Index), Is.EqualTo(Enumerable.Range(0, 7)));
        Assert.That(hits.Select(hit => hit.Score), Is.All.EqualTo(similarity == Similarity.Cosine ? 1f : 0f).Within(1e-6f));
    }

    [Test]
    public void Fidelities_below_the_smallest_float_are_still_told_apart()
    {
        const int Qubits = 768;
        float[] embeddings = new float[3 * Qubits];
        for (int i = 0; i < Qubits; i++) (embeddings[i], embeddings[Qubits + i], embeddings[(2 * Qubits) + i]) = (2.8f, 2.6f, 2.7f);
        EmbeddingIndex index = new(Similarity.Fidelity, Qubits, embeddings, WorkerPool.Single);

        Hit[] hits = index.SearchAll(new float[Qubits], 3)[0];

        Assert.That(hits.Select(hit => hit.Index), Is.EqualTo(new[] { 1, 2, 0 }));
        Assert.That(hits.Select(hit => MathF.Exp(hit.Score)), Is.All.EqualTo(0f));
    }

    [Test]
    public void A_vector_of_zeros_has_cosine_0_and_lengths_do_not_matter()
    {
        EmbeddingIndex index = new(Similarity.Cosine, 2, [0f, 0f, 3e38f, 3e38f, 1e-30f, 1e-30f], WorkerPool.Single);
        float[] scores = new float[3];

        index.Score([1e-20f, 1e-20f], [0, 1, 2], scores);

        Assert.That(scores, Is.EqualTo(new[] { 0f, 1f, 1f }).Within(1e-6f));
    }

    [Test]
    public void A_state_of_zeros_and_orthogonal_states_have_the_least_fidelity_and_lengths_and_phases_do_not_matter()
    {
        EmbeddingIndex index = new(Similarity.StateFidelity, 4, [0f, 0f, 0f, 0f, 3e38f, 0f, 0f, 0f, 0f, 0f, 0f, 1e-30f, 0f, 0f, 5f, 0f], WorkerPool.Single);
        float[] scores = new float[4];

        index.Score([2f, 0f, 0f, 0f], [0, 1, 2, 3], scores);

        float least = MathF.Log(1e-9f);
        Assert.That(scores, Is.EqualTo(new[] { least, 0f, least, 0f }).Within(1e-5f));
    }

    [Test]
    public void An_index_without_documents_finds_nothing()
    {
        EmbeddingIndex index = new(Similarity.Fidelity, 4, [], WorkerPool.Single);

        Assert.That(index.Search(new float[4], 3, []), Is.Zero);
        Assert.That(index.SearchAll([], 3), Is.Empty);
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Numbers_that_are_not_finite_are_refused_by_name(float bad)
    {
        Assert.That(() => new EmbeddingIndex(Similarity.Fidelity, 2, [0, 0, 0, bad], WorkerPool.Single), Failure("document 1, column 1"));
        EmbeddingIndex index = new(Similarity.Cosine, 2, [1f, 2f], WorkerPool.Single);
        Assert.That(() => index.SearchAll([1f, 1f, bad, 1f], 1), Failure("query 1, column 0"));
        Assert.That(() => index.Score([bad, 1f], [0], new float[1]), Failure("query 0, column 0"));
    }

    [Test]
    public void Lengths_and_indices_that_do_not_fit_are_refused()
    {
        EmbeddingIndex index = new(Similarity.Cosine, 2, [1f, 2f, 3f, 4f], WorkerPool.Single);

        Assert.That(() => new EmbeddingIndex(Similarity.Cosine, 0, [], WorkerPool.Single), BadArgument.OutOfRange("dimension", 0));
        Assert.That(() => new EmbeddingIndex(Similarity.StateFidelity, 3, [], WorkerPool.Single), BadArgument.OutOfRange("dimension", 3));
        Assert.That(() => new EmbeddingIndex(Similarity.Cosine, 2, [1f], WorkerPool.Single), BadArgument.Named("embeddings", "found 1 numbers"));
        Assert.That(() => new EmbeddingIndex((Similarity)7, 2, [], WorkerPool.Single), BadArgument.OutOfRange("similarity", (Similarity)7));
        Assert.That(() => index.SearchAll([1f, 1f], 0), BadArgument.OutOfRange("k", 0));
        Assert.That(() => index.SearchAll([1f], 1), BadArgument.Named("queries", "found 1 numbers"));
        Assert.That(() => index.Search([1f], 1, new Hit[1]), BadArgument.Named("query", "found 1"));
        Assert.That(() => index.Search([1f, 1f], 2, new Hit[1]), BadArgument.Named("hits", "room for 2 hits"));
        Assert.That(() => index.Score([1f, 1f], [2], new float[1]), BadArgument.OutOfRange("documents", 2));
        Assert.That(() => index.Score([1f, 1f], [-1], new float[1]), BadArgument.OutOfRange("documents", -1));
        Assert.That(() => index.Score([1f, 1f], [0], new float[2]), BadArgument.Named("scores", "room for 1 scores"));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Failure(string part) =>
        Throws.TypeOf<QEngineException>().With.Message.Contains(part).And.Message.Not.Contains("\n");

    private static void AgreesWithOracle(Similarity similarity, ulong seed)
    {
        Case made = new(similarity, seed);
        int k = 1 + (int)(seed % 9);

        Hit[][] hits = made.Index(WorkerPool.Single).SearchAll(made.Queries, k);

        Assert.That(hits, Has.Length.EqualTo(made.Queries.Length / made.Dimension));
        for (int query = 0; query < hits.Length; query++)
        {
            double[] scores = [.. Enumerable.Range(0, made.Documents).Select(document => Score(similarity, made.Queries, query, made.Embeddings, document, made.Dimension))];
            Assert.That(hits[query], Has.Length.EqualTo(Math.Min(k, made.Documents)));
            Assert.That(hits[query].Select(hit => hit.Index), Is.Unique);
            foreach (Hit hit in hits[query]) Assert.That(hit.Score, Is.EqualTo(scores[hit.Index]).Within(Tolerance * Math.Max(1, made.Dimension)));
            Assert.That(hits[query].Zip(hits[query].Skip(1)), Is.All.Matches<(Hit Better, Hit Worse)>(pair =>
                pair.Better.Score > pair.Worse.Score || (pair.Better.Score == pair.Worse.Score && pair.Better.Index < pair.Worse.Index)));
            double worst = hits[query][^1].Score;
            int better = scores.Count(score => score > worst + (2 * Tolerance * made.Dimension));
            Assert.That(better, Is.LessThanOrEqualTo(hits[query].Length));
        }
    }

    private static double Score(Similarity similarity, float[] queries, int query, float[] embeddings, int document, int dimension) =>
        SimilarityOracle.Score(similarity, queries.AsSpan(query * dimension, dimension), embeddings.AsSpan(document * dimension, dimension));

    // Angles stay where no two qubits are orthogonal: there the logarithm's value is the rounding's.
    private static float[] Draw(ref SplittableRandom random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)((random.NextDouble() * 2.4) - 1.2);
        return values;
    }

    private sealed class Case
    {
        public Case(Similarity similarity, ulong seed)
        {
            SplittableRandom random = new(seed);
            Similarity = similarity;
            Dimension = 1 + (int)(random.NextDouble() * 40);
            if (similarity == Similarity.StateFidelity) Dimension += Dimension % 2;
            Documents = 1 + (int)(random.NextDouble() * 90);
            Embeddings = Draw(ref random, Documents * Dimension);
            Queries = Draw(ref random, (1 + (int)(random.NextDouble() * 6)) * Dimension);
            // Some documents twice, and one query that is a document.
            Array.Copy(Embeddings, 0, Embeddings, (Documents - 1) * Dimension, Dimension);
            Array.Copy(Embeddings, 0, Queries, 0, Dimension);
        }

        public Similarity Similarity { get; }

        public int Dimension { get; }

        public int Documents { get; }

        public float[] Embeddings { get; }

        public float[] Queries { get; }

        public ReadOnlySpan<float> Query(int index) => Queries.AsSpan(index * Dimension, Dimension);

        public EmbeddingIndex Index(WorkerPool workers) => new(Similarity, Dimension, Embeddings, workers);
    }
}
