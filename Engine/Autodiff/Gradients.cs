using QEngine.Memory;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Autodiff;

/// <summary>
/// The gradients of one backward pass. Gradients only accumulate: a tensor that is used twice gets both shares.
/// </summary>
/// <remarks>
/// The gradient of a result is complete when the operation that made it is reached, and nobody reads it after: its storage then serves the
/// next gradient of as many elements, while it is still in the processor's caches. Those of leaves and parameters stay.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Gradients<T>
    where T : unmanaged
{
    private const int MaxLookedAt = 64;

    private readonly Arena<T> _arena;
    private readonly Lifetime _lifetime;
    private readonly T[]? _parameters;
    private readonly bool _checkpointing;
    private readonly List<Storage> _rented = [], _free = [];
    private Storage[] _slots = [];
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
    /// <exception cref="QEngineException">
    /// It is not, see <see cref="Wants"/>, or it is an operation's result that the pass is through with.
    /// </exception>
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
    /// <exception cref="QEngineException">
    /// It is not, see <see cref="Wants"/>, or it is an operation's result that the pass is through with.
    /// </exception>
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
        ref Storage slot = ref _slots[tensor.Slot];
        RequireNotGivenBack(slot, tensor);
        accumulate = slot.Array is not null;
        if (!accumulate) slot = Allocate(tensor.Shape.Length);
        return slot.Span;
    }

    /// <summary>The gradient of an operation's result, if anything was added to it.</summary>
    /// <param name="output">The result.</param>
    /// <param name="gradient">Its gradient; empty if there is none.</param>
    /// <returns>False when the result has no influence on what is differentiated: nothing is to be done.</returns>
    /// <exception cref="QEngineException">The pass is through with the result.</exception>
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
    /// <exception cref="QEngineException">The pass is through with the result.</exception>
    public bool TryTake(Tensor<T> output, out Span<T> gradient)
    {
        gradient = default;
        output.RequireUsableWith(_lifetime);
        if (output.Slot <= 0) return false;
        Storage slot = _slots[output.Slot];
        RequireNotGivenBack(slot, output);
        gradient = slot.Span;
        return slot.Array is not null;
    }

    /// <summary>Storage of zeros for an operation's own use during its backward pass.</summary>
    /// <param name="length">How many elements.</param>
    public Span<T> Rent(int length)
    {
        Storage rented = Allocate(length);
        _rented.Add(rented);
        rented.Span.Clear();
        return rented.Span;
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
        if (_slots.Length <= slots) _slots = new Storage[Math.Max(slots + 1, 2 * _slots.Length)];
        else Array.Clear(_slots);
        _free.Clear();
        _rented.Clear();
    }

    /// <summary>Takes back a result's gradient: the operation that made it has been reached.</summary>
    internal void GiveBack(int slot)
    {
        if (_slots[slot].Array is null) return;
        _free.Add(_slots[slot]);
        _slots[slot] = Storage.GivenBack;
    }

    /// <summary>Takes back what the operation that was just reached has rented.</summary>
    internal void GiveBackRented()
    {
        _free.AddRange(_rented);
        _rented.Clear();
    }

    // The one given back last is the likeliest to be in a cache; far back there is hardly ever one of the length, in a tape of very many.
    private Storage Allocate(int length)
    {
        for (int i = _free.Count - 1; i >= Math.Max(0, _free.Count - MaxLookedAt); i--)
        {
            Storage storage = _free[i];
            if (storage.Length != length) continue;
            _free.RemoveAt(i);
            return storage;
        }
        (T[] array, int offset) = _arena.Allocate(length);
        return new Storage(array, offset, length);
    }

    private static void RequireNotGivenBack(Storage slot, Tensor<T> tensor)
    {
        if (slot.IsGivenBack)
            throw new QEngineException(
                $"gradient: expected a leaf or a parameter after the backward pass, found the result {tensor.Shape} of an operation");
    }

    /// <summary>Some elements of a block of the arena.</summary>
    private readonly struct Storage(T[]? array, int offset, int length)
    {
        public static Storage GivenBack => new(null, -1, 0);

        public T[]? Array => array;

        public int Length => length;

        public bool IsGivenBack => offset < 0;

        public Span<T> Span => array.AsSpan(IsGivenBack ? 0 : offset, length);
    }
}
