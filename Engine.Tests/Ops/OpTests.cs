using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Ops;

/// <summary>What every op of the catalog must satisfy.</summary>
[TestFixtureSource(typeof(OpCatalog), nameof(OpCatalog.Rows))]
internal sealed class OpTests(OpRow row)
{
    private const ulong UpstreamSeed = 99;
    private const double GradientTolerance = 1e-6;
    private const double Rounding = 1e-12;

    [Test]
    public void The_result_is_the_formula()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            double[] found = new OpRun<double>(problem).Result.Span.ToArray();

            double[] expected = problem.Oracle([.. problem.Inputs.Select(input => input.Values)]);
            Assert.That(Numbers.Error(found, expected), Is.LessThan(row.Tolerance), problem.Description);
        }
    }

    [Test]
    public void Backward_is_the_derivative_of_forward()
    {
        GradCheck.Result worst = default;
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            GradCheck.Input[] inputs = [.. problem.Inputs.Select(input => new GradCheck.Input([.. input.Values], input.Shape))];

            GradCheck.Result result = GradCheck.Run((tape, leaves) => problem.Apply(tape, leaves), inputs, UpstreamSeed, row.Step);

            Assert.That(result.Error, Is.LessThan(GradientTolerance), $"{problem}: {result}");
            if (result.Error > worst.Error) worst = result;
        }
        TestContext.Out.WriteLine($"largest gradient error of {row}: {worst}");
    }

    [Test]
    public void An_input_of_two_operations_gets_both_shares()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            OpRun<double> once = new(problem), twice = new(problem);
            double[] upstream = Upstream(once);
            Tensor<double> again = problem.Apply(twice.Tape, twice.Inputs);
            Tensor<double> blend = Blend.Apply(twice.Tape, twice.Result, again, weight: 3);

            Gradients<double> gradients = twice.Tape.Backward(blend, upstream);

            double[] found = [.. twice.Inputs.SelectMany(input => gradients[input].ToArray())];
            double[] expected = [.. once.AllGradients(upstream).Select(gradient => 4 * gradient)];
            Assert.That(Numbers.Error(found, expected), Is.LessThan(Rounding), problem.Description);
        }
    }

    [Test]
    public void A_tensor_in_two_places_of_one_operation_gets_both_shares()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            for (int first = 0; first < problem.Inputs.Length; first++)
            {
                for (int second = first + 1; second < problem.Inputs.Length; second++)
                    if (problem.Inputs[first].Shape == problem.Inputs[second].Shape) SharesOfBothPlaces(problem, first, second);
            }
        }
    }

    [Test]
    public void Parameters_gradients_add_up_over_passes()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            OpRun<double> leaves = new(problem);
            double[] upstream = Upstream(leaves), expected = leaves.AllGradients(upstream);
            double[] values = [.. problem.Inputs.SelectMany(input => input.Values)], gradients = new double[values.Length];
            Tape<double> tape = new(WorkerPool.Single, recording: true, gradients);
            for (int pass = 1; pass <= 2; pass++)
            {
                tape.Reset();
                tape.Backward(problem.Apply(tape, Parameters(problem, values)), upstream);

                Assert.That(Numbers.Error(gradients, [.. expected.Select(g => pass * g)]), Is.LessThan(Rounding), $"{problem}, pass {pass}");
            }
        }
    }

    [Test]
    public void Parameters_without_gradient_buffer_are_left_out()
    {
        OpProblem problem = row.Problem(new OpSize(3, 7), seed: 1);
        double[] values = [.. problem.Inputs.SelectMany(input => input.Values)];
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> result = problem.Apply(tape, Parameters(problem, values));

        Assert.That(() => tape.Backward(result, new double[result.Shape.Length]), Throws.Nothing);
    }

    [Test]
    public void A_constant_input_changes_nothing_for_the_others()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            OpRun<double> all = new(problem);
            double[] upstream = Upstream(all);
            double[]?[] expected = all.Backward(upstream);
            for (int subset = 0; subset < 1 << problem.Inputs.Length; subset++)
            {
                OpRun<double> some = new(problem, wanted: i => (subset >> i & 1) != 0);
                double[]?[] found = some.Backward(upstream);

                Assert.That(some.Result.NeedsGradient, Is.EqualTo(subset != 0), $"{problem}, inputs {subset:b}");
                for (int i = 0; i < found.Length; i++)
                {
                    Assert.That(found[i] is not null, Is.EqualTo((subset >> i & 1) != 0));
                    if (found[i] is { } gradient) Assert.That(Numbers.Error(gradient, expected[i]), Is.LessThan(Rounding), $"{problem}, inputs {subset:b}, gradient {i}");
                    Assert.That(some.Inputs[i].Span.ToArray(), Is.EqualTo(problem.Inputs[i].Values), $"{problem}, inputs {subset:b}, value {i}");
                }
            }
        }
    }

    [Test]
    public void One_call_is_one_record_and_constants_are_not_recorded()
    {
        OpProblem problem = row.Problem(new OpSize(3, 7), seed: 1);

        Assert.That(new OpRun<double>(problem).Tape.Recorded, Is.EqualTo(1));
        Assert.That(new OpRun<double>(problem, wanted: _ => false).Tape.Recorded, Is.Zero);
    }

    [Test]
    public void Zero_upstream_gives_zero()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            OpRun<double> run = new(problem);

            double[] gradients = run.AllGradients(new double[run.Result.Shape.Length]);

            Assert.That(gradients, Is.All.Zero, problem.Description);
        }
    }

    [Test]
    public void Gradients_are_linear_in_the_upstream()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            OpRun<double> run = new(problem);
            double[] first = Upstream(run), second = Numbers.Normal(first.Length, UpstreamSeed + 1);
            double[] both = [.. first.Zip(second, (a, b) => (2 * a) - (0.5 * b))];

            double[] found = run.AllGradients(both);

            double[] expected = [.. run.AllGradients(first).Zip(run.AllGradients(second), (a, b) => (2 * a) - (0.5 * b))];
            Assert.That(Numbers.Error(found, expected), Is.LessThan(10 * Rounding), problem.Description);
        }
    }

    [Test]
    public void Inputs_and_result_survive_the_backward_pass()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            OpRun<double> run = new(problem);
            double[] result = run.Result.Span.ToArray();

            run.AllGradients(Upstream(run));

            Assert.That(run.Result.Span.ToArray(), Is.EqualTo(result), problem.Description);
            for (int i = 0; i < run.Inputs.Length; i++)
                Assert.That(run.Inputs[i].Span.ToArray(), Is.EqualTo(problem.Inputs[i].Values), $"{problem}, {problem.Inputs[i].Name}");
        }
    }

    [Test]
    public void Float_is_close_to_double()
    {
        foreach (OpProblem problem in OpCatalog.Problems(row))
        {
            OpRun<float> single = new(problem);
            OpRun<double> exact = new(problem);
            double[] upstream = Upstream(exact);

            Assert.That(Numbers.Error(Samples.Exact<float>(single.Result.Span), exact.Result.Span), Is.LessThan(row.FloatTolerance), problem.Description);
            Assert.That(
                Numbers.Error(Samples.Exact<float>(single.AllGradients(upstream)), exact.AllGradients(upstream)), Is.LessThan(10 * row.FloatTolerance), $"{problem}, gradients");
        }
    }

    private static double[] Upstream(OpRun<double> run) => Numbers.Normal(run.Result.Shape.Length, UpstreamSeed);

    private static Tensor<double>[] Parameters(OpProblem problem, double[] values)
    {
        Tensor<double>[] parameters = new Tensor<double>[problem.Inputs.Length];
        for (int i = 0, offset = 0; i < parameters.Length; offset += problem.Inputs[i++].Values.Length)
            parameters[i] = new Tensor<double>(values, offset, problem.Inputs[i].Shape, Tensor<double>.ParameterSlot);
        return parameters;
    }

    private static void SharesOfBothPlaces(OpProblem problem, int first, int second)
    {
        double[] shared = Gradient(problem, first, second, separate: false), separate = Gradient(problem, first, second, separate: true);

        Assert.That(Numbers.Error(shared, separate), Is.LessThan(Rounding), $"{problem}: {problem.Inputs[first].Name} and {problem.Inputs[second].Name} as one tensor");
    }

    /// <summary>The gradient with respect to one value in two places: as one tensor, or as the sum of two.</summary>
    private static double[] Gradient(OpProblem problem, int first, int second, bool separate)
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double>[] leaves = [.. problem.Inputs.Select(input => tape.Leaf(input.Values, input.Shape))];
        leaves[second] = separate ? tape.Leaf(problem.Inputs[first].Values, problem.Inputs[first].Shape) : leaves[first];
        Tensor<double> result = problem.Apply(tape, leaves);
        Gradients<double> gradients = tape.Backward(result, Numbers.Normal(result.Shape.Length, UpstreamSeed));
        double[] gradient = gradients[leaves[first]].ToArray();
        return separate ? [.. gradient.Zip(gradients[leaves[second]].ToArray(), (a, b) => a + b)] : gradient;
    }
}
