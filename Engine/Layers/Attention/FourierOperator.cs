using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Learnable attention of KArAt (Maity et al., arXiv 2503.10632): a row r of scores becomes W z, z[p] = sum over q and m up to G of
/// a cos(m r[q]) + b sin(m r[q]), for every head by itself and without softmax. Parameters of head h: <c>{h}.fourier</c> [rank, 2 G n],
/// cosine and sine of a harmonic side by side, and <c>{h}.out</c> [n, rank].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class FourierOperator<T> : IScoreOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _heads, _length, _harmonics;
    private readonly Parameter<T>[] _fourier, _out;
    private readonly Tensor<T> _rankZeros, _zeros;
    private int[] _byHead = [], _back = [];

    /// <summary>Declares the parameters, normal with variances that keep a row's size.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="length">n, tokens of a sequence.</param>
    /// <param name="harmonics">G.</param>
    /// <param name="rank">Numbers between; 12 in the publication.</param>
    public FourierOperator(ParameterStore<T> store, string name, int heads, int length, int harmonics, int rank)
    {
        ArgumentNullException.ThrowIfNull(store);
        Require.Range(heads, 1, int.MaxValue);
        Require.Range(harmonics, 1, 1000);
        (_heads, _length, _harmonics) = (heads, length, harmonics);
        (_fourier, _out) = (new Parameter<T>[heads], new Parameter<T>[heads]);
        for (int head = 0; head < heads; head++)
        {
            int functions = 2 * harmonics * length;
            _fourier[head] = store.Matrix($"{name}.{head}.fourier", rank, functions, Initializer.Normal(1 / Math.Sqrt(functions)));
            _out[head] = store.Matrix($"{name}.{head}.out", length, rank, Initializer.Normal(1 / Math.Sqrt(rank)));
        }
        _rankZeros = new(new T[rank], Shape.Vector(rank));
        _zeros = new(new T[length], Shape.Vector(length));
    }

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> scores)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (_heads == 1) return Head(tape, scores, 0);
        if (_byHead.Length != scores.Rows) (_byHead, _back) = Order(scores.Rows);
        int rows = scores.Rows / _heads;
        Tensor<T>[] parts = new Tensor<T>[_heads];
        for (int head = 0; head < _heads; head++)
            parts[head] = Head(tape, Gather.Apply(tape, scores, _byHead.AsMemory(head * rows, rows)), head);
        return Gather.Apply(tape, Concatenate.Apply(tape, parts), _back);
    }

    /// <summary>The rows of every head one after another, and where each row is then.</summary>
    private (int[] ByHead, int[] Back) Order(int rows)
    {
        int[] byHead = new int[rows], back = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            int head = row / _length % _heads, place = (row / (_length * _heads) * _length) + (row % _length);
            back[row] = (head * (rows / _heads)) + place;
            byHead[back[row]] = row;
        }
        return (byHead, back);
    }

    private Tensor<T> Head(Tape<T> tape, Tensor<T> rows, int head)
    {
        Tensor<T> functions = FourierExpansion.Apply(tape, rows, _harmonics, hasConstant: false);
        return Linear.Apply(tape, Linear.Apply(tape, functions, _fourier[head].Tensor, _rankZeros), _out[head].Tensor, _zeros);
    }
}
