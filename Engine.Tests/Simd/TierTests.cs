using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Xml.Linq;
using NUnit.Framework;
using QEngine.Simd;
using QEngine.Tests.Support;

namespace QEngine.Tests.Simd;

/// <summary>
/// Runs the fast tests of the numerical layers again in a process of each instruction tier. The child asserts its own
/// tier, so that a variable that has been renamed cannot silently test nothing.
/// </summary>
[TestFixture]
public sealed class TierTests
{
    private const string Namespaces =
        "(FullyQualifiedName~QEngine.Tests.Kernels|FullyQualifiedName~QEngine.Tests.Simd|FullyQualifiedName~QEngine.Tests.Codes|FullyQualifiedName~QEngine.Tests.Quantum"
        + "|FullyQualifiedName~QEngine.Tests.Ops|FullyQualifiedName~Retrieval.EmbeddingSearcherTests|FullyQualifiedName~Retrieval.CodeSearchTests)&TestCategory!=Slow";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [TestCase(512, null)]
    [TestCase(512, "DOTNET_EnableAVXVNNI")]
    [TestCase(256, "DOTNET_EnableAVX512")]
    [TestCase(128, "DOTNET_EnableAVX2")]
    [TestCase(0, "DOTNET_EnableHWIntrinsic")]
    [Category("Slow")]
    public void Tests_pass_on_the_tier_and_results_agree_with_this_one(int lanes, string? disabled)
    {
        if (lanes > Tier.Bits) Assert.Ignore($"skipped: this process has lanes of {Tier.Bits} bits, not {lanes}");
        string folder = Directory.CreateTempSubdirectory("qengine-tier-").FullName;
        try
        {
            XElement report = RunChild(lanes, disabled, folder);

            XElement[] failed = [.. Results(report).Where(result => (string?)result.Attribute("outcome") == "Failed")];
            Assert.That(failed.Select(Describe), Is.Empty, $"tests that fail with lanes of {lanes} bits");
            Assert.That(
                Results(report).Where(result => (string?)result.Attribute("testName") == nameof(ExpectedTierTests.The_tier_is_the_expected_one)).Select(result => (string?)result.Attribute("outcome")),
                Is.EqualTo(new[] { "Passed" }), "the child's check of its tier");
            TestContext.Out.WriteLine($"lanes of {lanes} bits: {Results(report).Count()} tests");
            TierResults.AssertNear($"lanes of {lanes} bits", Path.Combine(folder, TierResults.FileName));
            // Every processor with lanes of 256 bits fuses a product with a sum; without, last digits differ.
            if (lanes >= 256) TierResults.AssertSame($"lanes of {lanes} bits", Path.Combine(folder, TierResults.FileName));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static XElement RunChild(int lanes, string? disabled, string folder)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "vstest", typeof(TierTests).Assembly.Location, $"--TestCaseFilter:{Namespaces}", "--logger:trx;LogFileName=tier.trx", $"--ResultsDirectory:{folder}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        if (disabled is not null) start.Environment[disabled] = "0";
        start.Environment[ExpectedTierTests.Variable] = lanes.ToString();
        start.Environment[TierResults.Variable] = Path.Combine(folder, TierResults.FileName);

        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(), errors = child.StandardError.ReadToEndAsync();
        if (!child.WaitForExit(Patience))
        {
            child.Kill(entireProcessTree: true);
            Assert.Fail($"the tests did not finish within {Patience}");
        }
        string trx = Path.Combine(folder, "tier.trx");
        Assert.That(File.Exists(trx), $"the child wrote no report: {output.Result}{errors.Result}");
        return XElement.Load(trx);
    }

    private static IEnumerable<XElement> Results(XElement report) =>
        report.Descendants(report.Name.Namespace + "UnitTestResult");

    private static string Describe(XElement result) =>
        $"{(string?)result.Attribute("testName")}: {result.Descendants(result.Name.Namespace + "Message").FirstOrDefault()?.Value}";
}

/// <summary>What a child of <see cref="TierTests"/> asserts about itself and leaves behind.</summary>
[TestFixture]
public sealed class ExpectedTierTests
{
    public const string Variable = "QENGINE_EXPECTED_LANES";

    [Test]
    public void The_tier_is_the_expected_one()
    {
        string? expected = Environment.GetEnvironmentVariable(Variable);
        if (expected is null) Assert.Ignore($"skipped: only where {Variable} is set, as it is by {nameof(TierTests)}");

        Assert.That(Tier.Bits.ToString(), Is.EqualTo(expected));
        Assert.That(Tier.Bits >= 128, Is.EqualTo(Vector128.IsHardwareAccelerated));
    }

    [Test]
    public void Results_are_written_for_comparison_between_tiers()
    {
        string? path = Environment.GetEnvironmentVariable(TierResults.Variable);
        if (path is null) Assert.Ignore($"skipped: only where {TierResults.Variable} is set, as it is by {nameof(TierTests)}");

        TierResults.Write(path!);

        TierResults.AssertSame("read back", path!);
    }
}
