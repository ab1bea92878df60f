using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Parameters that lie one after another in their store and are used as one tensor: the projections of query, key and value, for
/// instance, are one matrix product.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterBlock<T>
    where T : unmanaged
{
    private readonly ParameterStore<T> _store;
    private readonly Parameter<T>[] _parameters;

    /// <summary>Joins parameters.</summary>
    /// <param name="store">The store that they are declared in.</param>
    /// <param name="shape">Extents of all together; as many elements as they have.</param>
    /// <param name="parameters">The parameters, at least one, in order of declaration and without another between them.</param>
    /// <exception cref="ArgumentException">
    /// They are not of the store, do not lie one after another, or have another number of elements.
    /// </exception>
    public ParameterBlock(ParameterStore<T> store, Shape shape, params ReadOnlySpan<Parameter<T>> parameters)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (parameters.IsEmpty) throw new ArgumentException("expected at least one parameter, found none", nameof(parameters));
        int end = parameters[0].Offset;
        foreach (Parameter<T> parameter in parameters)
        {
            if (!parameter.IsOf(store))
                throw new ArgumentException($"expected parameters of the store, found {parameter.Name} of another", nameof(parameters));
            if (parameter.Offset != end)
                throw new ArgumentException(
                    $"expected parameters declared one after another, found {parameter.Name} elsewhere", nameof(parameters));
            end += parameter.Shape.Length;
        }
        int length = end - parameters[0].Offset;
        if (length != shape.Length)
            throw new ArgumentException(
                $"expected parameters of {shape.Length} elements together for {shape}, found {length}", nameof(parameters));
        (_store, Shape, _parameters) = (store, shape, parameters.ToArray());
    }

    /// <summary>Extents of all together.</summary>
    public Shape Shape { get; }

    /// <summary>The parameters in order.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters;

    /// <summary>Whether training leaves them as they are.</summary>
    /// <exception cref="InvalidOperationException">Some are frozen and some are not: one tensor has one gradient or none.</exception>
    public bool Frozen
    {
        get
        {
            Parameter<T> first = _parameters[0];
            foreach (Parameter<T> parameter in _parameters)
            {
                if (parameter.Frozen != first.Frozen)
                    throw new InvalidOperationException(
                        $"expected {first.Name} and {parameter.Name} both frozen or both trained, since they are one tensor, "
                        + $"found one of each");
            }
            return first.Frozen;
        }
    }

    /// <summary>A handle on the current values of all together.</summary>
    /// <exception cref="InvalidOperationException">Some are frozen and some are not.</exception>
    public Tensor<T> Tensor => _store.TensorOf(_parameters[0], Shape, Frozen);
}
