using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;

namespace QEngine.Tests.Kernels;

/// <summary>Columns of a matrix as a matrix of their own, and back.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class ColumnBlockTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly (int Rows, int Columns, int First, int Count)[] Shapes = [(1, 1, 0, 1), (3, 5, 0, 5), (3, 5, 1, 3), (4, 7, 6, 1), (4, 7, 3, 0), (0, 7, 3, 2), (9, 40, 11, 20)];

    [Test]
    public void A_block_is_its_columns([Values] bool accumulate)
    {
        foreach ((int rows, int columns, int first, int count) in Shapes)
        {
            T[] matrix = Samples.Uniform<T>(1, rows * columns), before = Samples.Uniform<T>(2, rows * count);
            Trial<T> trial = new($"columns {first} and {count - 1} more of {rows} x {columns}");
            GuardedSpan<T> x = trial.Input(matrix), block = accumulate ? trial.InOut(before) : trial.Output(rows * count);

            trial.Run(_ => ColumnBlock.Take<T>(x.Span, columns, first, count, block.Span, accumulate));

            T[] expected = new T[rows * count];
            for (int i = 0; i < expected.Length; i++)
                expected[i] = matrix[(i / count * columns) + first + (i % count)] + (accumulate ? before[i] : T.Zero);
            Bits.AreEqual<T>(trial.What, block.Span, expected);
        }
    }

    [Test]
    public void A_block_goes_to_its_columns_and_leaves_the_others([Values] bool accumulate)
    {
        foreach ((int rows, int columns, int first, int count) in Shapes)
        {
            T[] matrix = Samples.Uniform<T>(1, rows * columns), values = Samples.Uniform<T>(2, rows * count);
            Trial<T> trial = new($"into columns {first} and {count - 1} more of {rows} x {columns}");
            GuardedSpan<T> block = trial.Input(values), x = trial.InOut(matrix);

            trial.Run(_ => ColumnBlock.Put<T>(block.Span, x.Span, columns, first, count, accumulate));

            T[] expected = [.. matrix];
            for (int i = 0; i < values.Length; i++)
            {
                int place = (i / count * columns) + first + (i % count);
                expected[place] = values[i] + (accumulate ? matrix[place] : T.Zero);
            }
            Bits.AreEqual<T>(trial.What, x.Span, expected);
        }
    }

    [Test]
    public void Columns_that_are_not_there_are_refused()
    {
        T[] matrix = new T[15], block = new T[10];
        foreach ((int first, int count) in ((int, int)[])[(2, 2), (-1, 2), (4, 0), (1, -1)])
        {
            Assert.That(() => ColumnBlock.Take<T>(matrix, 3, first, count, block, accumulate: false), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => ColumnBlock.Put<T>(block, matrix, 3, first, count, accumulate: false), Throws.InstanceOf<ArgumentException>());
        }
    }
}
