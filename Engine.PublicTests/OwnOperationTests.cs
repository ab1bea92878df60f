using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace Examples;

/// <summary>Engine/Autodiff/README.md, docs/library.md: an operation that the engine does not know, and its gradient checked.</summary>
public sealed class OwnOperationTests
{
    [Test]
    public void Its_gradient_is_that_of_central_differences()
    {
        GradCheck.Input x = new([0.3, -1.2, 2, 0.7, -0.1, 1.5], new Shape(2, 3));

        Assert.That(GradCheck.Run((tape, inputs) => Square.Apply(tape, inputs[0]), [x], seed: 1).Error, Is.LessThan(1e-6));
        Assert.That(GradCheck.Run((tape, inputs) => Square.Apply(tape, Square.Apply(tape, inputs[0])), [x], seed: 2).Error, Is.LessThan(1e-6));
    }
}

internal readonly struct Square : IOp<double>
{
    private readonly Tensor<double> _x, _y;

    private Square(Tensor<double> x, Tensor<double> y) => (_x, _y) = (x, y);

    public static Tensor<double> Apply(Tape<double> tape, Tensor<double> x)
    {
        Tensor<double> y = tape.Output(x.Shape, x);
        for (int i = 0; i < x.Shape.Length; i++) y.Span[i] = x.Span[i] * x.Span[i];
        if (y.NeedsGradient) tape.Record(new Square(x, y));
        return y;
    }

    public void Backward(Gradients<double> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<double> dy) || !gradients.Wants(_x)) return;
        Span<double> dx = gradients[_x];
        for (int i = 0; i < dy.Length; i++) dx[i] += 2 * _x.Span[i] * dy[i];
    }
}
