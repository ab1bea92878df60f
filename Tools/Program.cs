using System.CommandLine;
using System.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Commands;

namespace QEngine.Tools;

/// <summary>Entry point of the <c>qengine</c> command line.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        // Windows would put redirected output through a code page that lacks most characters.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return Run(args);
    }

    /// <summary>Runs a command line: results on stdout, progress and one-line errors on stderr.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>0 done, 1 failed, 2 wrong usage, 130 interrupted.</returns>
    internal static int Run(string[] args)
    {
        Session.CatchInterrupts();
        ParseResult parse = Root().Parse(args);
        if (parse.Errors.Count > 0)
        {
            Console.Error.WriteLine($"qengine: {parse.Errors[0].Message} (see qengine {parse.CommandResult.Command.Name} --help)");
            return ExitCode.Usage;
        }
        try
        {
            return parse.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException wrong)
        {
            return Fail(wrong.Message, ExitCode.Usage);
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted", ExitCode.Interrupted);
        }
        catch (Exception failure) when (failure is QEngineException or IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return Fail(failure.Message, ExitCode.Failed);
        }
    }

    private static RootCommand Root()
    {
        RootCommand root = new("QEngine: quantum-inspired text embeddings in pure managed .NET. Start with: qengine demo");
        root.Options.Add(CommonOptions.Threads);
        root.Options.Add(CommonOptions.Seed);
        root.Options.Add(CommonOptions.Json);
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(ModelsCommand.Create());
        root.Subcommands.Add(ImportCommand.Create());
        root.Subcommands.Add(PretrainCommand.Create());
        root.Subcommands.Add(TrainCommand.Create());
        root.Subcommands.Add(TrainHeadCommand.Create());
        root.Subcommands.Add(MineCommand.Create());
        root.Subcommands.Add(EmbedCommand.Create());
        root.Subcommands.Add(CompressCommand.Create());
        root.Subcommands.Add(IndexCommand.Create());
        root.Subcommands.Add(SearchCommand.Create());
        root.Subcommands.Add(EvaluateCommand.Create());
        root.Subcommands.Add(EvaluateStsCommand.Create());
        root.Subcommands.Add(ScoreCommand.Create());
        root.Subcommands.Add(TokenizeCommand.Create());
        root.Subcommands.Add(InfoCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        return root;
    }

    private static int Fail(string message, int code)
    {
        Console.Error.WriteLine($"qengine: {message.ReplaceLineEndings(" ")}");
        return code;
    }
}
