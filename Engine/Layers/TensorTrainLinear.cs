using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// y = x W^T + b with W a train of cores (<see cref="TensorTrainShape"/>), as CompactifAI compresses linear layers (Tomut et al.,
/// arXiv 2401.14109): decomposed by <see cref="TensorTrain"/>, then trained on, which heals what was cut. Parameters <c>cores.{k}</c>
/// [factors of the site and rank behind it, rank before it] and <c>bias</c> [outputs].
/// </summary>
/// <remarks>W is multiplied together in every pass: what is saved are parameters, not time.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class TensorTrainLinear<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorTrainShape _shape;
    private readonly Parameter<T>[] _cores;
    private readonly Parameter<T> _bias;
    private readonly Tensor<T>[] _zeros;
    private readonly int[] _order;

    /// <summary>Declares the parameters; the elements of W have variance 1 / inputs at first, the bias is 0.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="shape">The train.</param>
    public TensorTrainLinear(ParameterStore<T> store, string name, TensorTrainShape shape)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(shape);
        (_shape, _order) = (shape, shape.Order());
        (_cores, _zeros) = (new Parameter<T>[shape.Sites], new Tensor<T>[shape.Sites]);
        // An element is a sum over all ranks of products of one number a core.
        double variance = 1.0 / shape.Inputs;
        for (int site = 1; site < shape.Sites; site++) variance /= shape.Rank(site);
        double deviation = Math.Pow(variance, 0.5 / shape.Sites);
        for (int site = 0; site < shape.Sites; site++)
        {
            int rows = shape.SiteSize(site) * shape.Rank(site + 1);
            _cores[site] = store.Matrix($"{name}.cores.{site}", rows, shape.Rank(site), Initializer.Normal(deviation));
            _zeros[site] = new(new T[rows], Shape.Vector(rows));
        }
        _bias = store.Vector($"{name}.bias", shape.Outputs, Initializer.Zeros);
    }

    /// <summary>Sets the parameters to those of a decomposed layer.</summary>
    /// <param name="cores">From <see cref="TensorTrain.Decompose"/>.</param>
    /// <param name="bias">[outputs].</param>
    /// <exception cref="ArgumentException">They are of another shape.</exception>
    public void Set(double[][] cores, ReadOnlySpan<double> bias)
    {
        ArgumentNullException.ThrowIfNull(cores);
        Require.Equal(cores.Length, _cores.Length);
        Require.Elements(bias, _shape.Outputs);
        for (int site = 0; site < cores.Length; site++) Require.Elements<double>(cores[site], _cores[site].Shape.Length, nameof(cores));
        for (int site = 0; site < cores.Length; site++) Fill(_cores[site], cores[site]);
        Fill(_bias, bias);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        return tape.Release(mark, Linear.Apply(tape, x, Weight(tape), _bias.Tensor));
    }

    /// <summary>W [outputs, inputs].</summary>
    private Tensor<T> Weight(Tape<T> tape)
    {
        Tensor<T> product = _cores[0].Tensor.As(new Shape(_shape.SiteSize(0), _shape.Rank(1)));
        for (int site = 1; site < _shape.Sites; site++)
        {
            product = Linear.Apply(tape, product, _cores[site].Tensor, _zeros[site]);
            product = product.As(new Shape(product.Shape.Length / _shape.Rank(site + 1), _shape.Rank(site + 1)));
        }
        Tensor<T> inOrder = Gather.Apply(tape, product.As(new Shape(product.Shape.Length, 1)), _order);
        return inOrder.As(new Shape(_shape.Outputs, _shape.Inputs));
    }

    private static void Fill(Parameter<T> parameter, ReadOnlySpan<double> values)
    {
        Span<T> to = parameter.Values.Span;
        for (int i = 0; i < to.Length; i++) to[i] = T.CreateTruncating(values[i]);
        parameter.Changed();
    }
}
