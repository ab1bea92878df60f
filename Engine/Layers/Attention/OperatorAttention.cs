using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Multi-head attention of sequences of one length with another operator in place of softmax, as in QDSFormer (arXiv 2504.16275) and
/// KArAt (arXiv 2503.10632). Parameters of <c>qkv</c> and <c>out</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class OperatorAttention<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly HeadMatrices _plan;
    private readonly LinearLayer<T> _projections, _output;
    private readonly IScoreOperator<T> _operator;

    /// <summary>Declares the parameters, uniform within 1/sqrt(hidden).</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="hidden">Numbers of a token.</param>
    /// <param name="heads">Heads; divides hidden.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="scoreOperator">What makes weights of scores.</param>
    public OperatorAttention(ParameterStore<T> store, string name, int hidden, int heads, int length, IScoreOperator<T> scoreOperator)
    {
        ArgumentNullException.ThrowIfNull(scoreOperator);
        Require.Range(heads, 1, hidden);
        Require.Range(length, 1, 1 << 15);
        Require.Equal(hidden % heads, 0);
        _plan = new(heads, hidden / heads, length);
        _operator = scoreOperator;
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(hidden));
        _projections = new(store, $"{name}.qkv", hidden, 3 * hidden, uniform, uniform);
        _output = new(store, $"{name}.out", hidden, hidden, uniform, uniform);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[sequences length, hidden].</param>
    /// <returns>[sequences length, hidden].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        Tensor<T> qkv = _projections.Forward(tape, x);
        Tensor<T> weights = _operator.Forward(tape, AttentionScores.Apply(tape, _plan, qkv));
        return tape.Release(mark, _output.Forward(tape, AttentionSums.Apply(tape, _plan, weights, qkv)));
    }
}
