using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Tests.Ops;

/// <summary>y = a + weight b, to use a result or an input twice.</summary>
internal readonly struct Blend : IOp<double>
{
    private readonly Tensor<double> _a, _b, _y;
    private readonly double _weight;

    private Blend(Tensor<double> a, Tensor<double> b, Tensor<double> y, double weight) => (_a, _b, _y, _weight) = (a, b, y, weight);

    public static Tensor<double> Apply(Tape<double> tape, Tensor<double> a, Tensor<double> b, double weight)
    {
        Tensor<double> y = tape.Output(a.Shape, a, b);
        for (int i = 0; i < y.Shape.Length; i++) y.Span[i] = a.Span[i] + (weight * b.Span[i]);
        tape.Record(new Blend(a, b, y, weight));
        return y;
    }

    public void Backward(Gradients<double> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<double> dy)) return;
        Span<double> da = gradients[_a];
        for (int i = 0; i < dy.Length; i++) da[i] += dy[i];
        Span<double> db = gradients[_b];
        for (int i = 0; i < dy.Length; i++) db[i] += _weight * dy[i];
    }
}
