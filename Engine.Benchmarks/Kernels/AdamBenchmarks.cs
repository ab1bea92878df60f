using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>A step of Adam with decoupled weight decay, on one thread.</summary>
[Traffic(nameof(Update), 7)]
public class AdamBenchmarks
{
    private static readonly Adam<float> First =
        new(Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-8f, LearningRate: 1e-3f, WeightDecay: 0.01f, GradientScale: 0.5f, Step: 1);

    private AlignedBuffer<float> _parameters, _gradients, _first, _second;

    /// <summary>The parameters.</summary>
    [ParamsSource(nameof(Cases))]
    public RowsShape Shape { get; set; } = Shapes.Parameters[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<RowsShape> Cases => Shapes.Parameters;

    [GlobalSetup]
    public void Setup()
    {
        (_parameters, _gradients) = (Inputs.Gaussian(Shape.Length, 1), Inputs.Gaussian(Shape.Length, 2));
        (_first, _second) = (Inputs.Zeros(Shape.Length), Inputs.Zeros(Shape.Length));
        double[] expected = NaiveFirstStep();
        Update();
        Check.Close(nameof(Update), _parameters.Span, expected);
    }

    [Benchmark]
    public void Update() => First.Update(WorkerPool.Single, _parameters.Span, _gradients.Span, _first.Span, _second.Span);

    /// <summary>From moments of zero the bias corrections leave the gradient and its absolute value.</summary>
    private double[] NaiveFirstStep()
    {
        double[] updated = Inputs.Wide(_parameters.Span);
        for (int i = 0; i < updated.Length; i++)
        {
            double gradient = First.GradientScale * (double)_gradients.Span[i];
            updated[i] -= First.LearningRate * ((First.WeightDecay * updated[i]) + (gradient / (Math.Abs(gradient) + First.Epsilon)));
        }
        return updated;
    }
}
