using MathNet.Numerics.Statistics;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Heads;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Heads;

/// <summary>What is held out, and measures whose values are known.</summary>
public sealed class HeadTaskTests
{
    [Test]
    public void Groups_are_measured_by_the_rank_of_the_positive()
    {
        // Queries point along x. Ranks of the positive: 1, 3, and 3 where it is tied with both others.
        float[] vectors = [1, 0, 5, 1, 1, 1, 0, 3, 1, 0, 0, 1, 1, 1, 2, 0, 1, 0, 2, 2, 3, 3, 1, 1];
        GroupTask task = new(new Vectors(vectors, 2), 4, 0.99, 1);

        // One group is left to train on; which one is the seed's choice.
        double[] found = Full(task, vectors, 2);
        int[] groups = [.. task.MeasuredRows.Where(row => row % 4 == 0).Select(row => row / 4)];
        int[] ranks = [.. groups.Select(group => group == 0 ? 1 : 3)];

        Assert.That(task.TrainingRows, Has.Length.EqualTo(4).And.No.AnyOf(task.MeasuredRows.Cast<object>().ToArray()));
        Assert.That(found, Is.EqualTo(new[] { ranks.Average(rank => rank == 1 ? 1 : 0), ranks.Average(rank => 1.0 / rank), ranks.Average(rank => 1 / Math.Log2(rank + 1)) }).Within(1e-12));
    }

    [TestCase(1)]
    [TestCase(-1)]
    public void Scored_pairs_are_measured_by_their_order_and_by_their_values(int sign)
    {
        // Cosines with vector 0: 1, 0.8, 0.6, 0, -1; the score is twice that, or minus twice that.
        float[] vectors = [1, 0, 2, 0, 0.8f, 0.6f, 3, 4, 0, 7, -1, 0];
        double[] cosines = [1, 0.8, 0.6, 0, -1];
        VectorPair[] pairs = [.. cosines.Select((cosine, i) => new VectorPair(i + 1, 0, 2 * sign * cosine))];
        ScoredPairTask task = new(new Vectors(vectors, 2), pairs, 0.8, 3);

        Assert.That((task.HeldOut, task.Examples.Count), Is.EqualTo((4, 1)));
        Assert.That(Full(task, vectors, 2), Is.All.EqualTo(sign).Within(1e-6));
    }

    [Test]
    public void Queries_are_measured_over_the_passages_that_are_held_out_and_not_against_themselves()
    {
        // On the unit circle query i, its passage a hundredth of a radian beyond, and query i - 1, a radian back, which answers it too.
        const int Queries = 6;
        float[] vectors = new float[2 * Queries * 2];
        for (int i = 0; i < 2 * Queries; i++)
        {
            float angle = i < Queries ? i : i - Queries + 0.01f;
            (vectors[2 * i], vectors[(2 * i) + 1]) = (MathF.Cos(angle), MathF.Sin(angle));
        }
        VectorPair[] pairs = [.. Enumerable.Range(0, Queries).SelectMany(i => new VectorPair[] { new(i, Queries + i, 1), new(i, (i + Queries - 1) % Queries, 0.5), new(i, (i + 2) % Queries, 0) })];
        RelevantPairTask task = new(new Vectors(vectors, 2), pairs, 0.8, 5);

        // Pairs of score 0 are no answers. Some query is a measured passage and would be its own nearest one.
        Assert.That((task.HeldOut, task.Measured, task.Examples.Count), Is.EqualTo((5, 5, 2)));
        Assert.That(Full(task, vectors, 2), Is.EqualTo(new[] { 1.0, 1.0 }));
    }

