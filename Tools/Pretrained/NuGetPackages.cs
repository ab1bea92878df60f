using System.Text.Json;

namespace QEngine.Tools.Pretrained;

/// <summary>
/// Packages through the user's own NuGet: its sources, credentials, proxy and folder of packages are those that <c>dotnet restore</c>
/// uses. A package that lies in the folder already is taken from there, without the SDK and without a network.
/// </summary>
internal sealed class NuGetPackages : IPackages
{
    private const string FolderVariable = "NUGET_PACKAGES";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    public string Find(string package, string version, CancellationToken cancellationToken) =>
        Cached(package, version) ?? Restore(package, version, cancellationToken);

    /// <summary>The folder of a package that needs no restore, or null.</summary>
    internal static string? Cached(string package, string version) => In(UsualFolder(), package, version);

    private static string Restore(string package, string version, CancellationToken cancellationToken)
    {
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("qengine-restore-");
        try
        {
            DotNetSdk sdk = DotNetSdk.Find(temporary.FullName, cancellationToken);
            WriteProject(temporary.FullName, sdk.Framework, package, version);
            (int code, string output) = sdk.Run(
                temporary.FullName, Longest, cancellationToken, "restore", "fetch.csproj", "--verbosity", "quiet", "-nodeReuse:false");
            if (code != 0) throw new QEngineException($"expected NuGet to restore {package} {version}, found {Reason(output)}");
            foreach (string folder in Folders(Path.Combine(temporary.FullName, "obj", "project.assets.json")))
            {
                if (In(folder, package, version) is { } found) return found;
            }
            throw new QEngineException($"expected {package} {version} in NuGet's folder of packages after its restore, found none");
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    // Empty files beside the project keep out what lies in folders above the temporary one.
    private static void WriteProject(string folder, string framework, string package, string version)
    {
        File.WriteAllText(Path.Combine(folder, "fetch.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>{framework}</TargetFramework>
                <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
                <UseAppHost>false</UseAppHost>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageDownload Include="{package}" Version="[{version}]" />
              </ItemGroup>
            </Project>
            """);
        foreach (string name in (ReadOnlySpan<string>)["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            File.WriteAllText(Path.Combine(folder, name), "<Project />");
    }

    private static string UsualFolder()
    {
        string? asked = Environment.GetEnvironmentVariable(FolderVariable);
        return string.IsNullOrEmpty(asked)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")
            : asked;
    }

    // NuGet writes the mark last.
    private static string? In(string folder, string package, string version)
    {
        string found = Path.Combine(folder, package.ToLowerInvariant(), version);
        return File.Exists(Path.Combine(found, ".nupkg.metadata")) ? found : null;
    }

    private static List<string> Folders(string assets)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(assets));
        return [.. document.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
    }

    private static string Reason(string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string line = lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault()
            ?? "no reason";
        // "path(1,2): error NU1101: what happened [path]"
        int error = line.IndexOf("error ", StringComparison.OrdinalIgnoreCase);
        if (error >= 0) line = line[error..];
        int project = line.LastIndexOf(" [", StringComparison.Ordinal);
        return project > 0 && line.EndsWith(']') ? line[..project] : line;
    }
}
