namespace QEngine.Storage;

/// <summary>Named tensors of real numbers, whatever file they come from. Reads from many threads are safe.</summary>
internal interface IWeights : IDisposable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>The file as it appears in messages.</summary>
    string Name { get; }

    /// <summary>Whether there is a tensor of that name.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    bool Contains(string name);

    /// <summary>Requires that a tensor exists, holds real numbers and has the given shape.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="shape">Expected extents, outermost first.</param>
    /// <exception cref="QEngineException">It is missing, of another shape, or of a type that is not read.</exception>
    void RequireShape(string name, params ReadOnlySpan<long> shape);

    /// <summary>Reads a whole tensor, row-major.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="destination">Filled; its length must equal the tensor's element count.</param>
    /// <exception cref="QEngineException">There is no such tensor, it has another number of elements, or a number does not fit.</exception>
    void Read(string name, Span<float> destination);

    /// <summary>Whether a tensor that is there holds signed bytes.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    bool IsInt8(string name) => false;

    /// <summary>Requires that a tensor exists, holds signed bytes and has the given shape.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="shape">Expected extents, outermost first.</param>
    /// <exception cref="QEngineException">It is missing, of another shape, or of another type.</exception>
    void RequireInt8Shape(string name, params ReadOnlySpan<long> shape) => throw new NotSupportedException();

    /// <summary>Reads neighbours of a tensor of signed bytes, row-major.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="destination">Filled.</param>
    /// <exception cref="QEngineException">There is no such tensor, it is of another type, or has fewer elements.</exception>
    void Read(string name, long first, Span<sbyte> destination) => throw new NotSupportedException();
}
