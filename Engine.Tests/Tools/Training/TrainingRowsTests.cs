using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Support;
using QEngine.Tests.Training;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tests.Tools.Training;

public sealed class TrainingRowsTests
{
    [Test]
    public void Rows_of_a_share_of_the_queries_are_taken_out_a_random_choice_by_the_seed()
    {
        (string[] Training, string[] Held) one = Split(0.25, 1), again = Split(0.25, 1);
        string[][] choices = [.. Enumerable.Range(0, 20).Select(seed => Split(0.25, (ulong)seed).Held)];

        Assert.That(again, Is.EqualTo(one));
        Assert.That(one.Held, Has.Length.EqualTo(5), "a quarter of twenty queries");
        Assert.That(one.Training.Intersect(one.Held), Is.Empty, "a query is in one part with all of its rows");
        Assert.That(one.Training.Concat(one.Held), Is.EquivalentTo(Enumerable.Range(0, 20).Select(i => $"query {i}")));
        Assert.That(choices.Select(held => string.Join(',', held)).Distinct().Count(), Is.GreaterThan(15));
        Assert.That(choices.SelectMany(held => held).Distinct().Count(), Is.EqualTo(20), "any query is held out by some seed");
    }

    [TestCase(0.01, 1)]
    [TestCase(0.5, 10)]
    [TestCase(0.99, 19)]
    public void At_least_one_query_is_taken_out_and_one_stays(double share, int held) =>
        Assert.That(Split(share, 3).Held, Has.Length.EqualTo(held));

    [Test]
    public void The_passage_a_teacher_scores_best_is_the_positive_and_the_others_follow_by_their_scores()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write(
            "scores.tsv", "red cat\tdog\t0.25\nblue\tbird\t3\nred cat\tcat runs\t0.75\nred cat\tbird\t0.5\n"
            + "blue\tcat\t-1\nred cat\tdog runs\t0.5\n");
        TrainingRows rows = new();

        rows.AddTeacherScores(file);

        TrainingSet set = rows.Tokenize(ToyData.Tokenizer, 16, Prompts.None);
        TrainingExample example = set.Examples[0];
        Assert.That((rows.Count, rows.Queries), Is.EqualTo((2, 2)));
        Assert.That(((int[])[example.Query, example.Positive, .. example.Negatives]).Select(text => set.Tokens(text).ToArray()),
            Is.EqualTo(((string[])["red cat", "cat runs", "bird", "dog runs", "dog"]).Select(text => ToyData.Tokenizer.Encode(text, 16))));
        Assert.That(example.Targets, Is.EqualTo(new[] { 0.75f, 0.5f, 0.5f, 0.25f }));
        Assert.That(set.Examples[1].Targets, Is.EqualTo(new[] { 3f, -1 }));
    }

    /// <summary>Twenty queries of two rows each.</summary>
    private static (string[] Training, string[] Held) Split(double share, ulong seed)
    {
        using TemporaryFolder folder = new();
        TrainingRows rows = new();
        IEnumerable<string> lines = Enumerable.Range(0, 40).Select(i => $"query {i % 20}\tpositive {i}\tnegative\n");
        rows.AddTriples([folder.Write("rows.tsv", string.Concat(lines))], 0);

        TrainingRows held = rows.TakeOut(share, seed);

        Assert.That((rows.Count, held.Count), Is.EqualTo((2 * rows.Queries, 2 * held.Queries)));
        return (Queries(rows), Queries(held));

        static string[] Queries(TrainingRows part) =>
            [.. part.Texts().Where(text => text.StartsWith("query", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
