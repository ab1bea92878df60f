namespace QEngine.Benchmarks;

/// <summary>The command lines that measure and draw.</summary>
internal static class PlotCommand
{
    private const int Failed = 1, WrongUsage = 2;

    private const string Usage =
        "--plot FOLDER, --plot-latency FOLDER, --plot-recall MODEL PASSAGES QUERIES FOLDER "
        + "or --plot-quality QRELS PASSAGES QUERIES FOLDER MODEL...";

    /// <summary>Whether a command line is one of them, right or wrong.</summary>
    internal static bool Takes(string[] arguments) => arguments is [['-', '-', 'p', 'l', 'o', 't', ..], ..];

    /// <summary>Runs one, errors in one line.</summary>
    /// <returns>0 done, 1 failed, 2 wrong usage.</returns>
    internal static int Run(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["--plot", string folder]:
                    Directory.CreateDirectory(folder);
                    CostPlot.Write(folder);
                    return 0;
                case ["--plot-latency", string folder]:
                    Directory.CreateDirectory(folder);
                    LatencyPlot.Write(folder);
                    return 0;
                case ["--plot-recall", string model, string passages, string queries, string folder]:
                    Directory.CreateDirectory(folder);
                    RecallPlot.Write(model, passages, queries, folder);
                    return 0;
                case ["--plot-quality", string qrels, string passages, string queries, string folder, _, ..]:
                    Directory.CreateDirectory(folder);
                    QualityPlot.Write(qrels, passages, queries, folder, arguments.AsSpan(5));
                    return 0;
                default:
                    return Fail($"expected {Usage}, found {string.Join(' ', arguments)}", WrongUsage);
            }
        }
        catch (Exception failure) when (failure is QEngineException or IOException or UnauthorizedAccessException)
        {
            return Fail(failure.Message, Failed);
        }
    }

    private static int Fail(string message, int code)
    {
        Console.Error.WriteLine(message.ReplaceLineEndings(" "));
        return code;
    }
}
