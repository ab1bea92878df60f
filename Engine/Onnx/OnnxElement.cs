using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>Element type of a tensor in an ONNX file.</summary>
internal sealed class OnnxElement
{
    // In the order of the format's numbers, from 1 on; the types of less than a byte and text have no size here.
    private static readonly OnnxElement[] Known =
    [
        new("FLOAT", 4, FloatFormat.Float32, false), new("UINT8", 1, null, true), new("INT8", 1, null, true),
        new("UINT16", 2, null, true), new("INT16", 2, null, true), new("INT32", 4, null, true),
        new("INT64", 8, null, true), new("STRING", 0, null, false), new("BOOL", 1, null, true),
        new("FLOAT16", 2, FloatFormat.Float16, false), new("DOUBLE", 8, FloatFormat.Float64, false),
        new("UINT32", 4, null, true), new("UINT64", 8, null, true), new("COMPLEX64", 8, null, false),
        new("COMPLEX128", 16, null, false), new("BFLOAT16", 2, FloatFormat.BFloat16, false),
        new("FLOAT8E4M3FN", 1, null, false), new("FLOAT8E4M3FNUZ", 1, null, false), new("FLOAT8E5M2", 1, null, false),
        new("FLOAT8E5M2FNUZ", 1, null, false), new("UINT4", 0, null, false), new("INT4", 0, null, false),
        new("FLOAT4E2M1", 0, null, false), new("FLOAT8E8M0", 1, null, false),
    ];

    private OnnxElement(string name, int bytes, FloatFormat? format, bool isInteger) =>
        (Name, Bytes, Format, IsInteger) = (name, bytes, format, isInteger);

    /// <summary>Real numbers of 32 bits.</summary>
    public static OnnxElement Float => Known[0];

    /// <summary>Whole numbers from 0 to 255.</summary>
    public static OnnxElement UInt8 => Known[1];

    /// <summary>Whole numbers from -128 to 127.</summary>
    public static OnnxElement Int8 => Known[2];

    /// <summary>Whole numbers of 32 bits.</summary>
    public static OnnxElement Int32 => Known[5];

    /// <summary>Whole numbers of 64 bits.</summary>
    public static OnnxElement Int64 => Known[6];

    /// <summary>What the format calls it.</summary>
    public string Name { get; }

    /// <summary>Bytes of an element; 0 where elements have no size of their own.</summary>
    public int Bytes { get; }

    /// <summary>How its real numbers are decoded; null where it has none.</summary>
    public FloatFormat? Format { get; }

    /// <summary>Whether it has whole numbers of at least a byte.</summary>
    public bool IsInteger { get; }

    /// <summary>Whether quantised weights have it.</summary>
    public bool IsQuantized => this == UInt8 || this == Int8 || this == Int32;

    /// <summary>The type of a number of the format, or null.</summary>
    public static OnnxElement? Find(long number) => number >= 1 && number <= Known.Length ? Known[number - 1] : null;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
