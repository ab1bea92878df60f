using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// A Kolmogorov-Arnold layer with one-qubit circuits as its functions, y[o] = sum over i of s (phi(x[i]) + c) + beta SiLU(x[i]), all of
/// edge (o, i) (Jiang et al., arXiv 2509.14026; library qkan). Parameters <c>theta</c> [edges, angles], and as the settings say
/// <c>preacts_weight</c> and <c>preacts_bias</c> [edges, repetitions], <c>postact_weights</c> and <c>postact_bias</c> [edges, 1],
/// <c>base_weight</c> [outputs, inputs].
/// </summary>
/// <remarks>
/// Where edges read x itself and the expectation is read, an edge is a trigonometric polynomial of degree r. Its 2r + 1 values at equal
/// distances are all that is computed of the circuits; their discrete Fourier transform are the coefficients of one matrix product.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QkanLayer<T> : IGate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DaruanPlan _plan, _samples;
    private readonly QkanSettings _settings;
    private readonly Parameter<T> _theta;
    private readonly Parameter<T>? _frequencies, _offsets, _scales, _shifts, _base;
    private readonly Tensor<T> _ones, _zeros, _nodes, _transform, _noBias;

    /// <summary>Declares the parameters; theta is drawn as Xavier's normal distribution over [outputs, inputs, angles].</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="settings">What the edges are.</param>
    public QkanLayer(ParameterStore<T> store, string name, int inputs, int outputs, QkanSettings settings)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _plan = new(inputs, outputs, settings.Repetitions, settings.Ansatz, settings.Readout);
        (int edges, int r) = (_plan.Edges, settings.Repetitions);
        double deviation = Math.Sqrt(2 / ((double)(inputs + outputs) * _plan.Angles));
        _theta = store.Matrix($"{name}.theta", edges, _plan.Angles, Initializer.Normal(deviation));
        if (settings.TrainsData) _frequencies = store.Matrix($"{name}.preacts_weight", edges, r, Initializer.Ones);
        else if (ReadsScaled) _ones = Constant(new Shape(edges, r), T.One);
        if (ReadsScaled) _offsets = store.Matrix($"{name}.preacts_bias", edges, r, Initializer.Zeros);
        if (settings.TrainsScale)
        {
            _scales = store.Matrix($"{name}.postact_weights", edges, 1, Initializer.Ones);
            _shifts = store.Matrix($"{name}.postact_bias", edges, 1, Initializer.Zeros);
        }
        if (settings.HasBase) _base = store.Matrix($"{name}.base_weight", outputs, inputs, Initializer.Same(0.5));
        _zeros = Constant(Shape.Vector(outputs), T.Zero);
        _samples = _plan.With(1, edges);
        (_nodes, _transform) = Fourier(r);
        _noBias = Constant(_nodes.Shape, T.Zero);
    }

    /// <summary>Columns of x.</summary>
    public int Inputs => _plan.Inputs;

    /// <summary>Columns of y.</summary>
    public int Outputs => _plan.Outputs;

    private bool ReadsScaled => _settings.TrainsData || _settings.Ansatz == DaruanAnsatz.Rpz;

    private bool IsPolynomial =>
        !ReadsScaled && _settings.Readout == DaruanReadout.Expectation && _settings.Ansatz != DaruanAnsatz.Px;

    private DaruanTensors<T> Parameters => new(
        _theta.Tensor, _frequencies?.Tensor ?? _ones, _offsets?.Tensor ?? default, _scales?.Tensor ?? default, _shifts?.Tensor ?? default);

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs]; for ansatz px in [-1, 1], beyond which an edge stays as it is there.</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(QkanLayer<T>), x.Shape, Inputs);
        var mark = tape.Mark();
        Tensor<T> edges = IsPolynomial && !tape.KeepsCircuits
            ? Polynomials(tape, x)
            : Transpose.Apply(tape, DaruanLayer.Apply(tape, _plan, Transpose.Apply(tape, x), Parameters));
        return tape.Release(
            mark, _base is null ? edges : Linear.Apply(tape, Activations.Silu(tape, x), _base.Tensor, _zeros, edges));
    }

    /// <summary>
    /// Layer extension: sets the parameters of a layer with at least as many repetitions so that it computes what this one does. What is
    /// added turns the qubit about z alone, which no readout sees.
    /// </summary>
    /// <param name="longer">Of the same settings but the repetitions; its ansatz is pz or rpz.</param>
    /// <exception cref="ArgumentException">It is another.</exception>
    public void ExtendTo(QkanLayer<T> longer)
    {
        ArgumentNullException.ThrowIfNull(longer);
        bool sameButLonger = longer._settings == _settings with { Repetitions = longer._settings.Repetitions }
            && longer._settings.Repetitions >= _settings.Repetitions && (longer.Inputs, longer.Outputs) == (Inputs, Outputs);
        if (!sameButLonger || _settings.Ansatz is not (DaruanAnsatz.Pz or DaruanAnsatz.Rpz))
            throw new ArgumentException("expected the same layer with more repetitions, of ansatz pz or rpz", nameof(longer));
        Extend(_theta, longer._theta, T.Zero);
        if (_frequencies is not null) Extend(_frequencies, longer._frequencies!, T.One);
        if (_offsets is not null) Extend(_offsets, longer._offsets!, T.Zero);
        if (_scales is not null) Extend(_scales, longer._scales!, T.One);
        if (_shifts is not null) Extend(_shifts, longer._shifts!, T.Zero);
        if (_base is not null) Extend(_base, longer._base!, T.Zero);
    }

    private Tensor<T> Polynomials(Tape<T> tape, Tensor<T> x)
    {
        Tensor<T> values = DaruanLayer.Apply(tape, _samples, _nodes, Parameters);
        Tensor<T> coefficients = Linear.Apply(tape, values, _transform, _noBias);
        int functions = _nodes.Columns;
        Tensor<T> expanded = FourierExpansion.Apply(tape, x, _settings.Repetitions, hasConstant: true);
        return Linear.Apply(tape, expanded, coefficients.As(new Shape(Outputs, Inputs * functions)), _zeros);
    }

    private static void Extend(Parameter<T> from, Parameter<T> to, T rest)
    {
        to.Values.Span.Fill(rest);
        for (int row = 0; row < from.Shape.Rows; row++)
            from.Values.Span.Slice(row * from.Shape.Columns, from.Shape.Columns).CopyTo(to.Values.Span[(row * to.Shape.Columns)..]);
        to.Changed();
    }

    private static Tensor<T> Constant(Shape shape, T value)
    {
        T[] values = new T[shape.Length];
        Array.Fill(values, value);
        return new(values, shape);
    }

    /// <summary>2r + 1 angles at equal distances, [1, n], and the transform from values at them to coefficients, [n, n].</summary>
    private static (Tensor<T> Nodes, Tensor<T> Transform) Fourier(int degree)
    {
        int n = (2 * degree) + 1;
        T[] nodes = new T[n], transform = new T[n * n];
        for (int j = 0; j < n; j++)
        {
            double angle = 2 * Math.PI * j / n;
            nodes[j] = T.CreateTruncating(angle);
            transform[j] = T.CreateTruncating(1.0 / n);
            for (int k = 1; k <= degree; k++)
            {
                // k j modulo n, so that the angle is small.
                (double sin, double cos) = Math.SinCos(2 * Math.PI * (k * j % n) / n);
                transform[(((2 * k) - 1) * n) + j] = T.CreateTruncating(2 * cos / n);
                transform[(2 * k * n) + j] = T.CreateTruncating(2 * sin / n);
            }
        }
        return (new(nodes, Shape.Vector(n)), new(transform, new Shape(n, n)));
    }
}
