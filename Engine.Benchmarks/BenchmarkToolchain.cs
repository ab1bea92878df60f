using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains;
using BenchmarkDotNet.Toolchains.CsProj;
using BenchmarkDotNet.Toolchains.DotNetCli;

namespace QEngine.Benchmarks;

/// <summary>
/// Builds each benchmark as a program of its own. BenchmarkDotNet looks for a project called like the assembly, which is
/// <c>QEngine.Benchmarks</c> in the project <c>Engine.Benchmarks</c>; here it is told where that is.
/// </summary>
internal static class BenchmarkToolchain
{
    private const string Project = "Engine.Benchmarks.csproj";

    private static readonly string Framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";

    /// <summary>The toolchain, for the runtime that this program runs on; the nulls ask for the `dotnet` and the packages of the path.</summary>
    internal static IToolchain Instance { get; } =
        new Toolchain(Framework, new Generator(), new DotNetCliBuilder(Framework), new DotNetCliExecutor(null!));

    private sealed class Generator() : CsProjGenerator(Framework, null!, null!, null!)
    {
        protected override FileInfo GetProjectFilePath(Type benchmarkTarget, ILogger logger)
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                FileInfo project = new(Path.Combine(folder.FullName, Project));
                if (project.Exists) return project;
            }
            throw new InvalidOperationException($"expected {Project} above {AppContext.BaseDirectory}, found none");
        }
    }
}
