using System.Text;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Storage;

public sealed class NpyFileTests
{
    private static readonly byte[] OneTwo = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40];

    [Property]
    public void What_was_written_is_read(int[] bits, FsCheck.PositiveInt width)
    {
        using TemporaryFolder folder = new();
        float[] data = Array.ConvertAll(bits, BitConverter.Int32BitsToSingle);
        int columns = Math.Min(width.Get, Math.Max(1, data.Length));
        int rows = data.Length / columns;
        data = data[..(rows * columns)];

        NpyFile.Write(folder.Path("a.npy"), data, rows, columns);
        NpyFile.Write(folder.Path("b.npy"), data, data.Length);

        NpyArray matrix = NpyFile.Read(folder.Path("a.npy")), vector = NpyFile.Read(folder.Path("b.npy"));
        Assert.That(matrix.Data, Is.EqualTo(data));
        Assert.That(matrix.Shape.ToArray(), Is.EqualTo(new[] { rows, columns }));
        Assert.That(vector.Data, Is.EqualTo(data));
        Assert.That(vector.Shape.ToArray(), Is.EqualTo(new[] { data.Length }));
        for (int row = 0; row < rows; row++) Assert.That(matrix.Row(row).ToArray(), Is.EqualTo(data[(row * columns)..((row + 1) * columns)]));
    }

    [Test]
    public void The_bytes_are_those_of_the_format()
    {
        using TemporaryFolder folder = new();
        const string Matrix = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
        const string Vector = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

        NpyFile.Write(folder.Path("a.npy"), [1, 2], 2, 1);
        NpyFile.Write(folder.Path("b.npy"), [1, 2], 2);

        foreach ((string name, string text) in new[] { ("a.npy", Matrix), ("b.npy", Vector) })
        {
            byte[] expected = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(text.PadRight(117) + "\n"), .. OneTwo];
            Assert.That(File.ReadAllBytes(folder.Path(name)), Is.EqualTo(expected));
            Assert.That((expected.Length - OneTwo.Length) % 64, Is.Zero);
        }
    }

    [TestCase(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", new[] { 2 })]
    [TestCase(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }                 \n", new[] { 1, 2 })]
    [TestCase(2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }\n", new[] { 2, 1 })]
    [TestCase(3, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }\n", new[] { 2, 1 })]
    [TestCase(1, "{'shape':(2,1),'fortran_order':False,'descr':'<f4'}\n", new[] { 2, 1 })]
    [TestCase(1, "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2, 1,)}", new[] { 2, 1 })]
    [TestCase(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 1L), }", new[] { 2, 1 })]
    [TestCase(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", new[] { 2 })]
    [TestCase(1, " { 'descr' : '<f4' ,\n 'fortran_order' : False ,\t'shape' : ( 2 , ) }\n", new[] { 2 })]
    public void Header_variants_are_read(int version, string header, int[] shape)
    {
        using TemporaryFolder folder = new();

        NpyArray array = NpyFile.Read(folder.Write("a.npy", NpyBytes.File(version, header, OneTwo)));

        Assert.That(array.Shape.ToArray(), Is.EqualTo(shape));
        Assert.That(array.Data, Is.EqualTo(new[] { 1f, 2f }));
    }

    [TestCase("<f4", "0000803F000000C0")]
    [TestCase(">f4", "3F800000C0000000")]
    [TestCase("<f2", "003C00C0")]
    [TestCase(">f2", "3C00C000")]
    [TestCase("<f8", "000000000000F03F00000000000000C0")]
    [TestCase(">f8", "3FF0000000000000C000000000000000")]
    public void Formats_of_either_byte_order_are_read(string type, string data)
    {
        using TemporaryFolder folder = new();

        NpyArray array = NpyFile.Read(folder.Write("a.npy", NpyBytes.File(1, NpyBytes.Header(type, "False", "(2,)"), Convert.FromHexString(data))));

        Assert.That(array.Data, Is.EqualTo(new[] { 1f, -2f }));
    }

    [TestCase(float.NaN, "NaN")]
    [TestCase(float.NegativeInfinity, "-Infinity")]
    public void The_first_number_that_is_not_finite_is_named(float value, string text)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.npy");
        NpyFile.Write(path, [0, 1, 2, 3, value, float.NaN], 2, 3);

        NpyArray array = NpyFile.Read(path);

        QEngineException error = Assert.Throws<QEngineException>(array.RequireFinite)!;
        Assert.That(error.Message, Is.EqualTo($"expected finite numbers, found {text} at row 1, column 1 of {path}"));
    }

    [Test]
    public void Finite_numbers_pass()
    {
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.Path("a.npy"), [float.MaxValue, -0f, float.Epsilon], 3);

        Assert.DoesNotThrow(NpyFile.Read(folder.Path("a.npy")).RequireFinite);
    }

    [Test]
    public void A_shape_that_does_not_fit_is_not_written()
    {
        using TemporaryFolder folder = new();

        Refused.With(() => NpyFile.Write(folder.Path("a.npy"), [1, 2, 3], 2, 2), "3 elements", "[2, 2]", "a.npy");
        Refused.With(() => NpyFile.Write(folder.Path("a.npy"), [1], 1, 1, 1), "1 or 2 dimensions");
        Refused.With(() => NpyFile.Write(folder.Path("a.npy"), [1], -1, -1), "[-1, -1]");

        Assert.That(folder.Names(), Is.Empty);
    }

    [Test]
    public void A_file_written_by_numpy_is_read_and_written_alike()
    {
        string golden = Shared.Path("golden/train-head/embeddings.npy");
        using TemporaryFolder folder = new();

        NpyArray array = NpyFile.Read(golden);
        NpyFile.Write(folder.Path("copy.npy"), array.Data, array.Rows, array.Columns);

        Assert.That((array.Rows, array.Columns), Is.EqualTo((320, 48)));
        array.RequireFinite();
        Assert.That(File.ReadAllBytes(folder.Path("copy.npy")), Is.EqualTo(File.ReadAllBytes(golden)));
    }
}
