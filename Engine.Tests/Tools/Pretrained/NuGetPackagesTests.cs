using System.Diagnostics;
using NUnit.Framework;
using QEngine.Tests.Models;
using QEngine.Tools.Pretrained;

namespace QEngine.Tests.Tools.Pretrained;

/// <summary>NuGet through a program called dotnet, which here is a script of the test's own.</summary>
[NonParallelizable]
[Platform(Include = "Linux,MacOsX", Reason = "the program is a shell script")]
public sealed class NuGetPackagesTests
{
    private const string Package = "Some.Package", Version = "1.2.3";

    [Test]
    public void A_package_that_is_there_needs_nothing_else()
    {
        using CacheFolder cache = new(("PATH", null), ("DOTNET_ROOT", null), ("DOTNET_HOST_PATH", null));
        cache.Set("NUGET_PACKAGES", cache.Path("packages"));
        Directory.CreateDirectory(cache.Path("packages/some.package/1.2.3"));

        // Without NuGet's mark it is still being unpacked.
        ModelFiles.Refused(() => Find(), "a .NET SDK");
        File.WriteAllText(cache.Path("packages/some.package/1.2.3/.nupkg.metadata"), "{}");
        Assert.That(Find(), Is.EqualTo(cache.Path("packages/some.package/1.2.3")));
    }

    [TestCase("exit 1")]
    [TestCase("echo 'No .NET SDKs were found.'")]
    public void Without_an_sdk_there_is_one_line(string version)
    {
        using CacheFolder cache = With(version, "exit 0");

        ModelFiles.Refused(() => Find(), "a .NET SDK", "DOTNET_ROOT", "found none");
    }

    [Test]
    public void A_restore_that_fails_is_one_line()
    {
        using CacheFolder cache = With(
            "echo 10.0.100",
            "echo '/tmp/x/fetch.csproj : error NU1101: Unable to find package Some.Package. No packages exist [/tmp/x/fetch.csproj]'; "
            + "echo more; exit 1");

        ModelFiles.Refused(
            () => Find(), "NuGet to restore Some.Package 1.2.3",
                "found error NU1101: Unable to find package Some.Package. No packages exist");
        Assert.That(Assert.Throws<QEngineException>(() => Find())!.Message, Does.Not.Contain("fetch.csproj"));
    }

    [Test]
    public void A_restored_package_is_found_where_NuGet_put_it()
    {
        const string Restore =
            "grep -q 'PackageDownload Include=\"Some.Package\" Version=\"\\[1.2.3\\]\"' fetch.csproj && grep -q net10.0 fetch.csproj || exit 1\n"
            + "mkdir -p obj \"$PUT/some.package/1.2.3\"\n"
            + "touch \"$PUT/some.package/1.2.3/.nupkg.metadata\"\n"
            + "echo \"{\\\"packageFolders\\\":{\\\"/nowhere/\\\":{},\\\"$PUT/\\\":{}}}\" > obj/project.assets.json";
        using CacheFolder cache = With("echo Welcome; echo 10.0.100", Restore);
        cache.Set("PUT", cache.Path("put"));

        Assert.That(Find(), Is.EqualTo(cache.Path("put/some.package/1.2.3")));
    }

    [Test]
    public void A_restore_that_hangs_ends_when_it_is_cancelled()
    {
        using CacheFolder cache = With("echo 10.0.100", "sleep 60");
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(1));
        Stopwatch clock = Stopwatch.StartNew();

        Assert.That(() => new NuGetPackages().Find(Package, Version, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    private static string Find() => new NuGetPackages().Find(Package, Version, default);

    private static CacheFolder With(string version, string restore)
    {
        CacheFolder cache = new(("DOTNET_HOST_PATH", null));
        cache.Set("NUGET_PACKAGES", cache.Path("packages"));
        cache.Set("DOTNET_ROOT", cache.Path("sdk"));
        cache.Set("PATH", cache.Path("tools"));
        Directory.CreateDirectory(cache.Path("sdk"));
        Directory.CreateDirectory(cache.Path("tools"));
        File.WriteAllText(
            cache.Path("sdk/dotnet"),
                $"#!/bin/sh\nPATH=/usr/bin:/bin\nif [ \"$1\" = --version ]; then {version}; exit $?; fi\n{restore}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(cache.Path("sdk/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return cache;
    }
}
