using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace QEngine.Tools.Pretrained;

/// <summary>The .NET SDK of this machine.</summary>
internal sealed class DotNetSdk
{
    private const string RootVariable = "DOTNET_ROOT", HostVariable = "DOTNET_HOST_PATH";

    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);

    private readonly string _program;

    private DotNetSdk(string program, string framework) => (_program, Framework) = (program, framework);

    /// <summary>The framework that its projects target without fetching anything.</summary>
    public string Framework { get; }

    /// <summary>Finds an SDK: that of DOTNET_ROOT, or of the PATH.</summary>
    /// <param name="folder">A folder without <c>global.json</c> above it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="QEngineException">There is none.</exception>
    public static DotNetSdk Find(string folder, CancellationToken cancellationToken)
    {
        foreach (string program in Programs())
        {
            if (!File.Exists(program)) continue;
            DotNetSdk sdk = new(program, "");
            (int code, string output) = sdk.Run(folder, Short, cancellationToken, "--version");
            if (code == 0 && Major(output) is int major) return new DotNetSdk(program, $"net{major}.0");
        }
        throw new QEngineException("expected a .NET SDK to fetch a package with (dotnet on the PATH or in DOTNET_ROOT), found none");
    }

    /// <summary>Runs a command of it.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="timeout">Time after which it is ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="arguments">The command.</param>
    /// <returns>Its exit code and all it wrote.</returns>
    /// <exception cref="QEngineException">It took too long, or did not start.</exception>
    public (int Code, string Output) Run(string folder, TimeSpan timeout, CancellationToken cancellationToken, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        StringBuilder output = new();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new QEngineException(
                $"expected dotnet {arguments[0]} to end within {timeout.TotalMinutes:F0} minutes, found it still running");
        }
        lock (output) return (process.ExitCode, output.ToString());
    }

    // The first line that begins as a version does: what else the program has to say may come before it.
    private static int? Major(string output)
    {
        foreach (string line in output.Split('\n'))
        {
            int end = line.IndexOf('.');
            if (end > 0 && int.TryParse(line.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int major)) return major;
        }
        return null;
    }

    private Process Start(string folder, string[] arguments)
    {
        ProcessStartInfo start = new(
            _program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true
        };
        // What a build that runs this program says to its own parts.
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is string name && name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
                start.Environment.Remove(name);
        }
        foreach (string name in (ReadOnlySpan<string>)[
            "DOTNET_NOLOGO", "DOTNET_CLI_TELEMETRY_OPTOUT", "DOTNET_SKIP_FIRST_TIME_EXPERIENCE", "MSBUILDDISABLENODEREUSE"])
            start.Environment[name] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        try
        {
            Process process = Process.Start(start) ?? throw new QEngineException($"expected to start {_program}, found it not started");
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception failure)
        {
            throw new QEngineException($"expected to start {_program}, found {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static void Append(StringBuilder output, string? line)
    {
        if (line is null) return;
        lock (output) output.Append(line).Append('\n');
    }

    private static IEnumerable<string> Programs()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.GetEnvironmentVariable(HostVariable) is { Length: > 0 } host) yield return host;
        if (Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } root) yield return Path.Combine(root, name);
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return Path.Combine(folder, name);
    }
}
