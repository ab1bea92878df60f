using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>What a step of each form of data compares.</summary>
internal sealed class HeadExamplesTests
{
    [Test]
    public void A_group_is_its_query_against_its_other_rows()
    {
        HeadBatch batch = Fill(new GroupExamples(new float[12 * 2], 2, 4), 2, 0);

        Assert.That(batch.Rows, Is.EqualTo(new[] { 8, 9, 10, 11, 0, 1, 2, 3 }));
        Assert.That(Compared(batch), Is.EqualTo(new[] { "8: 9 10 11", "0: 1 2 3" }));
    }

    [Test]
    public void Only_the_named_groups_count()
    {
        GroupExamples examples = new(new float[12 * 2], 2, 3, [3, 1]);

        Assert.That(examples.Count, Is.EqualTo(2));
        Assert.That(Compared(Fill(examples, 0, 1)), Is.EqualTo(new[] { "9: 10 11", "3: 4 5" }));
    }

    [Test]
    public void A_scored_pair_is_compared_with_itself_alone_and_keeps_its_score()
    {
        HeadBatch batch = Fill(new ScoredPairExamples(new float[5 * 2], 2, [new(0, 3, 0.25), new(3, 1, -2), new(4, 0, 7)]), 0, 1, 2);

        Assert.That(batch.Rows, Is.EqualTo(new[] { 0, 3, 1, 4 }));
        Assert.That(Compared(batch), Is.EqualTo(new[] { "0: 3", "3: 1", "4: 0" }));
        Assert.That(batch.Targets.ToArray(), Is.EqualTo(new[] { 0.25f, -2, 7 }));
    }

    [Test]
    public void Passages_of_a_step_are_negatives_but_known_answers_and_the_query_itself()
    {
        // 0 is answered by 5 and 6, 1 by 7, 2 by 0: a query that is another's passage.
        RelevantPairExamples examples = new(new float[8 * 2], 2, [new(0, 5, 1), new(0, 6, 1), new(1, 7, 1), new(2, 0, 1)]);

        Assert.That(Compared(Fill(examples, 0, 2, 3)), Is.EqualTo(new[] { "0: 5 7", "1: 7 5 0", "2: 0 5 7" }));
        Assert.That(Compared(Fill(examples, 0, 1, 2)), Is.EqualTo(new[] { "0: 5 7", "0: 6 7", "1: 7 5 6" }));
    }

    [Test]
    public void A_vector_of_a_class_is_compared_with_one_of_its_own_and_with_those_of_others()
    {
        string[] labels = ["b", "a", "b", "c", "a", "b", "d"];
        LabelledExamples examples = new(new float[7 * 2], 2, [0, 1, 2, 3, 4, 5], labels, negatives: 3, seed: 9);

        Assert.That(examples.Count, Is.EqualTo(5), "3 is alone in its class");
        List<int> queries = [];
        for (int example = 0; example < examples.Count; example++)
        {
            HeadBatch batch = Fill(examples, example);
            int[] candidates = Array.ConvertAll(batch.Candidates.CandidateRows.ToArray(), place => batch.Rows[place]);
            queries.Add(batch.Rows[0]);
            Assert.That(candidates[0], Is.Not.EqualTo(queries[^1]));
            Assert.That(labels[candidates[0]], Is.EqualTo(labels[queries[^1]]));
            Assert.That(candidates[1..], Has.Length.EqualTo(3).And.None.EqualTo(6), "6 is not meant");
            Assert.That(candidates[1..].Select(row => labels[row]), Has.None.EqualTo(labels[queries[^1]]));
        }
        Assert.That(queries, Is.EquivalentTo(new[] { 0, 1, 2, 4, 5 }));
    }

    [Test]
    public void Every_other_of_a_class_and_of_the_others_is_drawn_now_and_then()
    {
        string[] labels = [.. Enumerable.Range(0, 12).Select(row => row % 3 == 0 ? "a" : "b")];
        HashSet<(int Query, int Candidate)> seen = [];
        for (ulong seed = 0; seed < 200; seed++)
        {
            LabelledExamples examples = new(new float[12], 1, [.. Enumerable.Range(0, 12)], labels, negatives: 2, seed);
            for (int example = 0; example < examples.Count; example++)
            {
                HeadBatch batch = Fill(examples, example);
                foreach (int row in batch.Rows.Skip(1)) seen.Add((batch.Rows[0], row));
            }
        }
        Assert.That(seen, Has.Count.EqualTo(12 * 11));
    }

