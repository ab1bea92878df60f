using NUnit.Framework;
using NUnit.Framework.Internal;
using QEngine.Workers;

namespace QEngine.Tests.Support;

/// <summary>The tester is tested: kernels that are wrong on purpose must be rejected.</summary>
[TestFixture]
public sealed class TrialTests
{
    private static readonly float[] Four = [1, 2, 3, 4];

    [Test]
    public void A_read_past_the_end_or_before_the_start_shows_in_the_result([Values(-1, 4)] int index)
    {
        float read = 0;
        foreach (int length in new[] { 4, 5 })
        {
            GuardedSpan<float> x = new(new float[length], constant: true);
            read += Beyond(x.Span, index < 0 ? -1 : length) + Beyond(x.Span, index < 0 ? -2 : length + 1);
        }

        Assert.That(read, Is.NaN);
    }

    [TestCase(-1)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(2)]
    public void A_write_outside_a_span_or_to_an_input_is_rejected(int index)
    {
        Trial<float> trial = new("wrong on purpose");
        GuardedSpan<float> x = trial.Input(Four);

        Rejects(() => trial.Run(_ => Beyond(x.Span, index) = 7));
    }

    [Test]
    public void A_result_that_depends_on_the_thread_count_is_rejected()
    {
        Trial<float> trial = new("wrong on purpose");
        GuardedSpan<float> y = trial.Output(1);

        Rejects(() => trial.Run(pool => y.Span[0] = pool.Count));
    }

    [Test]
    public void A_result_outside_the_tolerance_is_rejected_and_one_inside_is_not()
    {
        double[] expected = [1, 2, 3, 4];

        Near.Values<float>("right", Four, expected, 1);

        Rejects(() => Near.Values<float>("wrong on purpose", [1, 2, 3, 4.00001f], expected, 1));
        Rejects(() => Near.Values<float>("NaN", [1, 2, 3, float.NaN], expected, 1));
        Rejects(() => Near.Values<float>("infinity", [1, 2, 3, float.PositiveInfinity], expected, 1));
        Rejects(() => Near.Gradients("factor 1.00001", [1.00001], [1]));
    }

    private static ref float Beyond(Span<float> span, int index) =>
        ref System.Runtime.CompilerServices.Unsafe.Add(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(span), index);

    private static void Rejects(Action check)
    {
        // Its own context, so that the expected failure is not counted as this test's.
        using (new TestExecutionContext.IsolatedContext())
            Assert.Throws<AssertionException>(check);
    }
}
