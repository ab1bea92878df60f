using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>A linear layer of cores, beside the one it was made of.</summary>
public sealed class TensorTrainLinearTests
{
    [Test]
    public void Full_ranks_are_the_linear_layer()
    {
        TensorTrainShape shape = new([2, 3, 2], [3, 2, 2], int.MaxValue);
        double[] weight = Samples.Uniform<double>(1, 144), bias = Samples.Uniform<double>(2, 12), x = Samples.Uniform<double>(3, 5 * 12);
        (_, TensorTrainLinear<double> layer) = Make(shape);
        layer.Set(TensorTrain.Decompose(WorkerPool.Single, shape, weight), bias);

        Assert.That(Forward(layer, x, 12), Is.EqualTo(LinearOracle.Rows(x, weight, bias)).Within(1e-12));
    }

    [Test]
    public void Small_ranks_are_the_product_of_their_cores_and_have_its_derivative()
    {
        TensorTrainShape shape = new([2, 3], [3, 2], rank: 2);
        (ParameterStore<double> store, TensorTrainLinear<double> layer) = Make(shape);
        double[] x = Samples.Uniform<double>(3, 4 * 6), upstream = Samples.Uniform<double>(4, 4 * 6);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(4, 6)), y = layer.Forward(tape, leaf);
        double[] found = y.Span.ToArray(), dx = tape.Backward(y, upstream)[leaf].ToArray(), dparameters = [.. store.Gradients];

        Assert.That(found, Is.EqualTo(Naive(x)).Within(1e-12));
        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Naive(at))));
        Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, _ => CentralDifferences.Dot(upstream, Naive(x))));

        double[] Naive(double[] at) => LinearOracle.Rows(
            at, TensorTrainTests.Multiplied(shape, [store.Parameters[0].Values.ToArray(), store.Parameters[1].Values.ToArray()]), store.Parameters[2].Values.ToArray());
    }

    [Test]
    public void Elements_are_of_the_size_that_keeps_variances()
    {
        TensorTrainShape shape = new([4, 4, 4], [4, 4, 4], rank: 8);
        (_, TensorTrainLinear<double> layer) = Make(shape);
        double[] y = Forward(layer, Samples.Normal<double>(new Random(1), 200 * 64), 64);
        Assert.That(y.Average(value => value * value), Is.EqualTo(1).Within(0.5));
    }

    private static (ParameterStore<double> Store, TensorTrainLinear<double> Layer) Make(TensorTrainShape shape)
    {
        ParameterStore<double> store = new();
        TensorTrainLinear<double> layer = new(store, "l", shape);
        store.Initialize(seed: 1);
        return (store, layer);
    }

    private static double[] Forward(TensorTrainLinear<double> layer, double[] x, int inputs)
    {
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        return layer.Forward(tape, new Tensor<double>(x, new Shape(x.Length / inputs, inputs))).Span.ToArray();
    }
}
