using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Tests.Autodiff;

/// <summary>Mistakes that backward passes are known for.</summary>
public enum Fault
{
    None,
    Factor,
    MissingTerm,
    TransposedWeight,
    ReplacesInput,
    ReplacesWeight,
    Sign,
    NotANumber,
    OneElement,
}

/// <summary>y = x + x W^T with a square W and a mistake in its backward pass.</summary>
internal readonly struct FaultyLinear : IOp<double>
{
    public const int WrongElement = 5;

    private readonly Fault _fault;
    private readonly Tensor<double> _x, _weight, _y;

    private FaultyLinear(Fault fault, Tensor<double> x, Tensor<double> weight, Tensor<double> y) => (_fault, _x, _weight, _y) = (fault, x, weight, y);

    public static Tensor<double> Apply(Tape<double> tape, Tensor<double> x, Tensor<double> weight, Fault fault)
    {
        int n = x.Columns;
        Tensor<double> y = tape.Output(x.Shape, x, weight);
        for (int row = 0; row < x.Rows; row++)
        {
            for (int o = 0; o < n; o++)
            {
                double sum = x.Span[(row * n) + o];
                for (int i = 0; i < n; i++) sum += x.Span[(row * n) + i] * weight.Span[(o * n) + i];
                y.Span[(row * n) + o] = sum;
            }
        }
        tape.Record(new FaultyLinear(fault, x, weight, y));
        return y;
    }

    public void Backward(Gradients<double> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<double> dy)) return;
        int n = _x.Columns;
        double[] dx = new double[_x.Shape.Length], dw = new double[_weight.Shape.Length];
        for (int row = 0; row < _x.Rows; row++)
        {
            for (int i = 0; i < n; i++)
            {
                if (_fault != Fault.MissingTerm) dx[(row * n) + i] += dy[(row * n) + i];
                for (int o = 0; o < n; o++)
                {
                    dx[(row * n) + i] += dy[(row * n) + o] * _weight.Span[_fault == Fault.TransposedWeight ? (i * n) + o : (o * n) + i];
                    dw[(o * n) + i] += dy[(row * n) + o] * _x.Span[(row * n) + i];
                }
            }
        }
        Distort(dw);
        Write(dx, gradients[_x], replace: _fault == Fault.ReplacesInput);
        Write(dw, gradients[_weight], replace: _fault == Fault.ReplacesWeight);
    }

    private void Distort(double[] dw)
    {
        if (_fault == Fault.NotANumber) dw[^1] = double.NaN;
        if (_fault == Fault.OneElement) dw[WrongElement] += 1e-3;
        double factor = _fault switch { Fault.Factor => 1.001, Fault.Sign => -1, _ => 1 };
        for (int i = 0; i < dw.Length; i++) dw[i] *= factor;
    }

    private static void Write(double[] values, Span<double> gradient, bool replace)
    {
        for (int i = 0; i < values.Length; i++) gradient[i] = replace ? values[i] : gradient[i] + values[i];
    }
}
