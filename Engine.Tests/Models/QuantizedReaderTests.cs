using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Matrices in eight bits that are read in many pieces.</summary>
public sealed class QuantizedReaderTests
{
    private const int Rows = 3001, Columns = 70;

    private const float Max = 1000;

    private static readonly string[] Names = ["embeddings.weight", "dense.weight"];

    [Test]
    public void Every_row_is_read_at_any_thread_count([Values(1, 2, 3)] int threads)
    {
        using TemporaryFolder folder = new();
        using SafetensorsSet file = Write(folder, Codes(0), Codes(1));
        using WorkerPool workers = new(threads);
        QuantizedParameter[] parameters = [Table(), Packed()];

        QuantizedReader.Read(file, "", parameters, Max, workers);

        for (int matrix = 0; matrix < parameters.Length; matrix++)
        {
            sbyte[] expected = Codes(matrix), found = new sbyte[Columns];
            for (int row = 0; row < Rows; row++)
            {
                Assert.That(parameters[matrix].Get(row, found), Is.EqualTo(Scale(row)));
                Assert.That(found, Is.EqualTo(expected[(row * Columns)..((row + 1) * Columns)]), $"{Names[matrix]}, row {row}");
            }
        }
    }

    [Test]
    public void The_first_of_several_faults_is_told_with_its_place([Values(1, 2, 3)] int threads)
    {
        using TemporaryFolder folder = new();
        sbyte[] first = Codes(0), second = Codes(1);
        first[200_123] = first[140_077] = second[5] = sbyte.MinValue;
        using SafetensorsSet file = Write(folder, first, second);
        using WorkerPool workers = new(threads);

        for (int round = 0; round < 10; round++)
            ModelFiles.Refused(() => QuantizedReader.Read(file, "", [Table(), Packed()], Max, workers), "-128 at element 140077", Names[0]);
    }

    [Test]
    public void Other_work_is_done_once_and_its_failure_comes_first()
    {
        using TemporaryFolder folder = new();
        sbyte[] spoiled = Codes(0);
        spoiled[0] = sbyte.MinValue;
        using SafetensorsSet file = Write(folder, Codes(0), Codes(1)), bad = Write(folder, spoiled, Codes(1), "bad.safetensors");
        using WorkerPool workers = new(2);
        int done = 0;

        QuantizedReader.Read(file, "", [Table(), Packed()], Max, workers, () => done++);

        Assert.That(done, Is.EqualTo(1));
        Assert.Throws<TimeoutException>(() => QuantizedReader.Read(bad, "", [Table()], Max, workers, () => throw new TimeoutException()));
    }

    /// <summary>Not a second copy of the codes, which a process would keep in its memory.</summary>
    [Test]
    public void Little_is_allocated_beside_the_matrices()
    {
        using TemporaryFolder folder = new();
        using SafetensorsSet file = Write(folder, Codes(0), Codes(1));
        QuantizedReader.Read(file, "", [Table(), Packed()], Max, WorkerPool.Single);
        QuantizedParameter[] parameters = [Table(), Packed()];
        foreach (QuantizedParameter parameter in parameters) parameter.Matrix.Make();

        Assert.That(
            Allocation.Fewest(() => QuantizedReader.Read(file, "", parameters, Max, WorkerPool.Single)), Is.LessThan(Rows * Columns / 4));
    }

    private static QuantizedParameter Table() => Parameter(0, () => new Int8Table(Rows, Columns));

    private static QuantizedParameter Packed() => Parameter(1, () => new PackedInt8Matrix(Rows, Columns));

    private static QuantizedParameter Parameter(int place, Func<IInt8Rows> make) =>
        new(Names[place], new Shape(Rows, Columns), Initializer.Zeros, new QuantizedRows(make, hasUnevenInputs: false), 0) { Place = place };

    private static SafetensorsSet Write(TemporaryFolder folder, sbyte[] first, sbyte[] second, string name = "model.safetensors")
    {
        float[] scales = [.. Enumerable.Range(0, Rows).Select(Scale)];
        SafetensorsWriter.Write(folder.Path(name), [
            new SafetensorsEntry(Names[0], [Rows, Columns], first), new SafetensorsEntry($"{Names[0]}_scale", [Rows], scales),
            new SafetensorsEntry(Names[1], [Rows, Columns], second), new SafetensorsEntry($"{Names[1]}_scale", [Rows], scales)]);
        return SafetensorsSet.Open(folder.Path(name));
    }

    private static sbyte[] Codes(int seed)
    {
        SplittableRandom random = new((ulong)seed);
        sbyte[] codes = new sbyte[Rows * Columns];
        foreach (ref sbyte code in codes.AsSpan()) code = (sbyte)(random.NextInt(255) - 127);
        return codes;
    }

    private static float Scale(int row) => row / 1000f;
}
