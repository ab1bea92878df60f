using NUnit.Framework;
using QEngine.Training;

namespace QEngine.Tests.Training;

internal sealed class TrainingBatchTests
{
    [Test]
    public void Every_distinct_text_is_one_row()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        set.Add("red cat", "cat sleeps", ["dog runs"]);
        set.Add("red cat", "cat sings", ["dog runs"]);
        TrainingBatch batch = Fill(set, 1, inBatch: false);

        Assert.That(batch.Texts, Is.Unique);
        Assert.That(batch.Sequences.Count, Is.EqualTo(4));
    }

    [TestCase(2)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    public void A_text_has_as_many_tokens_as_are_allowed(int most)
    {
        TrainingSet set = new(ToyData.Tokenizer, most);
        set.Add("red cat sleeps well", "green", ["dog"]);

        TrainingExample example = set.Examples[0];
        Assert.That(set.Tokens(example.Query).ToArray(), Is.EqualTo(ToyData.Tokenizer.Encode("red cat sleeps well", most)));
        Assert.That(set.Tokens(example.Query).Length, Is.EqualTo(Math.Min(most, 6)));
        Assert.That(set.Tokens(example.Positive).Length, Is.EqualTo(Math.Min(most, 3)));
    }

    [Test]
    public void Own_negatives_follow_the_positive()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        set.Add("red cat", "cat sleeps", ["dog runs"]);
        set.Add("blue bird", "bird sings", ["dog sleeps"]);
        TrainingBatch batch = Fill(set, 1, inBatch: false);

        Assert.That(Candidates(batch, set, 0), Is.EqualTo(new[] { "cat sleeps", "dog runs" }));
        Assert.That(Candidates(batch, set, 1), Is.EqualTo(new[] { "bird sings", "dog sleeps" }));
    }

    [Test]
    public void In_batch_candidates_are_all_passages_but_known_positives()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        set.Add("red cat", "cat sleeps", ["dog runs"]);
        set.Add("red cat", "cat sings", []);
        set.Add("blue bird", "bird sings", []);
        TrainingBatch batch = Fill(set, 1, inBatch: true);

        // The same query's other answer is masked, and no passage is taken twice.
        Assert.That(Candidates(batch, set, 0), Is.EqualTo(new[] { "cat sleeps", "dog runs", "bird sings" }));
        Assert.That(Candidates(batch, set, 1), Is.EqualTo(new[] { "cat sings", "dog runs", "bird sings" }));
        Assert.That(Candidates(batch, set, 2), Is.EqualTo(new[] { "bird sings", "cat sleeps", "dog runs", "cat sings" }));
    }

    [Test]
    public void Examples_of_one_group_are_not_negatives_of_each_other()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        set.Add("red cat", "cat sleeps", [], "g");
        set.Add("green cat", "cat sings", [], "g");
        set.Add("blue bird", "bird sings", [], "h");
        TrainingBatch batch = Fill(set, 0, inBatch: true);

        Assert.That(Candidates(batch, set, 0), Is.EqualTo(new[] { "cat sleeps", "bird sings" }));
        Assert.That(Candidates(batch, set, 1), Is.EqualTo(new[] { "cat sings", "bird sings" }));
    }

    [Test]
    public void A_text_that_is_query_and_passage_is_one_row_and_a_candidate_of_the_others()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        set.Add("red cat", "cat sleeps", ["red cat"]);
        set.Add("blue bird", "red cat", []);
        set.Add("dog runs", "dog sleeps", []);
        TrainingBatch batch = Fill(set, 1, inBatch: true);

        Assert.That(batch.Sequences.Count, Is.EqualTo(5));
        Assert.That(Candidates(batch, set, 0), Is.EqualTo(new[] { "cat sleeps", "dog sleeps" }), "not of itself: nothing is nearer to it");
        Assert.That(Candidates(batch, set, 1), Is.EqualTo(new[] { "red cat", "cat sleeps", "dog sleeps" }));
        Assert.That(Candidates(batch, set, 2), Is.EqualTo(new[] { "dog sleeps", "cat sleeps", "red cat" }));
    }

    [Test]
    public void Texts_of_the_same_tokens_are_one()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        set.Add("red cat", "cat sleeps", [" Cat  sleeps", "dog runs", "RED cat "]);
        set.Add("Red Cat", "cat sings", []);
        set.Add("blue bird", "Cat sleeps", []);
        TrainingBatch own = Fill(set, 3, inBatch: false), all = Fill(set, 3, inBatch: true);

        Assert.That(Candidates(own, set, 0), Is.EqualTo(new[] { "cat sleeps", "dog runs" }), "no negative is the positive or the query");
        Assert.That(Candidates(all, set, 0), Is.EqualTo(new[] { "cat sleeps", "dog runs" }), "nor an answer to the same query in other case");
        Assert.That(Candidates(all, set, 1), Is.EqualTo(new[] { "cat sings", "dog runs" }));
        Assert.That(Candidates(all, set, 2), Is.EqualTo(new[] { "cat sleeps", "dog runs", "red cat", "cat sings" }));
        Assert.That(set.TextCount, Is.EqualTo(5));
    }

    [Test]
    public void A_teachers_scores_are_followed_whatever_the_texts()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        set.Add("red cat", "cat sleeps", ["red cat"], targets: [2, 1]);

        Assert.That(Candidates(Fill(set, 1, inBatch: false), set, 0), Is.EqualTo(new[] { "cat sleeps", "red cat" }));
    }

    [Test]
    public void Fewer_negatives_than_a_row_has_are_drawn_from_it()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        string[] negatives = ["dog runs", "dog sleeps", "dog sings", "bird runs"];
        set.Add("red cat", "cat sleeps", negatives);
        HashSet<string> seen = [];
        SplittableRandom random = new(1);
        TrainingBatch batch = new(set);
        for (int i = 0; i < 50; i++)
        {
            batch.Fill([0], 2, inBatch: false, ref random);
            string[] candidates = Candidates(batch, set, 0);
            Assert.That(candidates, Has.Length.EqualTo(3).And.Unique);
            seen.UnionWith(candidates[1..]);
        }

        Assert.That(seen, Is.EquivalentTo(negatives));
    }

    private static TrainingBatch Fill(TrainingSet set, int negatives, bool inBatch)
    {
        TrainingBatch batch = new(set);
        SplittableRandom random = new(1);
        int[] all = new int[set.Examples.Count];
        for (int i = 0; i < all.Length; i++) all[i] = i;
        batch.Fill(all, negatives, inBatch, ref random);
        return batch;
    }

    private static string[] Candidates(TrainingBatch batch, TrainingSet set, int query)
    {
        int width = batch.Candidates.Width;
        return [.. batch.Candidates.CandidateRows.Span.Slice(query * width, width).ToArray().Where(row => row >= 0).Select(row => Text(set, batch.Texts[row]))];
    }

    private static string Text(TrainingSet set, int text) => string.Join(' ', set.Tokens(text)[1..^1].ToArray().Select(id => ToyData.Tokenizer.Vocabulary[id]));
}