    [Test]
    public void A_query_that_is_a_passage_itself_has_ten_others()
    {
        // Query 0 is the answer of query 1. Nine passages, the answers of queries 2 to 10, are nearer to it than its own, the tenth.
        double[] queries = [0, 200, 100, 103, 106, 109, 112, 115, 118, 121, 124, 300], passages = [10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 305];
        double[] degrees = [.. queries, .. passages], turns = [.. degrees.Select(angle => angle * Math.PI / 180)];
        float[] vectors = [.. turns.SelectMany(turn => new[] { (float)Math.Cos(turn), (float)Math.Sin(turn) })];
        int[] answers = [12, 0, .. Enumerable.Range(13, 10)];
        VectorPair[] pairs = [.. answers.Select((answer, query) => new VectorPair(query, answer, 1))];
        // The seed that trains on the last query alone.
        RelevantPairTask Made(int seed) => new(new Vectors(vectors, 2), pairs, 0.99, (ulong)seed);
        RelevantPairTask task = Enumerable.Range(0, 1000).Select(Made).First(made => !made.MeasuredRows.Contains(11));

        int[] ranks = [.. Enumerable.Range(0, 11).Select(Rank)];
        Assert.That((task.Measured, ranks[0]), Is.EqualTo((11, 10)));
        double[] expected = [ranks.Average(rank => rank <= 10 ? 1.0 / rank : 0), ranks.Average(rank => rank <= 10 ? 1 : 0)];
        Assert.That(Full(task, vectors, 2), Is.EqualTo(expected).Within(1e-12));

        int Rank(int query)
        {
            double Near(int row) => Math.Cos(turns[query] - turns[row]);
            return 1 + answers[..11].Count(row => row != query && Near(row) > Near(answers[query]));
        }
    }

    [Test]
    public void Full_vectors_share_all_neighbours_with_themselves_and_truncated_ones_few()
    {
        float[] vectors = Samples.Uniform<float>(4, 200 * 30);
        UnlabelledTask task = new(new Vectors(vectors, 30), 0.3, 2, 1, 0, WorkerPool.Single);

        double[] truncated = task.Measure(HeldOutVectors.Compute(ProjectionHead.Truncation(30, 2), new Vectors(vectors, 30), task.MeasuredRows, WorkerPool.Single), WorkerPool.Single);

        Assert.That((task.HeldOut, task.TrainingRows.Length), Is.EqualTo((60, 140)));
        Assert.That(task.TrainingRows.Intersect(task.MeasuredRows), Is.Empty);
        Assert.That(Full(task, vectors, 30), Is.EqualTo(new[] { 1.0, 1.0 }).Within(1e-12));
        int[] rows = task.MeasuredRows;
        double[][] all = [.. rows.Select(row => Array.ConvertAll(rows, other => Cosine(row, other, 30)))],
            first = [.. rows.Select(row => Array.ConvertAll(rows, other => Cosine(row, other, 2)))];
        double shared = Enumerable.Range(0, rows.Length).Average(i => Nearest(all[i], i).Intersect(Nearest(first[i], i)).Count() / 10.0);
        Assert.That(truncated[0], Is.EqualTo(shared).Within(0.004),
            "by chance 10 of 59 are shared; a tie in single precision moves one of 600");
        Assert.That(truncated[1], Is.EqualTo(Correlation.Spearman(Pairs(first), Pairs(all))).Within(1e-4));

        double Cosine(int row, int other, int columns) =>
            SimilarityOracle.Cosine(vectors.AsSpan(row * 30, columns), vectors.AsSpan(other * 30, columns));
        static IEnumerable<int> Nearest(double[] cosines, int self) =>
            Enumerable.Range(0, cosines.Length).Where(i => i != self).OrderByDescending(i => cosines[i]).Take(10);
        static IEnumerable<double> Pairs(double[][] cosines) => cosines.SelectMany((row, i) => row[..i]);
    }

    [Test]
    public void The_split_is_the_seeds_and_all_there_is_is_in_one_part()
    {
        float[] vectors = Samples.Uniform<float>(5, 50 * 3);
        UnlabelledTask first = Task(1), again = Task(1), other = Task(2);

        Assert.That(again.MeasuredRows, Is.EqualTo(first.MeasuredRows));
        Assert.That(other.MeasuredRows, Is.Not.EqualTo(first.MeasuredRows));
        Assert.That(first.MeasuredRows.Concat(first.TrainingRows).Order(), Is.EqualTo(Enumerable.Range(0, 50)));

        UnlabelledTask Task(ulong seed) => new(new Vectors(vectors, 3), 0.1, seed, 1, 0, WorkerPool.Single);
    }

