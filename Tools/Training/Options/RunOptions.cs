using System.CommandLine;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>The options that say where a training run is kept and how it goes on after an interruption.</summary>
internal sealed class RunOptions
{
    private const int DefaultSteps = 500;
    private const string Ending = ".checkpoint", LockEnding = ".checkpoint.lock";

    private readonly Option<OutputFolder?> _out = new Option<OutputFolder?>("--out")
    {
        CustomParser = OutputFolder.ParseWith(Ending),
        Required = true,
        Description = "Model folder to write, after every epoch.",
        HelpName = "DIR",
    }.Tag(OptionTags.KeepsResult | OptionTags.Local);

    private readonly Option<bool> _half = new Option<bool>("--half")
    {
        Description = "Write the weights in 16 bits (F16) instead of 32.",
    }.Tag(OptionTags.KeepsResult);

    private readonly Option<bool> _resume = new Option<bool>("--resume")
    {
        Description = "Go on from DIR.checkpoint, which an interrupted run leaves; the result is that of a run that was not interrupted.",
    }.Tag(OptionTags.KeepsResult | OptionTags.Local);

    private readonly Option<int> _checkpointSteps = new Option<int>("--checkpoint-steps")
    {
        Description = "Steps between two checkpoints, beside those at the end of epochs and at Ctrl-C; 0 for these only.",
        DefaultValueFactory = _ => DefaultSteps,
        HelpName = "N",
    }.Whole(0).Tag(OptionTags.KeepsResult);

    /// <summary>Adds the options to a command.</summary>
    public RunOptions(Command command)
    {
        command.AddOptions(_out, _half, _resume, _checkpointSteps);
    }

    /// <summary>The model folder.</summary>
    public string Folder(ParseResult parse) => parse.GetRequiredValue(_out)!.Folder;

    /// <summary>Whether weights are written in 16 bits.</summary>
    public bool Half(ParseResult parse) => parse.GetValue(_half);

    /// <summary>Steps between two checkpoints, or 0.</summary>
    public int CheckpointSteps(ParseResult parse) => parse.GetValue(_checkpointSteps);

    /// <summary>Checks, before anything is computed, that the folder can be written and what was left of an earlier run.</summary>
    /// <exception cref="UsageException">An interrupted run's checkpoint would be lost.</exception>
    /// <exception cref="QEngineException">The folder cannot be written.</exception>
    public void Check(ParseResult parse)
    {
        string folder = Folder(parse), checkpoint = CheckpointPath(parse);
        if (Path.GetDirectoryName(folder) is { } parent) Directory.CreateDirectory(parent);
        ModelFolder.RequireWritable(folder);
        AtomicFile.Require(checkpoint);
        if (File.Exists(checkpoint) && !parse.GetValue(_resume))
            throw new UsageException(
                $"expected --resume to go on with an interrupted run, or its checkpoint deleted to begin anew, found {checkpoint}");
    }

    /// <summary>Claims the folder for as long as a run lasts: two at a time would write one checkpoint and one model.</summary>
    /// <exception cref="QEngineException">Another run has it, or the claim cannot be written.</exception>
    public IDisposable Claim(ParseResult parse) => FileLock.TryTakeTemporary(Folder(parse) + LockEnding)
        ?? throw new QEngineException($"expected a folder that no other run writes, found one that does: {Folder(parse)}");

    /// <summary>Where the run's state is kept.</summary>
    public string CheckpointPath(ParseResult parse) => Folder(parse) + Ending;

    /// <summary>The checkpoint to go on from, or null where the run begins.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="settings">All that has to be the same.</param>
    public TrainingCheckpoint? Resume(ParseResult parse, string settings) =>
        parse.GetValue(_resume) && File.Exists(CheckpointPath(parse)) ? TrainingCheckpoint.Open(CheckpointPath(parse), settings) : null;
}
