namespace QEngine.Storage;

/// <summary>Element type of a tensor in a safetensors file.</summary>
/// <remarks>
/// A file may hold all types listed here (published models keep integer buffers beside their weights); numbers are read from
/// <see cref="F64"/>, <see cref="F32"/>, <see cref="F16"/> and <see cref="BF16"/>. The format's types below one byte are unknown here.
/// </remarks>
internal sealed class SafetensorsDtype
{
    /// <summary>IEEE binary64.</summary>
    public static readonly SafetensorsDtype F64 = new("F64", 8, FloatFormat.Float64);

    /// <summary>IEEE binary32.</summary>
    public static readonly SafetensorsDtype F32 = new("F32", 4, FloatFormat.Float32);

    /// <summary>IEEE binary16.</summary>
    public static readonly SafetensorsDtype F16 = new("F16", 2, FloatFormat.Float16);

    /// <summary>The upper half of a binary32.</summary>
    public static readonly SafetensorsDtype BF16 = new("BF16", 2, FloatFormat.BFloat16);

    /// <summary>Signed bytes: the codes of a quantised matrix.</summary>
    internal static readonly SafetensorsDtype I8 = new("I8", 1, null);

    private static readonly SafetensorsDtype[] Known =
    [
        F64, F32, F16, BF16,
        new("I64", 8, null), new("U64", 8, null), new("C64", 8, null), new("I32", 4, null), new("U32", 4, null),
        new("I16", 2, null), new("U16", 2, null), I8, new("U8", 1, null), new("BOOL", 1, null),
        new("F8_E4M3", 1, null), new("F8_E5M2", 1, null), new("F8_E8M0", 1, null),
    ];

    private SafetensorsDtype(string name, int byteSize, FloatFormat? format)
    {
        Name = name;
        ByteSize = byteSize;
        Format = format;
    }

    /// <summary>Name in the file's header, <c>F32</c> for instance.</summary>
    public string Name { get; }

    /// <summary>Bytes of one element.</summary>
    public int ByteSize { get; }

    /// <summary>How numbers are decoded; null where they are not.</summary>
    internal FloatFormat? Format { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The type of that name, or null.</summary>
    internal static SafetensorsDtype? Find(string name)
    {
        foreach (SafetensorsDtype dtype in Known)
            if (dtype.Name == name) return dtype;
        return null;
    }
}
