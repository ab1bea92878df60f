using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Ops;

/// <summary>What every op of the catalog may depend on and use: not threads, not recording, not old memory, no heap.</summary>
[TestFixtureSource(typeof(OpCatalog), nameof(OpCatalog.Rows))]
internal sealed class OpResourceTests(OpRow row)
{
    [Test]
    public void One_and_two_threads_give_the_same_bits() => Both(new SameBitsOnTwoThreads());

    [Test]
    public void Recording_or_not_gives_the_same_bits() => Both(new SameBitsUnrecorded());

    [Test]
    public void Old_content_of_the_storage_does_not_matter() => Both(new SameBitsInDirtyStorage());

    [Test]
    public void A_warm_step_allocates_nothing() => Both(new NoAllocation());

    private void Both(ICheck check)
    {
        check.Run<double>(row);
        check.Run<float>(row);
    }

    /// <summary>The result and all gradients of one call.</summary>
    private static T[] Everything<T>(OpProblem problem, WorkerPool? workers = null, Tape<T>? tape = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OpRun<T> run = new(problem, workers, tape: tape);
        return [.. run.Result.Span, .. run.AllGradients(Numbers.Normal(run.Result.Shape.Length, 6))];
    }

    private interface ICheck
    {
        void Run<T>(OpRow row)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>;
    }

    private sealed class SameBitsOnTwoThreads : ICheck
    {
        public void Run<T>(OpRow row)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            OpProblem problem = row.Problem(OpCatalog.Large, seed: 5, avoidKinks: false);
            using WorkerPool pool = new(2);

            T[] alone = Everything<T>(problem);
            // Which thread takes which item differs from run to run.
            for (int run = 0; run < 3; run++)
                Bits.AreEqual<T>($"{problem}, {typeof(T).Name}", Everything<T>(problem, pool), alone);
        }
    }

    private sealed class SameBitsUnrecorded : ICheck
    {
        public void Run<T>(OpRow row)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (OpProblem problem in OpCatalog.Problems(row))
            {
                OpRun<T> unrecorded = Unrecorded<T>(problem);

                Assert.That(unrecorded.Tape.Recorded, Is.Zero, problem.Description);
                Assert.That(unrecorded.Result.NeedsGradient, Is.False, problem.Description);
                Bits.AreEqual<T>($"{problem}, {typeof(T).Name}", unrecorded.Result.Span, new OpRun<T>(problem).Result.Span);
            }
        }
    }

    private static OpRun<T> Unrecorded<T>(OpProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(problem, tape: new Tape<T>(WorkerPool.Single, recording: false));

    private sealed class SameBitsInDirtyStorage : ICheck
    {
        public void Run<T>(OpRow row)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (OpProblem problem in OpCatalog.Problems(row))
                Bits.AreEqual<T>($"{problem}, {typeof(T).Name}", Everything(problem, tape: Dirty<T>()), Everything<T>(problem));
        }
    }

    /// <summary>A tape whose storage was used before, for what would be noticed.</summary>
    private static Tape<T> Dirty<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tape<T> tape = new(WorkerPool.Single, recording: true);
        tape.Save(new Shape(1, 1 << 16)).Span.Fill(T.NaN);
        tape.Reset();
        return tape;
    }

    private sealed class NoAllocation : ICheck
    {
        public void Run<T>(OpRow row)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            OpProblem problem = row.Problem(new OpSize(33, 17), seed: 5, avoidKinks: false);
            T[][] values = [.. problem.Inputs.Select(input => Samples.As<T>(input.Values))];
            Tape<T> tape = new(WorkerPool.Single, recording: true);
            Tensor<T>[] leaves = new Tensor<T>[values.Length];
            Step(problem, tape, values, leaves);
            Step(problem, tape, values, leaves);
            long bytes = tape.Bytes;

            long allocated = Allocation.Fewest(() => Step(problem, tape, values, leaves));

            Assert.That(allocated, Is.Zero, $"{problem}, {typeof(T).Name}, managed bytes");
            Assert.That(tape.Bytes, Is.EqualTo(bytes), $"{problem}, {typeof(T).Name}, storage");
        }

        private static void Step<T>(OpProblem problem, Tape<T> tape, T[][] values, Tensor<T>[] leaves)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            tape.Reset();
            for (int i = 0; i < leaves.Length; i++) leaves[i] = tape.Leaf(values[i], problem.Inputs[i].Shape);
            Tensor<T> result = problem.Apply(tape, leaves);
            tape.Backward(result, result.Span);
        }
    }
}
