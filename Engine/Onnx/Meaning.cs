namespace QEngine.Onnx;

/// <summary>What a value of a graph is to an encoder. Two values are the same where they are the same object.</summary>
internal abstract class Meaning
{
    /// <summary>The value as numbers that depend on shapes and inputs alone, or null.</summary>
    public virtual Numbers? AsNumbers => null;

    /// <summary>The value as a weight of the model, or null.</summary>
    public virtual Weight? AsWeight => null;
}

/// <summary>A value that no encoder known here computes.</summary>
/// <param name="node">The first node on the way to it that does not fit.</param>
internal sealed class Foreign(OnnxNode node) : Meaning
{
    /// <summary>The node.</summary>
    public OnnxNode Node => node;
}

/// <summary>Several values of one node.</summary>
/// <param name="parts">One for each output.</param>
internal sealed class Several(params Meaning[] parts) : Meaning
{
    /// <summary>The values.</summary>
    public Meaning[] Parts => parts;
}

/// <summary>A tensor of the file.</summary>
/// <param name="tensor">The tensor.</param>
internal sealed class Constant(OnnxTensor tensor) : Meaning
{
    private Numbers? _numbers;
    private Weight? _weight;
    private bool _read;

    /// <summary>The tensor.</summary>
    public OnnxTensor Tensor => tensor;

    /// <inheritdoc/>
    public override Numbers? AsNumbers
    {
        get
        {
            if (_read) return _numbers;
            _read = true;
            return _numbers = SmallTensor.Read(tensor) is { } values
                ? new Numbers(Array.ConvertAll(values, value => (double?)value), tensor.Shape.Length)
                : null;
        }
    }

    /// <inheritdoc/>
    public override Weight? AsWeight =>
        _weight ??= tensor.Element.Format is not null || tensor.Element.IsQuantized ? new Weight(tensor) : null;
}

/// <summary>How quantised numbers become real ones: (number - zero) * scale.</summary>
/// <param name="Scale">One number, or one for each index along the axis.</param>
/// <param name="Zero">As many whole numbers; null for zeros.</param>
/// <param name="Axis">The axis of the stored tensor; -1 where there is one scale.</param>
internal sealed record Scaling(OnnxTensor Scale, OnnxTensor? Zero, int Axis);

/// <summary>A tensor of real numbers: as stored, perhaps scaled, perhaps with its two axes exchanged.</summary>
/// <param name="tensor">The stored tensor.</param>
/// <param name="scaling">How it becomes real; null where it is.</param>
/// <param name="transposed">Whether the axes are exchanged.</param>
internal sealed class Weight(OnnxTensor tensor, Scaling? scaling = null, bool transposed = false) : Meaning
{
    /// <summary>The stored tensor.</summary>
    public OnnxTensor Tensor => tensor;

    /// <summary>How it becomes real, or null.</summary>
    public Scaling? Scaling => scaling;

    /// <summary>Whether rows of the stored tensor are columns of this.</summary>
    public bool Transposed => transposed;

    /// <summary>Extents.</summary>
    public long[] Shape { get; } = transposed ? [tensor.Shape[1], tensor.Shape[0]] : tensor.Shape;

    /// <summary>Whether its numbers are real ones.</summary>
    public bool IsReal => scaling is not null || tensor.Element.Format is not null;

    /// <inheritdoc/>
    public override Weight AsWeight => this;

    /// <summary>Whether it is a vector of real numbers.</summary>
    public bool IsVector(long length) => IsReal && Shape.Length == 1 && Shape[0] == length;

    /// <summary>The same with the axes exchanged.</summary>
    public Weight Transpose() => new(tensor, scaling, !transposed);

    /// <summary>The same as real numbers, or null where scale and zero do not fit.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="zero">The zero, or null.</param>
    /// <param name="axis">The axis that they are along where there are several.</param>
    public Weight? Dequantize(OnnxTensor scale, OnnxTensor? zero, int axis)
    {
        if (scaling is not null || !tensor.Element.IsQuantized || scale.Element.Format is null) return null;
        if (zero is not null && (zero.Element != tensor.Element || (zero.Count != 1 && zero.Count != scale.Count))) return null;
        if (scale.Count == 1 && zero is null or { Count: 1 }) return new Weight(tensor, new Scaling(scale, zero, -1), transposed);
        if (axis < 0) axis += tensor.Shape.Length;
        if (axis < 0 || axis >= tensor.Shape.Length) return null;
        if (transposed) axis = 1 - axis;
        if (scale.Count != tensor.Shape[axis]) return null;
        return new Weight(tensor, new Scaling(scale, zero, axis), transposed);
    }
}
