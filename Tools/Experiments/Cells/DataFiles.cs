using QEngine.Tools.Indexing;

namespace QEngine.Tools.Experiments;

/// <summary>The files of an experiment, with the SHA-256 of each by its name in the experiment.</summary>
internal sealed class DataFiles
{
    private readonly Experiment _experiment;
    private readonly SortedDictionary<string, string> _hashes = new(StringComparer.Ordinal);

    private DataFiles(Experiment experiment, string folder) => (_experiment, Folder) = (experiment, folder);

    /// <summary>The folder that they are in.</summary>
    public string Folder { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, string> All => _hashes;

    /// <summary>Reads them.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">The folder that they are in.</param>
    /// <exception cref="QEngineException">One is missing or cannot be read.</exception>
    public static DataFiles Hash(Experiment experiment, string folder)
    {
        DataFiles files = new(experiment, folder);
        IEnumerable<ExperimentTraining> training =
        [
            experiment.Training, .. experiment.Backbones.Select(one => one.Training), .. experiment.Models.Select(one => one.Training),
        ];
        foreach (string name in training.SelectMany(Names)
            .Concat(experiment.Tests.SelectMany(files.Names)).Concat(experiment.Backbones.SelectMany(one => one.Vectors?.Files ?? [])))
            files._hashes[name] = ExperimentFolder.Hash(Path.Combine(folder, name));
        return files;
    }

    /// <summary>Those that a cell depends on: the tests', and what it learns from.</summary>
    public IReadOnlyDictionary<string, string> Of(Cell cell)
    {
        IEnumerable<string> names = cell.Backbone.Vectors?.Files ?? _experiment.Tests.SelectMany(Names);
        if (cell.Model.Learns) names = names.Concat(Names(cell.Training));
        if (_experiment.Development > 0) names = names.Concat(Names(_experiment.Training));
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string name in names) files[name] = _hashes[name];
        return files;
    }

    private static IEnumerable<string> Names(ExperimentTraining training) =>
        training.Vocabulary is { } vocabulary ? [.. training.Triples ?? [], vocabulary] : training.Triples ?? [];

    private IEnumerable<string> Names(ExperimentTest test)
    {
        if (test.IsPairs) return [test.Path];
        string path = Path.Combine(Folder, test.Path);
        if (!Directory.Exists(path)) throw new QEngineException($"expected the folder of a test, found none: {path}");
        string[] files = [DataFolder.Queries(path), DataFolder.Passages(path), DataFolder.Judgements(path)];
        return files.Select(file => Path.GetRelativePath(Folder, file));
    }
}
