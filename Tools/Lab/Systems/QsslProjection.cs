using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>
/// QSSL's head of pretraining (arXiv 2103.14653 and its code): a linear map without bias, batch normalisation, ReLU, a linear map. It is
/// only trained, so that what batches had before is never asked for.
/// </summary>
internal sealed class QsslProjection
{
    private const float Epsilon = 1e-5f, Momentum = 0.1f;

    private readonly LinearLayer<float> _in, _out;
    private readonly Parameter<float> _gamma, _beta;
    private readonly RunningMoments<float> _running;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="width">Columns in and out.</param>
    public QsslProjection(ParameterStore<float> store, int width)
    {
        _in = new(store, "projection.0", width, width, Initializer.Uniform(1 / Math.Sqrt(width)), hasBias: false);
        _gamma = store.Vector("projection.1.weight", width, Initializer.Ones);
        _beta = store.Vector("projection.1.bias", width, Initializer.Zeros);
        _running = new(Constant(width), Constant(width), Momentum);
        _out = Mlp.Linear(store, "projection.3", width, width);
    }

    /// <summary>Projects a batch.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, width], at least two rows.</param>
    public Tensor<float> Forward(Tape<float> tape, Tensor<float> x)
    {
        Tensor<float> y = _in.Forward(tape, x);
        y = BatchNorm.Apply(tape, y, _gamma.Tensor, _beta.Tensor, _running, Epsilon, isTraining: true);
        return _out.Forward(tape, Activations.LeakyRelu(tape, y, slope: 0));
    }

    private static Tensor<float> Constant(int width) => new(new float[width], Shape.Vector(width));
}
