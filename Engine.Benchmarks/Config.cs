using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;

namespace QEngine.Benchmarks;

/// <summary>What every benchmark shares: allocated bytes, where the work is known GFLOP/s and GB/s, and the jobs to choose from.</summary>
internal static class Config
{
    // Jobs of our own rather than BenchmarkDotNet's --job: only these know how to build, see BenchmarkToolchain.
    private const string DryOption = "--dry";
    private const string TiersOption = "--tiers";

    /// <summary>One job of a few seconds a benchmark, for a human who waits for it.</summary>
    internal static IConfig Short => Timed.AddJob(ShortJob.WithId("Short"));

    /// <summary>The same job on every instruction tier, each in processes of its own.</summary>
    internal static IConfig Tiers => Timed
        .AddJob(ShortJob.WithId("default").AsBaseline())
        .AddJob(ShortJob.WithId("256").WithEnvironmentVariable("DOTNET_EnableAVX512", "0"))
        .AddJob(ShortJob.WithId("128").WithEnvironmentVariable("DOTNET_EnableAVX2", "0"))
        .AddJob(ShortJob.WithId("scalar").WithEnvironmentVariable("DOTNET_EnableHWIntrinsic", "0"));

    /// <summary>Every benchmark once: tells whether it runs and its results are right, not how fast.</summary>
    internal static IConfig Dry => Plain.AddJob(Job.Dry.WithToolchain(BenchmarkToolchain.Instance));

    private static ManualConfig Plain => ManualConfig.Create(DefaultConfig.Instance)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .HideColumns(Column.Error, Column.RatioSD)
        .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));

    private static ManualConfig Timed => Plain.AddColumn(new GigaflopsColumn(), new RooflineColumn(), new GigabytesColumn());

    private static Job ShortJob =>
        Job.Default.WithToolchain(BenchmarkToolchain.Instance).WithLaunchCount(1).WithWarmupCount(3).WithIterationCount(8);

    /// <summary>Takes our own options out of the command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The configuration that they ask for, and what is left for BenchmarkDotNet.</returns>
    internal static (IConfig Config, string[] Others) From(string[] arguments)
    {
        IConfig config = arguments.Contains(TiersOption) ? Tiers : arguments.Contains(DryOption) ? Dry : Short;
        return (config, [.. arguments.Where(argument => argument is not (TiersOption or DryOption))]);
    }
}
