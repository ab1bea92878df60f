using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>A run file and its values.</summary>
/// <param name="Path">The file, as given.</param>
/// <param name="Name">What tables call it: the file's name, or the path where two files have one name.</param>
/// <param name="Evaluation">The values.</param>
internal sealed record ScoredRun(string Path, string Name, Evaluation Evaluation)
{
    /// <summary>Reads and measures a run.</summary>
    /// <param name="file">The file.</param>
    /// <param name="all">All files of the table.</param>
    /// <param name="qrels">The judgements.</param>
    /// <param name="measures">The measures.</param>
    /// <param name="options">How they count.</param>
    /// <exception cref="QEngineException">The file is malformed, or has no judged query; names it.</exception>
    public static ScoredRun Read(InputFile file, IReadOnlyList<InputFile> all, Qrels qrels, Measure[] measures, EvaluationOptions options)
    {
        Session.Cancellation.ThrowIfCancellationRequested();
        string path = file.Name, name = System.IO.Path.GetFileName(path);
        bool unique = all.Select(other => other.Name).Distinct().Count(other => System.IO.Path.GetFileName(other) == name) == 1;
        Run run = RunFile.Read(file.ReadablePath);
        try
        {
            return new ScoredRun(path, unique ? name : path, Evaluation.Compute(qrels, run, measures, options));
        }
        catch (QEngineException wrong)
        {
            throw new QEngineException($"{wrong.Message}: {path}", wrong);
        }
    }
}
