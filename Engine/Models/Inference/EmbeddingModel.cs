using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Models;

/// <summary>Encoder, pooling and head over one parameter store: from token ids to representations.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class EmbeddingModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IHead<T> _head;

    /// <summary>Declares all parameters, the encoder's first; their values are still to be initialised or read.</summary>
    /// <param name="encoder">Sizes of the encoder.</param>
    /// <param name="head">The head; its input dimension is the encoder's hidden size.</param>
    /// <param name="pooling">How a text's token vectors become one.</param>
    /// <exception cref="QEngineException">The sizes do not fit together.</exception>
    public EmbeddingModel(BertConfiguration encoder, HeadConfiguration head, PoolingMode pooling = PoolingMode.Mean)
        : this(encoder, head, pooling, toCompute: false)
    {
    }

    private EmbeddingModel(BertConfiguration encoder, HeadConfiguration head, PoolingMode pooling, bool toCompute)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(head);
        Require.Named(pooling);
        encoder.Validate("encoder");
        if (head.InputDimension != encoder.HiddenSize)
            throw new QEngineException(
                $"expected a head with {encoder.HiddenSize} inputs as the encoder has outputs, found {head.InputDimension}");
        Head = head;
        Pooling = pooling;
        Encoder = new BertEncoder<T>(Parameters, encoder);
        EncoderParameters = Parameters.Parameters.Count;
        EncoderLength = Parameters.Count;
        _head = head.Create(Parameters);
        if (toCompute) Parameters.AllocateUnpacked();
        else Parameters.Allocate();
    }

    /// <summary>
    /// A model whose values are to be read and which then only computes: its matrices are packed as they are read, and the flat buffer is
    /// made when somebody asks for it, to train or to change them.
    /// </summary>
    internal static EmbeddingModel<T> ToCompute(BertConfiguration encoder, HeadConfiguration head, PoolingMode pooling) =>
        new(encoder, head, pooling, toCompute: true);

    /// <summary>All parameters, in one flat buffer.</summary>
    public ParameterStore<T> Parameters { get; } = new();

    /// <summary>How many of the parameters belong to the encoder; the head's follow.</summary>
    public int EncoderParameters { get; }

    /// <summary>Elements of the encoder's parameters, which come first in the flat buffer.</summary>
    public int EncoderLength { get; }

    /// <summary>The encoder.</summary>
    public BertEncoder<T> Encoder { get; }

    /// <summary>How a text's token vectors become one.</summary>
    public PoolingMode Pooling { get; }

    /// <summary>The head's configuration.</summary>
    public HeadConfiguration Head { get; }

    /// <summary>Pooled last hidden states.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[sequences, hidden].</returns>
    public Tensor<T> Pool(Tape<T> tape, PackedSequences batch, DropoutSequence dropout)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(dropout);
        var mark = tape.Mark();
        if (Pooling == PoolingMode.Cls)
        {
            TokenSelection firsts = new(batch.Offsets[..^1], dropout.Position.Sequences);
            return tape.Release(mark, Encoder.Forward(tape, batch, dropout, firsts));
        }
        Tensor<T> states = Encoder.Forward(tape, batch, dropout);
        return tape.Release(
            mark,
            batch.PooledTokens == batch.Tokens
                ? Pool(tape, states, batch.Offsets)
                : Pool(tape, Gather.Apply(tape, states, batch.Pooled), batch.PooledOffsets));
    }

    private Tensor<T> Pool(Tape<T> tape, Tensor<T> states, ReadOnlyMemory<int> offsets) => Pooling switch
    {
        PoolingMode.Max => MaxPool.Apply(tape, states, offsets),
        PoolingMode.MeanSqrtLen => MeanPool.Apply(tape, states, offsets, MeanDivisor.SquareRootOfLength),
        _ => MeanPool.Apply(tape, states, offsets),
    };

    /// <summary>Applies the head to pooled vectors.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="pooled">[rows, hidden].</param>
    /// <returns>[rows, <see cref="HeadConfiguration.RepresentationWidth"/>].</returns>
    public Tensor<T> Represent(Tape<T> tape, Tensor<T> pooled)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return _head.Forward(tape, pooled);
    }
}
