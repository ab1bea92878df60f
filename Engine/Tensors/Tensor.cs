using System.Diagnostics.CodeAnalysis;

namespace QEngine.Tensors;

/// <summary>
/// A handle on row-major contiguous elements. It owns nothing: the elements belong to a tape (until its next step),
/// to a parameter store, or to the caller's array.
/// </summary>
/// <remarks>
/// A handle that outlives its step is refused, not read; so is one of another tape where a tape is given it. Within a step without
/// recording, a handle on what a block has released is not noticed: keep the block's result alone.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly struct Tensor<T>
    where T : unmanaged
{
    private readonly Lifetime? _lifetime;
    private readonly int _step;

    /// <summary>Makes a handle.</summary>
    /// <param name="array">The array that holds the elements.</param>
    /// <param name="offset">Index of the first element.</param>
    /// <param name="shape">Extents.</param>
    /// <param name="slot">Where its gradient is kept: 0 for none, positive on a tape, <see cref="ParameterSlot"/> for a parameter.</param>
    /// <param name="lifetime">The owner's, or null for elements that live as long as their array.</param>
    internal Tensor(T[] array, int offset, Shape shape, int slot, Lifetime? lifetime = null)
    {
        _lifetime = lifetime;
        _step = lifetime?.Step ?? 0;
        Array = array;
        Offset = offset;
        Shape = shape;
        Slot = slot;
    }

    /// <summary>Views a caller's array as a constant: it gets no gradient.</summary>
    /// <param name="array">At least <c>shape.Length</c> elements.</param>
    /// <param name="shape">Extents.</param>
    /// <exception cref="QEngineException">The array is too short.</exception>
    public Tensor(T[] array, Shape shape)
        : this(array, 0, shape, 0)
    {
        ArgumentNullException.ThrowIfNull(array);
        Guard.AtLeast(nameof(Tensor<T>), array.Length, shape.Length);
    }

    /// <summary>The slot of every parameter: its gradient lies where its value lies, in the store's other buffer.</summary>
    internal const int ParameterSlot = -1;

    /// <summary>Extents.</summary>
    public Shape Shape { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => Shape.Rows;

    /// <summary>Number of columns.</summary>
    public int Columns => Shape.Columns;

    /// <summary>Whether a gradient is computed for it.</summary>
    public bool NeedsGradient => Slot != 0;

    /// <summary>The elements, row after row.</summary>
    /// <exception cref="InvalidOperationException">The tape that it belongs to has begun another step since.</exception>
    public Span<T> Span
    {
        get
        {
            RequireAlive();
            return Array.AsSpan(Offset, Shape.Length);
        }
    }

    /// <summary>The same elements and gradient in another shape.</summary>
    /// <param name="shape">Extents, of as many elements.</param>
    /// <exception cref="QEngineException">There are more or fewer.</exception>
    internal Tensor<T> As(Shape shape)
    {
        RequireAlive();
        Guard.Length(nameof(As), shape.Length, Shape.Length);
        return new(Array, Offset, shape, Slot, _lifetime);
    }

    internal T[] Array { get; }

    internal int Offset { get; }

    internal int Slot { get; }

    /// <summary>Requires a tensor that may be given to a tape: one of its current step, a parameter, or a caller's array.</summary>
    /// <param name="lifetime">The tape's.</param>
    /// <exception cref="InvalidOperationException">It is of another tape or of an earlier step.</exception>
    internal void RequireUsableWith(Lifetime lifetime)
    {
        if (_lifetime is not null && _lifetime != lifetime)
            throw new InvalidOperationException($"expected a tensor of this tape, a parameter or an array, found {Shape} of another tape");
        RequireAlive();
    }

    private void RequireAlive()
    {
        if (_lifetime is not null && _lifetime.Step != _step) ThrowStale();
    }

    [DoesNotReturn]
    private void ThrowStale() =>
        throw new InvalidOperationException(
            $"expected a tensor of the tape's current step, found {Shape} of an earlier one: copy what is to outlive the step");
}