    [TestCase("a", "a", "a")]
    [TestCase("a", "b", "c")]
    public void Labels_that_tell_nothing_are_refused(params string[] labels) =>
        Assert.That(() => new LabelledExamples(new float[3], 1, [0, 1, 2], labels, 1, 1), Throws.TypeOf<QEngineException>().With.Message.StartsWith("expected at least 2 classes"));

    [Test]
    public void An_answer_outside_the_step_is_no_negative_either()
    {
        RelevantPairExamples examples = new(new float[8 * 2], 2, [new(0, 5, 1), new(0, 6, 1), new(1, 6, 1)]);

        Assert.That(Compared(Fill(examples, 0, 2)), Is.EqualTo(new[] { "0: 5", "1: 6 5" }));
    }

    [Test]
    public void Vectors_without_labels_are_compared_with_all_others_of_the_step()
    {
        UnlabelledExamples examples = new(new float[6 * 2], 2, [5, 1, 3, 0], 1, 0);

        Assert.That(Compared(Fill(examples, 0, 1, 2)), Is.EqualTo(new[] { "5: 1 3", "1: 5 3", "3: 5 1" }));
        // The end of one pass and the start of the next may meet in a step.
        Assert.That(Compared(Fill(examples, 3, 0, 3)), Is.EqualTo(new[] { "0: 5", "5: 0", "0: 5" }));
    }

    [Test]
    public void The_teacher_is_the_cosine_of_the_full_vectors()
    {
        const int Rows = 7, Columns = 5;
        float[] vectors = Samples.Uniform<float>(1, Rows * Columns);
        vectors.AsSpan(2 * Columns, Columns).Clear();
        UnlabelledExamples examples = new(vectors, Columns, [.. Enumerable.Range(0, Rows)], 3, 0.5);
        HeadBatch batch = Fill(examples, 6, 2, 0, 5);
        float[] gathered = [.. batch.Rows.SelectMany(row => vectors.AsSpan(row * Columns, Columns).ToArray())];

        examples.SetTargets(batch, gathered, WorkerPool.Single);

        double[] expected = [.. Places(batch).Select(pair => (3 * Cosine(vectors, batch.Rows[pair.Query], batch.Rows[pair.Candidate])) + 0.5)];
        Assert.That(batch.Targets.ToArray().Select(target => (double)target), Is.EqualTo(expected).Within(1e-6));

        double Cosine(float[] data, int a, int b)
        {
            double dot = 0, aa = 0, bb = 0;
            for (int i = 0; i < Columns; i++)
            {
                double x = data[(a * Columns) + i], y = data[(b * Columns) + i];
                (dot, aa, bb) = (dot + (x * y), aa + (x * x), bb + (y * y));
            }
            return aa == 0 || bb == 0 ? 0 : dot / Math.Sqrt(aa * bb);
        }
    }

    private static HeadBatch Fill(HeadExamples examples, params int[] indices)
    {
        HeadBatch batch = new();
        // A step finds the traces of the one before.
        examples.Fill([0], batch);
        examples.Fill(indices, batch);
        return batch;
    }

    /// <summary>Row of each query and rows of its candidates.</summary>
    private static string[] Compared(HeadBatch batch) =>
    [
        .. Enumerable.Range(0, batch.Candidates.Queries).Select(query =>
        {
            IEnumerable<int> candidates = batch.Candidates.CandidateRows.ToArray().Skip(query * batch.Candidates.Width).Take(batch.Candidates.Width).Where(place => place >= 0);
            return $"{batch.Rows[batch.Candidates.QueryRows.Span[query]]}: {string.Join(' ', candidates.Select(place => batch.Rows[place]))}";
        }),
    ];

    private static IEnumerable<(int Query, int Candidate)> Places(HeadBatch batch) =>
        batch.Candidates.CandidateRows.ToArray().Select((candidate, i) => (batch.Candidates.QueryRows.Span[i / batch.Candidates.Width], candidate));
}
