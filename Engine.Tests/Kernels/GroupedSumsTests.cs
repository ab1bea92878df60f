using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class GroupedSumsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly (int Rows, int Inputs, int Outputs, int Groups)[] Shapes =
    [
        (3, 1, 1, 1), (2, 5, 5, 5), (4, 7, 3, 3), (4, 7, 3, 1), (3, 10, 6, 6), (3, 10, 6, 2), (0, 4, 2, 2), (5, 33, 16, 8), (5, 67, 32, 32), (200, 131, 24, 4), (401, 384, 64, 64),
    ];

    [Test]
    public void Outputs_are_the_weighted_sums_of_their_group()
    {
        foreach ((int rows, int inputs, int outputs, int groups) in Shapes)
        {
            InputGroups plan = new(inputs, outputs, groups);
            T[] x = Samples.Uniform<T>(1, rows * inputs), weight = Samples.Uniform<T>(2, outputs / groups * inputs), bias = Samples.Uniform<T>(3, outputs);
            Trial<T> trial = new($"grouped sums {rows} x {inputs} to {outputs} in {groups}");
            GuardedSpan<T> input = trial.Input(x), weights = trial.Input(weight), biases = trial.Input(bias), y = trial.Output(rows * outputs);

            trial.Run(workers => GroupedSums.Forward<T>(workers, plan, input.Span, weights.Span, biases.Span, y.Span));

            double[] expected = GroupedOracle.Rows(Samples.Exact<T>(x), Samples.Exact<T>(weight), Samples.Exact<T>(bias), inputs, outputs, groups);
            Near.Values<T>(trial.What, y.Span, expected, inputs);
        }
    }

    [Test]
    public void Gradients_are_those_of_the_sums()
    {
        foreach ((int rows, int inputs, int outputs, int groups) in Shapes)
        {
            InputGroups plan = new(inputs, outputs, groups);
            T[] x = Samples.Uniform<T>(1, rows * inputs), weight = Samples.Uniform<T>(2, outputs / groups * inputs), upstream = Samples.Uniform<T>(3, rows * outputs);
            T[] before = Samples.Uniform<T>(4, x.Length), beforeWeight = Samples.Uniform<T>(5, weight.Length);
            Trial<T> trial = new($"gradients of grouped sums {rows} x {inputs} to {outputs} in {groups}");
            GuardedSpan<T> input = trial.Input(x), weights = trial.Input(weight), dy = trial.Input(upstream), dx = trial.InOut(before), dweight = trial.InOut(beforeWeight);

            trial.Run(workers =>
            {
                GroupedSums.BackwardInputs<T>(workers, plan, dy.Span, weights.Span, dx.Span);
                GroupedSums.BackwardWeights<T>(workers, plan, dy.Span, input.Span, dweight.Span);
            });

            (double[] expected, double[] expectedWeight) = (Samples.Exact<T>(before), Samples.Exact<T>(beforeWeight));
            int[] columns = GroupedOracle.Columns(inputs, outputs);
            for (int row = 0; row < rows; row++)
                for (int j = 0; j < outputs; j++)
                    for (int i = 0; i < inputs; i++)
                    {
                        if (columns[i] % groups != j % groups) continue;
                        double share = double.CreateChecked(upstream[(row * outputs) + j]);
                        expected[(row * inputs) + i] += share * double.CreateChecked(weight[(j / groups * inputs) + i]);
                        expectedWeight[(j / groups * inputs) + i] += share * double.CreateChecked(x[(row * inputs) + i]);
                    }
            Near.Values<T>($"{trial.What}, inputs", dx.Span, expected, outputs);
            Near.Values<T>($"{trial.What}, weights", dweight.Span, expectedWeight, rows);
        }
    }

    /// <summary>Every pair of the cascade is of one column: what it joins is one group's.</summary>
    [Test]
    public void Groups_are_the_columns_of_the_cascade()
    {
        for (int inputs = 1; inputs <= 40; inputs++)
        {
            for (int outputs = 1; outputs <= inputs; outputs++)
            {
                InputGroups groups = new(inputs, outputs, outputs);
                int[] columns = GroupedOracle.Columns(inputs, outputs);
                Assert.That(Enumerable.Range(0, inputs).Select(groups.Group), Is.EqualTo(columns), $"{inputs} to {outputs}");
                Assert.That(new Cascade(inputs, outputs, CompressionGate.ControlledU).Pairs, Is.EqualTo(inputs - columns.Distinct().Count()));
            }
        }
    }
}
