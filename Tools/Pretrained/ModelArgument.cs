using System.CommandLine.Parsing;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Workers;

namespace QEngine.Tools.Pretrained;

/// <summary>
/// What an option names a model by: a folder, or a name of <c>qengine models</c>, which is fetched where it is not there yet.
/// </summary>
internal static class ModelArgument
{
    /// <summary>What stands for the value in the help.</summary>
    public const string HelpName = "DIR|NAME";

    /// <summary>Where packages come from.</summary>
    internal static IPackages Packages { get; set; } = new NuGetPackages();

    /// <summary>
    /// Reads an option that names a model, or the folder of a head alone, or a word that stands for something else, as <c>bm25</c>.
    /// </summary>
    public static Func<ArgumentResult, InputFolder> Parse { get; } = InputFolder.ParseKnown(ModelFolder.Names.Contains, Locate);

    /// <summary>Requires, before any work, the value of --encoder that is no size to be a folder or a known name.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static string RequireEncoder(string value)
    {
        if (Directory.Exists(value) || PretrainedModels.Find(value) is not null) return value;
        throw new UsageException(
            $"expected --encoder {string.Join(", ", BertConfiguration.Presets)}, a model folder or one of {PretrainedModels.Names}, "
            + $"found '{value}'");
    }

    /// <summary>The folder of a model; a folder wins over a name.</summary>
    /// <exception cref="QEngineException">It is neither, or the model cannot be fetched.</exception>
    public static string Folder(string value)
    {
        if (Directory.Exists(value)) return value;
        if (PretrainedModels.Find(value) is { } model) return ModelCache.Get(model, Packages, Say, Session.Cancellation);
        throw new QEngineException($"expected the folder of a model, or one of {PretrainedModels.Names}, found no such folder: {value}");
    }

    /// <summary>Loads a model.</summary>
    /// <exception cref="QEngineException">There is none of that name, or it cannot be fetched or loaded.</exception>
    public static SentenceEmbedder Load(string value, WorkerPool? workers = null, EncoderPrecision? precision = null) =>
        ModelFolder.Load(Folder(value), workers, new LoadOptions { Precision = precision });

    /// <summary>What results call a model: the name of its folder, or its name of <c>qengine models</c>.</summary>
    public static string NameOf(string value)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(value)));
        return name.Length > 0 ? name : value;
    }

    /// <summary>Says something before long work.</summary>
    public static void Say(string line) => StandardError.Line(line);

    /// <summary>Where a model is, or will be once it is fetched.</summary>
    private static string Locate(string value) =>
        !Directory.Exists(value) && PretrainedModels.Find(value) is { } model ? ModelCache.FolderOf(model) : value;
}
