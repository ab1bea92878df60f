using QEngine.Memory;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Autodiff;

/// <summary>
/// The gradients of one backward pass. Gradients only accumulate: a tensor that is used twice gets both shares.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Gradients<T>
    where T : unmanaged
{
    private readonly Arena<T> _arena;
    private readonly Lifetime _lifetime;
    private readonly T[]? _parameters;
    private (T[] Array, int Offset)[] _slots = [];
    private readonly bool _checkpointing;
    private Tape<T>? _recomputation;

    internal Gradients(Arena<T> arena, Lifetime lifetime, WorkerPool workers, T[]? parameters, bool checkpointing)
    {
        _arena = arena;
        _lifetime = lifetime;
        Workers = workers;
        _parameters = parameters;
        _checkpointing = checkpointing;
    }

    /// <summary>Threads for the kernels.</summary>
    public WorkerPool Workers { get; }

    /// <summary>The gradient of a tensor, to add to; zeros when nothing was added yet.</summary>
    /// <param name="tensor">A tensor whose gradient is wanted.</param>
    /// <exception cref="QEngineException">It is not, see <see cref="Wants"/>.</exception>
    public Span<T> this[Tensor<T> tensor]
    {
        get
        {
            Span<T> gradient = Target(tensor, out bool accumulate);
            if (!accumulate) gradient.Clear();
            return gradient;
        }
    }

    /// <summary>Whether a tensor's gradient is to be computed.</summary>
    /// <param name="tensor">The tensor.</param>
    public bool Wants(Tensor<T> tensor) => tensor.Slot > 0 || (tensor.Slot == Tensor<T>.ParameterSlot && _parameters is not null);

    /// <summary>
    /// The gradient of a tensor for an operation that can either add or replace: saves clearing it first.
    /// </summary>
    /// <param name="tensor">A tensor whose gradient is wanted.</param>
    /// <param name="accumulate">True when there is something to add to; false when all elements must be written.</param>
    /// <exception cref="QEngineException">It is not, see <see cref="Wants"/>.</exception>
    public Span<T> Target(Tensor<T> tensor, out bool accumulate)
    {
        if (!Wants(tensor))
            throw new QEngineException($"gradient: expected a tensor whose gradient is wanted, found a constant {tensor.Shape}");
        if (tensor.Slot == Tensor<T>.ParameterSlot)
        {
            accumulate = true;
            return _parameters.AsSpan(tensor.Offset, tensor.Shape.Length);
        }
        tensor.RequireUsableWith(_lifetime);
        ref (T[] Array, int Offset) slot = ref _slots[tensor.Slot];
        accumulate = slot.Array is not null;
        if (!accumulate) slot = _arena.Allocate(tensor.Shape.Length);
        return slot.Array.AsSpan(slot.Offset, tensor.Shape.Length);
    }

    /// <summary>The gradient of an operation's result, if anything was added to it.</summary>
    /// <param name="output">The result.</param>
    /// <param name="gradient">Its gradient; empty if there is none.</param>
    /// <returns>False when the result has no influence on what is differentiated: nothing is to be done.</returns>
    public bool TryGet(Tensor<T> output, out ReadOnlySpan<T> gradient)
    {
        bool any = TryTake(output, out Span<T> own);
        gradient = own;
        return any;
    }

    /// <summary>As <see cref="TryGet"/>, for the operation that made the result to change in place: nobody reads it after.</summary>
    /// <param name="output">The result.</param>
    /// <param name="gradient">Its gradient; empty if there is none.</param>
    /// <returns>False when the result has no influence on what is differentiated: nothing is to be done.</returns>
    public bool TryTake(Tensor<T> output, out Span<T> gradient)
    {
        gradient = default;
        output.RequireUsableWith(_lifetime);
        if (output.Slot <= 0 || _slots[output.Slot].Array is null) return false;
        (T[] array, int offset) = _slots[output.Slot];
        gradient = array.AsSpan(offset, output.Shape.Length);
        return true;
    }

    /// <summary>Storage of zeros for an operation's own use during its backward pass.</summary>
    /// <param name="length">How many elements.</param>
    public Span<T> Rent(int length)
    {
        (T[] array, int offset) = _arena.Allocate(length);
        Span<T> rented = array.AsSpan(offset, length);
        rented.Clear();
        return rented;
    }

    /// <summary>
    /// An empty tape whose backward pass adds to the same parameters' gradients, for an operation that computes a part
    /// of the network again; valid until the next one asks.
    /// </summary>
    public Tape<T> Recomputation()
    {
        _recomputation ??= new Tape<T>(Workers, recording: true, _parameters, _checkpointing);
        _recomputation.Reset();
        return _recomputation;
    }

    internal long RecomputationBytes => _recomputation?.Bytes ?? 0;

    internal void Begin(int slots)
    {
        if (_slots.Length <= slots) _slots = new (T[], int)[Math.Max(slots + 1, 2 * _slots.Length)];
        else Array.Clear(_slots);
    }
}
