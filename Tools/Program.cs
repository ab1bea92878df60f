using System.CommandLine;
using System.CommandLine.Help;
using QEngine.Tools.Cli;
using QEngine.Tools.Commands;
using QEngine.Tools.Mpi;

namespace QEngine.Tools;

/// <summary>Entry point of the <c>qengine</c> command line.</summary>
internal static class Program
{
    // Nothing in a query stands for anything else: @ names no file of further arguments, -abc no three options.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    private static int Main(string[] args)
    {
        StandardStreams.Open();
        // The runtime's report of a fault in the program itself starts on a line of its own too.
        AppDomain.CurrentDomain.UnhandledException += (_, _) => StandardError.EndProgress();
        // Before hours of work rather than after them, when there would be nowhere to write the results to.
        return StandardStreams.OutputIsClosed
            ? Fail($"expected {StandardOutput.Name} for results, found it closed", ExitCode.Failed)
            : End(Run(args));
    }

    /// <summary>Where this is one of several processes of a run and has failed, the others end too.</summary>
    private static int End(int exitCode)
    {
        MpiGroup.Abort(exitCode);
        return exitCode;
    }

    /// <summary>Runs a command line: results on stdout, progress and one-line errors on stderr.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated, 141 where nobody reads the output any more.</returns>
    internal static int Run(string[] args)
    {
        Interrupts.Catch();
        try
        {
            int code = Invoke(Root(), args);
            if (code == ExitCode.Success) MpiGroup.Leave();
            return code;
        }
        catch (UsageException wrong)
        {
            return Fail(wrong.Message, ExitCode.Usage);
        }
        catch (OperationCanceledException)
        {
            // The processes of a run stop together.
            MpiGroup.Leave();
            return Interrupts.Message is { } message ? Fail(message, Interrupts.ExitCode) : Interrupts.ExitCode;
        }
        catch (Exception failure) when (failure is QEngineException or IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return Fail(Spool.Original(failure.Message), ExitCode.Failed);
        }
        finally
        {
            Spool.Delete();
        }
    }

    /// <summary>Compares all files that the command line names before the command reads, computes or writes anything.</summary>
    private static void Prepare(ParseResult parse)
    {
        // Not where help is asked for.
        if (parse.Action != parse.CommandResult.Command.Action) return;
        CommandPaths paths = new(parse);
        paths.RequireDistinct();
        if (!paths.WriteStandardOutput) return;
        Console.SetOut(Console.Error);
        StandardStreams.OutputIsTerminal = false;
    }

    private static int Invoke(RootCommand root, string[] args)
    {
        // Before anything can be found to be wrong, so that one process says it and ends the others.
        if (MpiLauncher.IsPresent && root.Parse(args, Parsing).CommandResult.Command is TrainCommand) MpiGroup.Join();
        string[] arguments = ArgumentReader.Read(root, args);
        if (arguments.Length == 0)
        {
            root.Parse("--help", Parsing).Invoke();
            return Fail($"expected a command, found none {ArgumentReader.Hint(root)}", ExitCode.Usage);
        }
        ParseResult parse = root.Parse(arguments, Parsing);
        if (parse.Errors.Count > 0)
            return Fail($"{parse.Errors[0].Message} {ArgumentReader.Hint(parse.CommandResult.Command)}", ExitCode.Usage);
        Prepare(parse);
        return parse.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>All commands, and the options that each has.</summary>
    internal static RootCommand Root()
    {
        RootCommand root = new(
            "QEngine: quantum-inspired text embeddings in pure managed .NET. Start with: qengine demo\nqengine help COMMAND tells "
            + "what a command takes; qengine version which one this is.");
        root.Options.Clear();
        root.Options.Add(new HelpOption("--help", "-h", "-?", "/?"));
        root.Options.Add(new VersionOption("--version", "-v"));
        root.Options.Add(CommonOptions.Threads);
        root.Options.Add(CommonOptions.Seed);
        root.Options.Add(CommonOptions.Json);
        root.Options.Add(CommonOptions.Quiet);
        root.Subcommands.Add(new DemoCommand());
        root.Subcommands.Add(new ModelsCommand());
        root.Subcommands.Add(new ImportCommand());
        root.Subcommands.Add(new QuantizeCommand());
        root.Subcommands.Add(new PretrainCommand());
        root.Subcommands.Add(new TrainCommand());
        root.Subcommands.Add(new TrainHeadCommand());
        root.Subcommands.Add(new AttachCommand());
        root.Subcommands.Add(new MineCommand());
        root.Subcommands.Add(new EmbedCommand());
        root.Subcommands.Add(new CompressCommand());
        root.Subcommands.Add(new IndexCommand());
        root.Subcommands.Add(new SearchCommand());
        root.Subcommands.Add(new ServeCommand());
        root.Subcommands.Add(new EvaluateCommand());
        root.Subcommands.Add(new EvaluateStsCommand());
        root.Subcommands.Add(new ScoreCommand());
        root.Subcommands.Add(new ExperimentCommand());
        root.Subcommands.Add(new ReportCommand());
        root.Subcommands.Add(new CircuitCommand());
        root.Subcommands.Add(new LabCommand());
        root.Subcommands.Add(new TokenizeCommand());
        root.Subcommands.Add(new InfoCommand());
        root.Subcommands.Add(new BenchCommand());
        root.Subcommands.Add(new CompletionCommand());
        root.Subcommands.Add(new CompleteCommand(root));
        return root;
    }

    private static int Fail(string message, int code)
    {
        if (!MpiGroup.IsToSay(code == Interrupts.ExitCode)) return code;
        StandardError.EndProgress();
        StandardError.Line($"qengine: {message.ReplaceLineEndings(" ")}");
        return code;
    }
}
