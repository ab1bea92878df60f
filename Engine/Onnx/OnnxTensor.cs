using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>A tensor of the graph: what it is and where its numbers lie, in bounds of their file by construction.</summary>
/// <param name="Name">Its name; empty for the value of a Constant node.</param>
/// <param name="Element">Type of its elements.</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Data">The file that has its numbers.</param>
/// <param name="Offset">Where they begin in it.</param>
/// <param name="Length">Their bytes.</param>
/// <param name="Varints">Whether they are protobuf numbers of varying length, one after another, rather than of the type's own
/// size.</param>
internal sealed record OnnxTensor(
    string Name, OnnxElement Element, long[] Shape, RandomAccessFile Data, long Offset, long Length, bool Varints)
{
    /// <summary>Product of the extents.</summary>
    public long Count { get; } = CountOf(Shape);

    /// <summary>Type and shape for messages.</summary>
    public override string ToString() => $"{Element} {Printable.Shape(Shape)}";

    /// <summary>Whether it is a vector of that length.</summary>
    public bool IsVector(long length) => Shape.Length == 1 && Shape[0] == length;

    private static long CountOf(long[] shape) => ByteCount.TryOf(shape, 1, out long count) ? count : throw new OverflowException();
}
