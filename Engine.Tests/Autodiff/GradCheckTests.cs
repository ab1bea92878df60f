using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Ops;

namespace QEngine.Tests.Autodiff;

/// <summary>The test of the tester: a wrong backward pass must be noticed, a right one must not.</summary>
internal sealed class GradCheckTests
{
    private const double Tolerance = 1e-6;
    private const int Rows = 2, Columns = 3;

    private static IEnumerable<Fault> Faults => Enum.GetValues<Fault>().Where(fault => fault != Fault.None);

    [Test]
    public void A_right_backward_pass_is_accepted([Range(0, 4)] int seed) =>
        Assert.That(Check(Fault.None, (ulong)seed).Error, Is.LessThan(Tolerance));

    [TestCaseSource(nameof(Faults))]
    public void A_wrong_backward_pass_is_rejected(Fault fault)
    {
        for (ulong seed = 0; seed < 5; seed++)
            Assert.That(Check(fault, seed).Error, Is.GreaterThan(10 * Tolerance), $"seed {seed}");
    }

    [Test]
    public void Not_a_number_counts_as_infinite_error() =>
        Assert.That(Check(Fault.NotANumber, seed: 0).Error, Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void Not_a_number_of_the_function_counts_as_infinite_error()
    {
        GradCheck.Input[] inputs = [new([1, double.NaN, 3], Shape.Vector(3))];

        GradCheck.Result result = GradCheck.Run((_, leaves) => leaves[0], inputs, seed: 0);

        Assert.That(result.Error, Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void The_message_names_input_and_element()
    {
        GradCheck.Result result = Check(Fault.OneElement, seed: 3, applications: 1);

        Assert.That(result.InputIndex, Is.EqualTo(1));
        Assert.That(result.Element, Is.EqualTo(FaultyLinear.WrongElement));
        Assert.That(result.Analytic - result.Numeric, Is.EqualTo(1e-3).Within(Tolerance));
        Assert.That(result.ToString(), Does.StartWith($"input 1, element {FaultyLinear.WrongElement}: analytic ").And.Contain(", numeric ").And.Contain(", error "));
    }

    [Test]
    public void The_weights_of_the_result_follow_from_the_seed()
    {
        Assert.That(Check(Fault.Factor, seed: 1), Is.EqualTo(Check(Fault.Factor, seed: 1)));
        Assert.That(Check(Fault.Factor, seed: 1).Analytic, Is.Not.EqualTo(Check(Fault.Factor, seed: 2).Analytic));
    }

    [Test]
    public void The_inputs_are_left_as_they_were()
    {
        GradCheck.Input[] inputs = Inputs();

        GradCheck.Run((tape, leaves) => FaultyLinear.Apply(tape, leaves[0], leaves[1], Fault.None), inputs, seed: 0);

        Assert.That(inputs[0].Values, Is.EqualTo(Inputs()[0].Values));
        Assert.That(inputs[1].Values, Is.EqualTo(Inputs()[1].Values));
    }

    [Test]
    public void A_gradient_of_zero_is_rejected_however_small_the_right_one([Values(1e-3, 1e-9, 1e-200)] double factor)
    {
        GradCheck.Result result = GradCheck.Run((tape, leaves) => WithoutGradient(tape, leaves[0], factor), Inputs(), seed: 0);

        Assert.That(result.Error, Is.EqualTo(1).Within(1e-3));
    }

    [Test]
    public void A_result_that_is_infinite_on_one_side_is_rejected() =>
        Assert.That(
            GradCheck.Run((tape, leaves) => Activations.Affine(tape, leaves[0], leaves[0].Span[0] > 1 ? double.PositiveInfinity : 1, 0.0), [new([1.0], Shape.Scalar)], seed: 0).Error,
            Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void A_result_that_is_infinite_everywhere_has_no_derivative()
    {
        GradCheck.Result result = GradCheck.Run(
            (tape, leaves) =>
            {
                Tensor<double> y = Activations.Affine(tape, leaves[0], 2.0, 0.0);
                y.Span[1] = double.NegativeInfinity;
                return WithoutGradient(tape, y, 0);
            },
            [new([1.0, 2], Shape.Vector(2))], seed: 0);

        Assert.That(result.Error, Is.Zero);
    }

    [Test]
    public void An_input_without_influence_has_the_derivative_zero()
    {
        GradCheck.Result result = GradCheck.Run((_, leaves) => leaves[0], Inputs(), seed: 0);

        Assert.That(result.Error, Is.LessThan(Tolerance));
    }

    /// <summary>factor x as the function, without a gradient.</summary>
    private static Tensor<double> WithoutGradient(Tape<double> tape, Tensor<double> x, double factor)
    {
        Tensor<double> y = tape.Output(x.Shape, x);
        for (int i = 0; i < y.Shape.Length; i++) y.Span[i] = double.IsInfinity(x.Span[i]) ? x.Span[i] : factor * x.Span[i];
        return y;
    }

    /// <summary>Two applications, so that the weight is used twice and the input of the second is a result.</summary>
    private static GradCheck.Result Check(Fault fault, ulong seed, int applications = 2) => GradCheck.Run(
        (tape, leaves) =>
        {
            Tensor<double> y = FaultyLinear.Apply(tape, leaves[0], leaves[1], fault);
            return applications == 1 ? y : Blend.Apply(tape, FaultyLinear.Apply(tape, y, leaves[1], fault), y, weight: -0.5);
        },
        Inputs(), seed);

    private static GradCheck.Input[] Inputs() =>
        [new(Numbers.Normal(Rows * Columns, 7), new Shape(Rows, Columns)), new(Numbers.Normal(Columns * Columns, 8), new Shape(Columns, Columns))];
}
