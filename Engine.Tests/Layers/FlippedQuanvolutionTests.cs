using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>The convolution by observables, against a reference number, its definition and the convolution that it is.</summary>
public sealed class FlippedQuanvolutionTests
{
    private static readonly ImageShape Image = new(4, 5, 2);

    [Test]
    public void Reference_number()
    {
        Check<double>(1e-9);
        Check<float>(1e-5);

        static void Check<T>(double within)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            ParameterStore<T> store = new();
            FlippedQuanvolution<T> layer = new(store, "q", new ImageShape(3, 3, 1), outputs: 1);
            store.Allocate();
            Samples.As<T>([.. Enumerable.Range(1, 15).Select(k => 0.02 * k), 0]).CopyTo(store.Values, 0);
            Tensor<T> x = new(Samples.As<T>(PublishedNumbers.Of("flipped_quanv3x3", "patch")), new Shape(1, 9));

            double found = double.CreateTruncating(layer.Forward(new(WorkerPool.Single, recording: false), x).Span[0]);

            Assert.That(found, Is.EqualTo(PublishedNumbers.Root.GetProperty("flipped_quanv3x3").GetProperty("out").GetDouble()).Within(within), typeof(T).Name);
        }
    }

    [Test]
    public void The_layer_is_its_definition_and_has_its_derivative()
    {
        (ParameterStore<double> store, FlippedQuanvolution<double> layer) = Make(outputs: 3);
        double[] x = Samples.Uniform<double>(1, 2 * Image.Length), upstream = Samples.Uniform<double>(2, 2 * layer.Result.Length);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(2, Image.Length)), y = layer.Forward(tape, leaf);
        double[] found = y.Span.ToArray(), dx = tape.Backward(y, upstream)[leaf].ToArray(), dparameters = [.. store.Gradients];

        Assert.That(layer.Result, Is.EqualTo(new ImageShape(2, 3, 3)));
        Assert.That(found, Is.EqualTo(Measured(x, store.Values)).Within(1e-12));
        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Measured(at, store.Values))));
        Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, at => CentralDifferences.Dot(upstream, Measured(x, at))));
    }

    /// <summary>Conv2d with the kernel Re(s s^dagger) / channels, whose nine numbers are six and of rank two at most.</summary>
    [Test]
    public void The_layer_is_a_convolution_with_a_symmetric_kernel_of_low_rank()
    {
        (ParameterStore<double> store, FlippedQuanvolution<double> layer) = Make(outputs: 3);
        double[] x = Samples.Uniform<double>(1, Image.Length), convolved = new double[layer.Result.Length];
        for (int o = 0; o < 3; o++)
        {
            double[][] kernels = [.. Enumerable.Range(0, 2).Select(c => Kernel(State(store.Values, (2 * o) + c)))];
            foreach (double[] k in kernels)
            {
                Assert.That(k, Is.EqualTo(k.Select((_, i) => k[(i % 3 * 3) + (i / 3)])).Within(1e-15));
                Assert.That((k[0] * ((k[4] * k[8]) - (k[5] * k[7]))) - (k[1] * ((k[3] * k[8]) - (k[5] * k[6]))) + (k[2] * ((k[3] * k[7]) - (k[4] * k[6]))), Is.Zero.Within(1e-15));
            }
            for (int place = 0; place < 6; place++)
                convolved[(3 * place) + o] = store.Values[90 + o] + Enumerable.Range(0, 2).Sum(c => Patch(x, place, c).Zip(kernels[c], (a, b) => a * b / 2).Sum());
        }

        Assert.That(layer.Forward(new(WorkerPool.Single, recording: false), new(x, new Shape(1, Image.Length))).Span.ToArray(), Is.EqualTo(convolved).Within(1e-12));
    }

    private static double[] Measured(double[] x, double[] parameters) =>
    [
        .. from image in x.Chunk(Image.Length)
        from place in Enumerable.Range(0, 6)
        from o in Enumerable.Range(0, 3)
        select parameters[90 + o] + Enumerable.Range(0, 2).Average(c => Expectation(State(parameters, (2 * o) + c), Patch(image, place, c))),
    ];

    /// <summary>Of the patch with zeros below and to the right, made symmetric.</summary>
    private static double Expectation(Complex[] s, double[] patch)
    {
        double[] padded = [.. Enumerable.Range(0, 16).Select(i => i / 4 < 3 && i % 4 < 3 ? patch[(i / 4 * 3) + (i % 4)] : 0)];
        return CircuitOracle.Dot(s, CircuitOracle.Product(UnitaryOracle.Symmetric(padded, 4), s)).Real;
    }

    private static Complex[] State(double[] parameters, int row)
    {
        Complex[] u = UnitaryOracle.Exponential(UnitaryOracle.PauliSum(2, parameters[(15 * row)..(15 * (row + 1))]));
        return [u[0], u[4], u[8], u[12]];
    }

    private static double[] Kernel(Complex[] s) => [.. Enumerable.Range(0, 9).Select(i => (s[i / 3] * Complex.Conjugate(s[i % 3])).Real)];

    private static double[] Patch(double[] image, int place, int channel) =>
        [.. Enumerable.Range(0, 9).Select(i => image[(((((place / 3) + (i / 3)) * Image.Width) + (place % 3) + (i % 3)) * Image.Channels) + channel])];

    private static (ParameterStore<double> Store, FlippedQuanvolution<double> Layer) Make(int outputs)
    {
        ParameterStore<double> store = new();
        FlippedQuanvolution<double> layer = new(store, "q", Image, outputs);
        store.Initialize(seed: 1);
        return (store, layer);
    }
}
