using QEngine.Memory;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Autodiff;

/// <summary>
/// Storage and record of one step: operations allocate their results here and, when recording, are kept in order for
/// the backward pass. The order of recording is a topological order.
/// </summary>
/// <remarks>
/// Blocks and nodes are reused, so a step of a shape seen before allocates nothing on the managed heap. Without
/// recording, <see cref="Release"/> gives back what a block used once its result is moved out. Not for several threads.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Tape<T>
    where T : unmanaged
{
    private readonly Arena<T> _arena = new();
    private readonly Lifetime _lifetime = new();
    private readonly List<Node> _nodes = [];

    // Slots, in their order, of tensors that no operation has made: their gradients stay.
    private readonly List<int> _leaves = [];
    private readonly Gradients<T> _gradients;
    private int _recorded;
    private int _slots;

    // Behind the last parameter that an operation of this step has used.
    private int _parametersEnd;

    /// <summary>Creates a tape.</summary>
    /// <param name="workers">Threads for the kernels.</param>
    /// <param name="recording">Whether operations are recorded; without it no gradient can be computed.</param>
    /// <param name="parameterGradients">Where parameters' gradients are accumulated: the flat buffer of their store, or null.</param>
    /// <param name="checkpointing">Whether blocks that can keep only their inputs and compute the rest again in the backward pass.</param>
    public Tape(WorkerPool workers, bool recording, T[]? parameterGradients = null, bool checkpointing = false)
    {
        ArgumentNullException.ThrowIfNull(workers);
        Workers = workers;
        Recording = ForTraining = recording;
        Checkpointing = checkpointing;
        _gradients = new Gradients<T>(_arena, _lifetime, workers, parameterGradients, checkpointing);
    }

    /// <summary>Threads for the kernels.</summary>
    public WorkerPool Workers { get; }

    /// <summary>Whether operations are recorded now.</summary>
    public bool Recording { get; private set; }

    /// <summary>Whether this is a tape that records, even where it does not at the moment.</summary>
    public bool ForTraining { get; }

    /// <summary>Whether blocks that can keep only their inputs and compute the rest again in the backward pass.</summary>
    public bool Checkpointing { get; }

    /// <summary>Operations recorded since the last reset.</summary>
    public int Recorded => _recorded;

    /// <summary>
    /// Whether a layer runs its circuits themselves, also where their results are computed in another way, so that the record has every
    /// circuit with its inputs.
    /// </summary>
    internal bool KeepsCircuits { get; init; }

    /// <summary>Bytes held for results, gradients and saved values.</summary>
    public unsafe long Bytes => (_arena.Capacity * sizeof(T)) + _gradients.RecomputationBytes;

    /// <summary>Storage that gets no gradient: values saved for the backward pass. Not cleared.</summary>
    /// <param name="shape">Extents.</param>
    public Tensor<T> Save(Shape shape)
    {
        (T[] array, int offset) = _arena.Allocate(shape.Length);
        return new Tensor<T>(array, offset, shape, 0, _lifetime);
    }

    /// <summary>Storage for a result of an operation; it needs a gradient where one of the inputs does. Not cleared.</summary>
    /// <param name="shape">Extents.</param>
    /// <param name="inputs">All inputs of the operation that can have a gradient; an absent one is <c>default</c>.</param>
    /// <exception cref="InvalidOperationException">An input is of another tape or of an earlier step.</exception>
    public Tensor<T> Output(Shape shape, params ReadOnlySpan<Tensor<T>> inputs)
    {
        bool needsGradient = false;
        foreach (ref readonly Tensor<T> input in inputs)
        {
            input.RequireUsableWith(_lifetime);
            needsGradient |= input.NeedsGradient;
            if (input.Slot == Tensor<T>.ParameterSlot) _parametersEnd = Math.Max(_parametersEnd, input.Offset + input.Shape.Length);
        }
        return Result(shape, needsGradient);
    }

    /// <summary>A result of this tape that was computed without recording, now one whose gradient is computed.</summary>
    /// <param name="result">The result.</param>
    /// <exception cref="InvalidOperationException">It is of another tape or of an earlier step.</exception>
    public Tensor<T> WithGradient(Tensor<T> result)
    {
        result.RequireUsableWith(_lifetime);
        Tensor<T> differentiable = new(result.Array, result.Offset, result.Shape, Recording ? ++_slots : 0, _lifetime);
        if (differentiable.NeedsGradient) _leaves.Add(differentiable.Slot);
        return differentiable;
    }

    /// <summary>A copy of the caller's numbers whose gradient can be asked for after the backward pass.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="shape">Extents.</param>
    public Tensor<T> Leaf(ReadOnlySpan<T> values, Shape shape)
    {
        Guard.Length(nameof(Leaf), values.Length, shape.Length);
        Tensor<T> leaf = Result(shape, needsGradient: true);
        if (leaf.NeedsGradient) _leaves.Add(leaf.Slot);
        values.CopyTo(leaf.Span);
        return leaf;
    }

    /// <summary>Keeps an operation for the backward pass.</summary>
    /// <typeparam name="TOp">The operation.</typeparam>
    /// <param name="op">The operation with its saved fields.</param>
    public void Record<TOp>(in TOp op)
        where TOp : struct, IOp<T>
    {
        // A step records the same operations as the one before, so the node at this place usually fits.
        if (_recorded < _nodes.Count && _nodes[_recorded] is Node<TOp> node)
        {
            node.Op = op;
        }
        else
        {
            node = new Node<TOp> { Op = op };
            if (_recorded < _nodes.Count) _nodes[_recorded] = node;
            else _nodes.Add(node);
        }
        node.ParametersEnd = _parametersEnd;
        node.SlotsEnd = _slots;
        _recorded++;
    }

    /// <summary>Computes the gradient of a scalar with respect to every leaf and parameter.</summary>
    /// <param name="scalar">[1, 1].</param>
    /// <returns>The gradients, those of operations' results left out; valid until the next <see cref="Reset"/>.</returns>
    /// <exception cref="QEngineException">The tensor is not a scalar.</exception>
    public Gradients<T> Backward(Tensor<T> scalar)
    {
        Guard.Same(nameof(Backward), scalar.Shape, Shape.Scalar);
        return Backward(scalar, One);
    }

    /// <summary>Computes the gradient of the inner product of a result with given weights.</summary>
    /// <param name="result">Where to start.</param>
    /// <param name="upstream">Gradient of the result, as many elements.</param>
    /// <returns>The gradients; valid until the next <see cref="Reset"/>.</returns>
    /// <exception cref="QEngineException">There are not as many weights as elements, or the tensor is a parameter.</exception>
    public Gradients<T> Backward(Tensor<T> result, ReadOnlySpan<T> upstream) => Backward(result, upstream, listener: null);

    /// <summary>The same, telling after every operation which parameters' gradients are complete.</summary>
    /// <param name="result">Where to start.</param>
    /// <param name="upstream">Gradient of the result, as many elements.</param>
    /// <param name="listener">Who is told; null for nobody.</param>
    internal Gradients<T> Backward(Tensor<T> result, ReadOnlySpan<T> upstream, IGradientListener? listener)
    {
        Guard.Length(nameof(Backward), upstream.Length, result.Shape.Length);
        result.RequireUsableWith(_lifetime);
        if (result.Slot == Tensor<T>.ParameterSlot)
            throw new QEngineException($"{nameof(Backward)}: expected the result of an operation, found a parameter");
        _gradients.Begin(_slots);
        if (!result.NeedsGradient) return _gradients;
        upstream.CopyTo(_gradients[result]);
        int leaf = _leaves.Count - 1, end = _slots;
        for (int i = _recorded - 1; i >= 0; i--)
        {
            _nodes[i].Backward(_gradients);
            _gradients.GiveBackRented();
            // Only this operation and those after it, which are through, know what was made since the one before.
            for (int begin = i > 0 ? _nodes[i - 1].SlotsEnd : 0; end > begin; end--)
            {
                if (leaf >= 0 && _leaves[leaf] == end) leaf--;
                else _gradients.GiveBack(end);
            }
            listener?.CompleteFrom(i > 0 ? _nodes[i - 1].ParametersEnd : 0);
        }
        return _gradients;
    }

    /// <summary>An operation recorded since the last reset.</summary>
    /// <param name="index">Its place in the order, below <see cref="Recorded"/>.</param>
    internal IOp<T> Operation(int index) => _nodes[index].Operation;

    /// <summary>Forgets everything; all tensors of this tape become invalid, the storage is kept for the next step.</summary>
    public void Reset()
    {
        _arena.Release(default);
        _lifetime.BeginStep();
        _leaves.Clear();
        _recorded = 0;
        _slots = 0;
        _parametersEnd = 0;
    }

    /// <summary>The current position, for <see cref="Release"/>.</summary>
    public TapeMark<T> Mark() => new(_arena.Position);

    /// <summary>
    /// Without recording: releases everything allocated since the mark but the result, which moves to the mark. With
    /// recording nothing is released, since the backward pass needs it.
    /// </summary>
    /// <param name="mark">Taken before the block ran.</param>
    /// <param name="result">The block's result.</param>
    /// <returns>The result where it now is.</returns>
    public Tensor<T> Release(TapeMark<T> mark, Tensor<T> result)
    {
        if (Recording) return result;
        ReadOnlySpan<T> values = result.Span;
        _arena.Release(mark.Position);
        Tensor<T> moved = Save(result.Shape);
        values.CopyTo(moved.Span);
        return moved;
    }

    /// <summary>Runs a block without recording it; only its result is kept, which gets no gradient.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <param name="block">The block.</param>
    /// <param name="x">Its input.</param>
    public Tensor<T> Unrecorded<TBlock>(in TBlock block, Tensor<T> x)
        where TBlock : IBlock<T>
    {
        bool recording = Recording;
        Recording = false;
        try
        {
            var mark = Mark();
            return Release(mark, block.Forward(this, x));
        }
        finally
        {
            Recording = recording;
        }
    }

    private Tensor<T> Result(Shape shape, bool needsGradient)
    {
        (T[] array, int offset) = _arena.Allocate(shape.Length);
        return new Tensor<T>(array, offset, shape, Recording && needsGradient ? ++_slots : 0, _lifetime);
    }

    private static ReadOnlySpan<T> One
    {
        get
        {
            if (typeof(T) == typeof(float)) return System.Runtime.InteropServices.MemoryMarshal.Cast<float, T>([1f]);
            return System.Runtime.InteropServices.MemoryMarshal.Cast<double, T>([1d]);
        }
    }

    private abstract class Node
    {
        public abstract IOp<T> Operation { get; }

        /// <summary>Behind the last parameter that this operation or one before it has used.</summary>
        public int ParametersEnd { get; set; }

        /// <summary>Slots given out when it was recorded.</summary>
        public int SlotsEnd { get; set; }

        public abstract void Backward(Gradients<T> gradients);
    }

    private sealed class Node<TOp> : Node
        where TOp : struct, IOp<T>
    {
        public TOp Op;

        public override IOp<T> Operation => Op;

        public override void Backward(Gradients<T> gradients) => Op.Backward(gradients);
    }
}
