using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>A named, trainable tensor of a <see cref="ParameterStore{T}"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Parameter<T>
    where T : unmanaged
{
    private readonly ParameterStore<T> _store;

    internal Parameter(
        ParameterStore<T> store, string module, string name, Shape shape, long[] fileShape, Initializer initializer, int offset,
        int place)
    {
        _store = store;
        (Module, Name, TensorName, Shape, FileShape, Initializer, Offset, Place) =
            (module, module.Length > 0 ? $"{module}.{name}" : name, name, shape, fileShape, initializer, offset, place);
    }

    /// <summary>Its name in the store: that of its tensor, after the module's if it was declared within one.</summary>
    public string Name { get; }

    /// <summary>Its name in the weight file of its module, for instance <c>encoder.layer.0.output.dense.weight</c>.</summary>
    public string TensorName { get; }

    /// <summary>Extents.</summary>
    public Shape Shape { get; }

    /// <summary>Extents as in weight files: a vector has one.</summary>
    public ReadOnlyMemory<long> FileShape { get; }

    /// <summary>How it is initialised.</summary>
    public Initializer Initializer { get; }

    /// <summary>Whether training leaves it as it is.</summary>
    public bool Frozen { get; set; }

    /// <summary>A handle on the current values.</summary>
    public Tensor<T> Tensor => _store.TensorOf(this, Shape, Frozen);

    /// <summary>
    /// The values, in <see cref="ParameterStore{T}.Values"/>. Whoever writes to them after the model has computed calls
    /// <see cref="Changed"/>.
    /// </summary>
    public Memory<T> Values => _store.Values.AsMemory(Offset, Shape.Length);

    /// <summary>Says that the values are others than before, so that copies made for inference are made again.</summary>
    public void Changed() => Version++;

    /// <summary>Grows with every <see cref="Changed"/>.</summary>
    internal int Version { get; private set; }

    /// <summary>Its first element among those of all parameters.</summary>
    internal int Offset { get; }

    /// <summary>Its first element among those of the parameters that are not <see cref="Packed"/>.</summary>
    internal int UnpackedOffset { get; set; }

    /// <summary>Where its values are in a model that only computes, if not beside those of the others.</summary>
    internal PackedPart<T>? Packed { get; set; }

    /// <summary>What its values are packed in now; null where they lie in memory as they are.</summary>
    internal IPackedParameters<T>? PackedNow => _store.IsWhole ? null : Packed?.Weights;

    /// <summary>Reads the values, wherever they are.</summary>
    /// <param name="values">As many as it has.</param>
    internal void CopyTo(Span<T> values)
    {
        if (PackedNow is null || !Packed!.Value.Weights.TryCopyTo(Packed.Value.Row, values)) Tensor.Span.CopyTo(values);
    }

    /// <summary>Its place among all that its store's layers declare.</summary>
    internal int Place { get; }

    internal bool IsOf(ParameterStore<T> store) => _store == store;

    /// <summary>The module it was declared within; empty if none.</summary>
    internal string Module { get; }
}

/// <summary>Freezing several parameters at a time.</summary>
internal static class Freezing
{
    /// <summary>Whether training leaves all of them as they are.</summary>
    public static bool AllFrozen<T>(this IReadOnlyList<Parameter<T>> parameters)
        where T : unmanaged
    {
        for (int i = 0; i < parameters.Count; i++)
            if (!parameters[i].Frozen) return false;
        return true;
    }

    /// <summary>Freezes all of them, or none.</summary>
    public static void Freeze<T>(this IReadOnlyList<Parameter<T>> parameters, bool frozen)
        where T : unmanaged
    {
        for (int i = 0; i < parameters.Count; i++) parameters[i].Frozen = frozen;
    }
}
