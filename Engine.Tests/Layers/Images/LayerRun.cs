using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>A layer of images with random parameters, in double.</summary>
internal sealed class LayerRun
{
    private static readonly WorkerPool Three = new(3);

    private readonly Func<Tape<double>, Tensor<double>, Tensor<double>> _forward;

    /// <summary>Makes a layer; parameters are not those at first, as some of them are 0.</summary>
    public LayerRun(Func<ParameterStore<double>, Func<Tape<double>, Tensor<double>, Tensor<double>>> build)
    {
        _forward = build(Store);
        Store.Initialize(seed: 1);
        RandomParameters.Fill(Store, seed: 2);
        // Variances are positive.
        foreach (Parameter<double> parameter in Store.Parameters)
            if (parameter.Name.EndsWith("running_var", StringComparison.Ordinal)) foreach (ref double value in parameter.Values.Span) value = 0.5 + (value * value);
    }

    public ParameterStore<double> Store { get; } = new();

    public double[] Values(string name) => Store.Parameters.Single(p => p.Name == name).Values.ToArray();

    // Recording, as inference keeps copies of weights, which central differences change.
    public double[] Forward(double[] x, int rows) => _forward(new Tape<double>(WorkerPool.Single, recording: true), new Tensor<double>(x, new Shape(rows, x.Length / rows))).Span.ToArray();

    public double[] Infer(double[] x, int rows) => _forward(new Tape<double>(WorkerPool.Single, recording: false), new Tensor<double>(x, new Shape(rows, x.Length / rows))).Span.ToArray();

    /// <summary>Gradients of inputs and parameters are those of central differences, and the same bits on three threads.</summary>
    public void CheckGradients(double[] x, int rows, double[] upstream)
    {
        (double[] y, double[] dx, double[] dparameters) = Run(WorkerPool.Single);
        (double[] sameY, double[] sameDx, double[] sameDparameters) = Run(Three);
        Bits.AreEqual<double>("results on three threads", sameY, y);
        Bits.AreEqual<double>("gradients of inputs on three threads", sameDx, dx);
        Bits.AreEqual<double>("gradients of parameters on three threads", sameDparameters, dparameters);

        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Forward(at, rows))));
        double[] expected = CentralDifferences.Gradient(Store.Values, _ => CentralDifferences.Dot(upstream, Forward(x, rows)));
        Near.Gradients("parameters", dparameters, expected[..Store.Count]);

        (double[], double[], double[]) Run(WorkerPool workers)
        {
            Array.Clear(Store.Gradients);
            Tape<double> tape = new(workers, recording: true, Store.Gradients);
            Tensor<double> leaf = tape.Leaf(x, new Shape(rows, x.Length / rows)), result = _forward(tape, leaf);
            double[] values = result.Span.ToArray();
            return (values, tape.Backward(result, upstream)[leaf].ToArray(), Store.Gradients[..Store.Count]);
        }
    }
}
