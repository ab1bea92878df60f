using NUnit.Framework;
using QEngine.Codes;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Codes;

/// <summary>Every function of codes refuses every argument one element too short: 5 rows of 15 numbers and 3 queries.</summary>
public sealed class ArgumentTests
{
    private const int Rows = 5, Queries = 3, Numbers = 15;

    private static readonly WorkerPool One = WorkerPool.Single;

    private static IEnumerable<TestCaseData> Functions()
    {
        foreach (ICodeFormat format in new ICodeFormat[] { new ByteCodes(), new NibbleCodes(), new BitCodes() })
        {
            int bytes = format.Bytes(Numbers), columns = format.Columns(Numbers);
            // 17 numbers are a byte more in every format than 16 are.
            yield return Case(format, "Pack", a => format.Pack(a.In<sbyte>(17), a.Out<byte>(format.Bytes(17))));
            yield return Case(format, "Unpack", a => format.Unpack(a.In<byte>(bytes), a.Out<sbyte>(columns)));
            yield return Case(format, "Dots", a => format.Dots(One, a.In<short>(Queries * columns), a.In<byte>(Rows * bytes), bytes, a.Out<float>(Queries * Rows)));
            yield return Case(format, "CodeTiles.Run", a => CodeTiles.Run(
                One, format, a.In<short>(Queries * columns), columns, a.In<byte>(Rows * bytes), bytes, a.Out<float>(Queries * Rows)));
            yield return Case(format, "CodePrefilter.Run", a => CodePrefilter.Run(
                One, format, Weights(a), a.In<byte>(Rows * bytes), bytes, a.In<float>(Rows), a.Out<uint>(Queries)));
        }
    }

    [TestCaseSource(nameof(Functions))]
    public void Wrong_arguments_are_refused(Delegate function) => Arguments.AreChecked((Action<Arguments>)function);

    [Test]
    public void Rows_of_another_length_are_refused()
    {
        ByteCodes format = new();

        Assert.That(() => format.Dots(One, new short[32], new byte[16], 0, new float[2]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => CodeTiles.Run(One, format, new short[32], 16, new byte[16], 8, new float[4]), Throws.InstanceOf<ArgumentException>());
        Assert.That(
            () => CodePrefilter.Run(One, format, new CodeWeights(new sbyte[16], new int[1], new float[1], new float[1], 16), new byte[16], 8, new float[2], new uint[1]),
            Throws.InstanceOf<ArgumentException>());
    }

    private static CodeWeights Weights(Arguments a) => new(
        a.In<sbyte>(Queries * CodeWeights.PaddedColumns(Numbers)), a.In<int>(Queries * CodeWeights.PartCount(Numbers)), a.In<float>(Queries), a.In<float>(Queries), Numbers);

    private static TestCaseData Case(ICodeFormat format, string name, Action<Arguments> call) =>
        new TestCaseData(call).SetArgDisplayNames($"{name} of {format.GetType().Name}");
}
