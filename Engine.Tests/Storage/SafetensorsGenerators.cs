using FsCheck;
using FsCheck.Fluent;

namespace QEngine.Tests.Storage;

/// <summary>One random tensor: any name, rank 0 to 4, dimensions that may be zero, any bits.</summary>
public sealed record TensorCase(string Name, long[] Shape, double[] Data, bool Wide)
{
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}] {(Wide ? "F64" : "F32")}";
}

/// <summary>Random content of a whole file, names distinct.</summary>
public sealed record FileCase(TensorCase[] Tensors, Dictionary<string, string> Metadata)
{
    public override string ToString() => string.Join("; ", (object[])Tensors) + " | " + string.Join("; ", Metadata);
}

/// <summary>Generators for FsCheck.</summary>
public static class SafetensorsGenerators
{
    private static readonly string[] Pieces =
    [
        "a", "Z", "0", ".", "_", " ", "\"", "\\", "/", "\n", "\t", "\u0001", "\u007f", "<", "&", "'", "é", "ß", "\u2028", "中", "\ue000", "\ufffd", "😀", "𝔘", "{", "}",
    ];

    public static Arbitrary<FileCase> Files()
    {
        Gen<string> text = Gen.Elements(Pieces).ArrayOf().Select(string.Concat);
        Gen<long[]> shape = Gen.Choose(0, 4).SelectMany(rank => Gen.Frequency((1, Gen.Constant(0L)), (6, Gen.Choose(1, 4).Select(n => (long)n))).ArrayOf(rank));
        Gen<double> number = Gen.Choose(int.MinValue, int.MaxValue).Select(bits => (double)BitConverter.Int32BitsToSingle(bits));
        Gen<TensorCase> tensor =
            from name in text
            from dimensions in shape
            from wide in Gen.Elements(true, false)
            from data in number.ArrayOf((int)dimensions.Aggregate(1L, (a, b) => a * b))
            select new TensorCase(name, dimensions, data, wide);
        Gen<Dictionary<string, string>> metadata = text.Zip(text).ArrayOf().Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2));
        return (
            from tensors in tensor.ArrayOf()
            from strings in metadata
            select new FileCase(tensors.DistinctBy(t => t.Name).ToArray(), strings)).ToArbitrary();
    }
}
