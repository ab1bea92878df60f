using System.Runtime.InteropServices;

namespace QEngine.Tools.Demo.Docs;

/// <summary>The XML documentation files that every .NET SDK install carries in its <c>packs</c> folder.</summary>
/// <param name="Folder">The folder the files were looked for in.</param>
/// <param name="Files">Full paths of the XML files, ordinal order within each pack, the base pack first.</param>
internal sealed record ReferencePacks(string Folder, IReadOnlyList<string> Files)
{
    /// <summary>The option of the command line that names a folder of documentation files instead.</summary>
    public const string Option = "--docs DIR";

    private static readonly string[] PackNames = ["Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref"];

    /// <summary>Finds the newest version of each reference pack of the .NET install on this machine.</summary>
    /// <exception cref="QEngineException">No candidate install has a reference pack with documentation.</exception>
    public static ReferencePacks Find() => Find(DotnetRoots());

    /// <summary>Finds the newest version of each reference pack in the first install folder that has any.</summary>
    /// <param name="roots">Install folders in order of preference (a <c>packs</c> folder is expected in each).</param>
    /// <exception cref="QEngineException">No folder has a reference pack with documentation.</exception>
    public static ReferencePacks Find(IEnumerable<string> roots)
    {
        List<string> lookedFor = [];
        foreach (string root in roots)
        {
            string packs = Path.Combine(root, "packs");
            if (lookedFor.Contains(packs)) continue;
            lookedFor.Add(packs);
            List<string> files = [];
            foreach (string name in PackNames) files.AddRange(NewestDocumentation(Path.Combine(packs, name)));
            if (files.Count > 0) return new(packs, files);
        }
        throw new QEngineException(
            $"expected the .NET SDK's API documentation ({PackNames[0]}/<version>/ref/net*/*.xml), "
            + $"found none in {string.Join(", ", lookedFor)}; "
            + $"name a folder of XML documentation files with {Option}");
    }

    /// <summary>Takes every XML file below a folder (files that hold no API documentation are passed over when read).</summary>
    /// <exception cref="QEngineException">The folder does not exist, cannot be read or holds no XML file.</exception>
    public static ReferencePacks In(string directory)
    {
        if (!Directory.Exists(directory))
            throw new QEngineException($"{Option}: expected a folder of XML documentation files, found no folder {directory}");
        List<string> files;
        try
        {
            files = [.. Directory.EnumerateFiles(directory, "*.xml", SearchOption.AllDirectories).Select(Path.GetFullPath)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new QEngineException($"{Option}: the folder {directory} cannot be read: {failure.Message}", failure);
        }
        if (files.Count == 0)
            throw new QEngineException($"{Option}: expected XML documentation files, found no *.xml file below {directory}");
        files.Sort(StringComparer.Ordinal);
        return new(directory, files);
    }

    /// <summary>The documentation of a pack's newest version that has any. Only the folder itself: below it lie translations.</summary>
    private static List<string> NewestDocumentation(string pack)
    {
        if (!Directory.Exists(pack)) return [];
        foreach (string version in Directory.GetDirectories(pack).OrderByDescending(PackVersion.OfFolder))
        {
            string references = Path.Combine(version, "ref");
            if (!Directory.Exists(references)) continue;
            string[] frameworks = Directory.GetDirectories(references, "net*");
            List<string> files = [.. frameworks.SelectMany(folder => Directory.GetFiles(folder, "*.xml"))];
            if (files.Count == 0) continue;
            files.Sort(StringComparer.Ordinal);
            return files;
        }
        return [];
    }

    private static IEnumerable<string> DotnetRoots()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } named) yield return Path.GetFullPath(named);
        // <root>/shared/Microsoft.NETCore.App/<version>/; the program's own folder in a native or single-file program.
        string runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        if (Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(runtime))) is { Length: > 0 } running
            && Directory.Exists(Path.Combine(running, "shared")))
            yield return running;
        string program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            FileInfo host = new(Path.Combine(folder, program));
            if (host.Exists && (ResolveLink(host) ?? host).DirectoryName is { } directory) yield return directory;
        }
        foreach (string folder in UsualFolders()) yield return folder;
    }

    private static FileInfo? ResolveLink(FileInfo file)
    {
        try
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        }
        catch (IOException)
        {
            return null; // a broken or circular link on PATH is nobody's install
        }
    }

    private static IEnumerable<string> UsualFolders()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet");
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Microsoft", "dotnet");
        }
        else if (OperatingSystem.IsMacOS())
        {
            yield return "/usr/local/share/dotnet";
            yield return "/usr/local/share/dotnet/x64";
            yield return "/opt/homebrew/opt/dotnet/libexec";
            yield return "/usr/local/opt/dotnet/libexec";
        }
        else
        {
            yield return "/usr/share/dotnet";
            yield return "/usr/lib/dotnet";
            yield return "/usr/lib64/dotnet";
            yield return "/usr/local/share/dotnet";
            yield return "/opt/dotnet";
            yield return "/snap/dotnet-sdk/current";
        }
        yield return Path.Combine(home, ".dotnet");
    }
}