    [Test]
    public void Nothing_is_held_out_where_nothing_is_to_be()
    {
        float[] vectors = Samples.Uniform<float>(6, 12 * 3);
        GroupTask task = new(new Vectors(vectors, 3), 3, 0, 1);

        Assert.That((task.HeldOut, task.Measured, task.Examples.Count), Is.EqualTo((0, 0, 4)));
        Assert.That(task.TrainingRows, Is.EqualTo(Enumerable.Range(0, 12)));
    }

    [Test]
    public void Settings_are_chosen_within_the_training_part()
    {
        float[] vectors = Samples.Uniform<float>(7, 80 * 3);
        Vectors all = new(vectors, 3);
        VectorPair[] pairs = [.. Enumerable.Range(0, 40).Select(i => new VectorPair(i, 40 + i, (i + 1) / 40.0))];
        HeadTask[] tasks = [new GroupTask(all, 4, 0.3, 1), new UnlabelledTask(all, 0.3, 1, 1, 0, WorkerPool.Single), new ScoredPairTask(all, pairs, 0.3, 1), new RelevantPairTask(all, pairs, 0.3, 1)];

        foreach (HeadTask task in tasks)
        {
            HeadTask validation = task.CreateValidation()!;
            Assert.That(validation.Measured, Is.GreaterThan(0));
            Assert.That(validation.MeasuredRows, Is.SubsetOf(task.TrainingRows), task.GetType().Name);
            Assert.That(validation.Measures, Is.EqualTo(task.Measures));
        }
        Assert.That(new GroupTask(all, 4, 0.95, 1).CreateValidation(), Is.Null, "a single group");
    }

    /// <summary>Vectors that ask as they are, and vectors that are searched in another form: both are looked at where they belong.</summary>
    [Test]
    public void Stored_vectors_are_searched_and_the_others_ask()
    {
        float[] vectors = Samples.Uniform<float>(8, 60 * 4), other = Samples.Uniform<float>(9, 60 * 4);
        Vectors all = new(vectors, 4);
        VectorPair[] pairs = [.. Enumerable.Range(0, 30).Select(i => new VectorPair(i, 30 + i, (i + 1) / 30.0))];
        ScoredPairTask scored = new(all, pairs, 0.5, 1);
        RelevantPairTask relevant = new(all, pairs, 0.5, 1);
        GroupTask groups = new(all, 3, 0.5, 1);

        foreach ((HeadTask task, Func<int, bool> asks) in new (HeadTask, Func<int, bool>)[] { (scored, row => row < 30), (relevant, row => row < 30), (groups, row => row % 3 == 0) })
        {
            HeldOutVectors queries = Rows(task, vectors), stored = Rows(task, other);
            HeldOutVectors mixed = queries with { Data = [.. task.MeasuredRows.SelectMany((row, place) => (asks(row) ? queries : stored)[place].ToArray())] };
            Assert.That(task.Measure(queries, stored, WorkerPool.Single), Is.EqualTo(task.Measure(mixed, WorkerPool.Single)), task.GetType().Name);
            Assert.That(task.Measure(queries, stored, WorkerPool.Single), Is.Not.EqualTo(task.Measure(queries, WorkerPool.Single)));
        }

        HeldOutVectors Rows(HeadTask task, float[] data) =>
            HeldOutVectors.Compute(Head.Create(HeadConfiguration.None(4)), new Vectors(data, 4), task.MeasuredRows, WorkerPool.Single);
    }

    [Test]
    public void Leading_numbers_are_those_of_each_vector()
    {
        HeldOutVectors vectors = new(Similarity.Cosine, 3, [1, 2, 3, 4, 5, 6]);

        Assert.That(vectors.Leading(2).Data, Is.EqualTo(new float[] { 1, 2, 4, 5 }));
    }

    private static double[] Full(HeadTask task, float[] vectors, int columns) =>
        task.Measure(HeldOutVectors.Compute(Head.Create(HeadConfiguration.None(columns)), new Vectors(vectors, columns), task.MeasuredRows, WorkerPool.Single), WorkerPool.Single);
}
