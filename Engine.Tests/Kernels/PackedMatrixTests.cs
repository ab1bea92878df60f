using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class PackedMatrixTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Test]
    public void Columns_are_read_back_as_they_were_packed([Values(1, 3, 255, 256, 257, 700)] int rows, [Values(1, 7, 16, 33, 96, 131)] int columns)
    {
        T[] lines = Samples.Uniform<T>(1, columns * rows);
        PackedMatrix<T> packed = new(WorkerPool.Single, new MatrixView<T>(lines, columns, rows).Transposed);

        foreach (int first in new[] { 0, 1, columns / 2, columns - 1 })
        {
            foreach (int count in new[] { 0, 1, (columns - first) / 2, columns - first })
            {
                if (count > columns - first) continue;
                T[] read = new T[count * rows];
                packed.CopyColumnsTo(first, read);
                Bits.AreEqual<T>($"{count} columns from {first}", read, lines.AsSpan(first * rows, count * rows));
            }
        }
    }

    [Test]
    public void What_is_not_there_is_refused()
    {
        PackedMatrix<T> packed = new(WorkerPool.Single, new MatrixView<T>(new T[12], 3, 4));

        Assert.Throws<ArgumentException>(() => packed.CopyColumnsTo(0, new T[4]));
        Assert.Catch<ArgumentException>(() => packed.CopyColumnsTo(2, new T[9]));
        Assert.Catch<ArgumentException>(() => packed.CopyColumnsTo(-1, new T[3]));
    }
}
