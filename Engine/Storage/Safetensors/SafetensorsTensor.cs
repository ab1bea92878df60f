namespace QEngine.Storage;

/// <summary>What a safetensors header says about one tensor; consistent with the file's size by construction.</summary>
internal sealed class SafetensorsTensor
{
    private readonly long[] _shape;

    internal SafetensorsTensor(string name, SafetensorsDtype dtype, long[] shape, long begin, long end)
    {
        Name = name;
        Dtype = dtype;
        _shape = shape;
        Begin = begin;
        End = end;
    }

    /// <summary>The tensor's name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public SafetensorsDtype Dtype { get; }

    /// <summary>Dimensions, none negative, outermost first; empty for a scalar.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Product of the dimensions; 1 for a scalar.</summary>
    public long ElementCount => (End - Begin) / Dtype.ByteSize;

    /// <summary>First byte, counted from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>Byte after the last, counted from the end of the header.</summary>
    internal long End { get; }

    /// <summary>Type and shape, <c>F32 [4, 16]</c>.</summary>
    public override string ToString() => $"{Dtype} {Printable.Shape(_shape)}";
}
