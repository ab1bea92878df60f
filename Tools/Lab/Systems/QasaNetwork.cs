using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>The last layer of a <see cref="QasaNetwork"/>.</summary>
internal enum QasaLast
{
    /// <summary>A layer with a circuit.</summary>
    Circuit,

    /// <summary>The same with a classical map in the circuit's place.</summary>
    Bottleneck,

    /// <summary>A layer as the ones before.</summary>
    Encoder,
}

/// <summary>
/// QASA's transformer of sequences of numbers (arXiv 2504.05336): a linear map, layer norm and dropout, sines of the positions, encoder
/// layers, a linear map to a number for every position.
/// </summary>
internal sealed class QasaNetwork
{
    private const int Heads = 4, Layers = 4;
    private const double Dropout = 0.1, Epsilon = 1e-5;

    private readonly int _window;
    private readonly LinearLayer<float> _in, _out;
    private readonly LayerNormLayer<float> _norm;
    private readonly EncoderLayer<float>[] _layers;
    private readonly QasaLayer<float>? _last;
    private readonly float[] _positions;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="hidden">Numbers of a position.</param>
    /// <param name="window">Positions of a sequence.</param>
    /// <param name="last">Its last layer.</param>
    public QasaNetwork(ParameterStore<float> store, int hidden, int window, QasaLast last)
    {
        _window = window;
        BertConfiguration layer = new()
        {
            VocabularySize = 1,
            HiddenSize = hidden,
            Layers = 1,
            Heads = Heads,
            IntermediateSize = 4 * hidden,
            LayerNormEpsilon = Epsilon,
            HiddenDropout = Dropout,
            AttentionDropout = Dropout,
            // As wide as Kaiming's uniform weights.
            InitializerRange = Math.Sqrt(2.0 / hidden),
        };
        _in = Mlp.Linear(store, "in", 1, hidden);
        _norm = new(store, "norm", hidden, Epsilon);
        _layers = new EncoderLayer<float>[last == QasaLast.Encoder ? Layers : Layers - 1];
        for (int i = 0; i < _layers.Length; i++) _layers[i] = new(store, i, layer);
        if (last != QasaLast.Encoder)
        {
            bool isClassical = last == QasaLast.Bottleneck;
            _last = new(store, "last", new() { Hidden = hidden, Heads = Heads, Dropout = Dropout, IsClassical = isClassical });
        }
        _out = Mlp.Linear(store, "out", hidden, 1);
        _positions = Positions(window, hidden);
    }

    /// <summary>Predicts the number after every position.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[sequences window, 1].</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[sequences window, 1].</returns>
    public Tensor<float> Forward(Tape<float> tape, Tensor<float> x, DropoutSequence dropout)
    {
        int sequences = x.Rows / _window;
        int[] offsets = [.. Enumerable.Range(0, sequences + 1).Select(sequence => sequence * _window)];
        Tensor<float> y = _norm.Forward(tape, _in.Forward(tape, x), null);
        Tensor<float> positions = tape.Save(y.Shape);
        for (int sequence = 0; sequence < sequences; sequence++) _positions.CopyTo(positions.Span[(sequence * _positions.Length)..]);
        y = Add.Apply(tape, Drop.Apply(tape, y, dropout.NextOfTokens(Dropout, y.Columns)), positions);
        foreach (EncoderLayer<float> layer in _layers) y = layer.Forward(tape, y, offsets, dropout);
        if (_last is not null) y = _last.Forward(tape, y, offsets, dropout);
        return _out.Forward(tape, y);
    }

    /// <summary>[window, hidden]: sine and cosine of every position at wavelengths from 2 pi to 20,000 pi.</summary>
    private static float[] Positions(int window, int hidden)
    {
        float[] positions = new float[window * hidden];
        for (int i = 0; i < positions.Length; i++)
        {
            (int position, int column) = (i / hidden, i % hidden);
            double angle = position * Math.Pow(10_000, -(double)(column - (column % 2)) / hidden);
            positions[i] = (float)(column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }
        return positions;
    }
}
