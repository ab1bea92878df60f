using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Tensors;
using QEngine.Tests.Ops;
using QEngine.Training;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Training;

/// <summary>Laws of the losses; their formulas and gradients are tested with their operations.</summary>
internal sealed class LossTests
{
    private const double Rounding = 1e-11;

    private static readonly ILoss<double>[] Relative = [new RankingLoss<double>(), new KlDivergenceLoss<double>(), new KlDivergenceLoss<double>(2.5), new MarginMseLoss<double>()];
    private static readonly ILoss<double>[] Imitating = [new SquaredErrorLoss<double>(), new MarginMseLoss<double>(), new KlDivergenceLoss<double>(), new KlDivergenceLoss<double>(2.5)];
    private static readonly ILoss<double>[] All = [new RankingLoss<double>(), new CoSentLoss<double>(), .. Imitating];

    [Property]
    public bool Losses_of_margins_do_not_see_a_shift_of_a_query(ulong seed, byte queries, byte width, short shift)
    {
        Batch batch = new(seed, queries, width);
        double[] moved = [.. batch.Scores.Select((score, i) => i < batch.Width ? score + shift : score)];

        return Relative.All(loss => Numbers.Error(batch.Run(loss, moved), batch.Run(loss, batch.Scores)) < Rounding);
    }

    [Property]
    public bool Who_says_what_the_teacher_says_has_nothing_to_learn(ulong seed, byte queries, byte width)
    {
        Batch batch = new(seed, queries, width);

        return Imitating.All(loss => batch.Run(loss, batch.Targets).All(number => number == 0));
    }

    [Property]
    public bool No_loss_is_negative(ulong seed, byte queries, byte width)
    {
        Batch batch = new(seed, queries, width);

        return All.All(loss => batch.Run(loss, batch.Scores)[0] >= -Rounding);
    }

    [Property]
    public bool The_order_of_queries_and_of_negatives_does_not_matter(ulong seed, byte queries, byte width)
    {
        Batch batch = new(seed, queries, width);
        Draws draws = new(seed + 1);
        int[] rows = draws.Permutation(batch.Queries), places = [0, .. draws.Permutation(batch.Width - 1).Select(place => place + 1)];
        int[] order = [.. rows.SelectMany(row => places.Select(place => (row * batch.Width) + place))];
        Batch permuted = batch.Permuted(order);

        return All.All(loss =>
        {
            double[] before = batch.Run(loss, batch.Scores), after = permuted.Run(loss, permuted.Scores);
            return Numbers.Error(after, [before[0], .. order.Select(i => before[1 + i])]) < Rounding;
        });
    }

    [Property]
    public bool Absent_candidates_change_nothing_whatever_their_score_and_target(ulong seed, byte queries, byte width, byte kind)
    {
        Batch batch = new(seed, queries, width);
        double anything = (kind % 4) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => double.NegativeInfinity, _ => 1e300 };
        double[] scores = batch.WhereAbsent(batch.Scores, anything);
        Batch other = batch with { Targets = batch.WhereAbsent(batch.Targets, anything) };

        return All.All(loss => other.Run(loss, scores).SequenceEqual(batch.Run(loss, batch.Scores)));
    }

    [Property]
    public bool Huge_scores_have_finite_losses_and_gradients(ulong seed, byte queries, byte width, byte exponent)
    {
        Batch batch = new(seed, queries, width);
        double[] scores = [.. batch.Scores.Select(score => score * Math.Pow(10, exponent % 150))];

        return All.All(loss => batch.Run(loss, scores).All(double.IsFinite));
    }

    [Property]
    public bool CoSent_sees_the_order_of_the_gold_values_alone(ulong seed, byte pairs)
    {
        Batch batch = new(seed, pairs, 0);
        Batch stretched = batch with { Targets = [.. batch.Targets.Select(target => Math.Exp(3 * target))] };
        CoSentLoss<double> loss = new();

        return batch.Run(loss, batch.Scores).SequenceEqual(stretched.Run(loss, batch.Scores));
    }

    [Test]
    public void CoSent_is_near_0_in_the_right_order_and_large_in_the_wrong_one()
    {
        Batch batch = new(seed: 3, queries: 8, width: 0);
        double[] right = [.. batch.Targets.Select(target => 1e4 * target)], wrong = [.. right.Select(score => -score)];
        CoSentLoss<double> loss = new();

        Assert.That(batch.Run(loss, right)[0], Is.LessThan(1e-6));
        Assert.That(batch.Run(loss, wrong)[0], Is.EqualTo(right.Max() - right.Min()).Within(1e-6));
    }

    [Test]
    public void Nothing_to_compare_is_no_loss()
    {
        Batch batch = new(seed: 4, queries: 0, width: 0);

        Assert.That(batch.Run(new MarginMseLoss<double>(), batch.Scores), Is.All.Zero);
        Assert.That(batch.Run(new CoSentLoss<double>(), batch.Scores), Is.All.Zero);
        Assert.That(batch.Run(new RankingLoss<double>(), batch.Scores), Is.All.Zero);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void A_temperature_is_above_0(double temperature) =>
        Assert.That(() => new KlDivergenceLoss<double>(temperature), Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected a temperature above 0, found {temperature}"));

    /// <summary>Random scores and targets; a third of the negatives are absent.</summary>
    private sealed record Batch(CandidateList Candidates, double[] Scores, double[] Targets)
    {
        public Batch(ulong seed, byte queries, byte width)
            : this(new Draws(seed).Candidates(1 + (queries % 9), 1 + (width % 7), 9), new Draws(seed + 1), 3)
        {
        }

        private Batch(CandidateList candidates, Draws draws, double deviation)
            : this(candidates, [.. draws.Normal(candidates.CandidateRows.Length).Select(x => deviation * x)], [.. draws.Normal(candidates.CandidateRows.Length)])
        {
        }

        public int Queries => Candidates.Queries;

        public int Width => Candidates.Width;

        /// <summary>The loss, then its gradient.</summary>
        public double[] Run(ILoss<double> loss, double[] scores)
        {
            Tape<double> tape = new(WorkerPool.Single, recording: true);
            Tensor<double> leaf = tape.Leaf(scores, new Shape(Queries, Width)), value = loss.Apply(tape, leaf, Candidates, Targets);
            return [value.Span[0], .. tape.Backward(value)[leaf]];
        }

        public double[] WhereAbsent(double[] values, double replacement)
        {
            int[] rows = Candidates.CandidateRows.ToArray();
            return [.. values.Select((value, i) => rows[i] < 0 ? replacement : value)];
        }

        public Batch Permuted(int[] order)
        {
            int[] rows = Candidates.CandidateRows.ToArray();
            CandidateList list = new();
            list.Reset(Queries, Width);
            for (int i = 0; i < order.Length; i++) list.SetCandidate(i / Width, i % Width, rows[order[i]]);
            return new Batch(list, [.. order.Select(i => Scores[i])], [.. order.Select(i => Targets[i])]);
        }
    }
}
