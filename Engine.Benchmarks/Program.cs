using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using QEngine.Benchmarks;

if (PlotCommand.Takes(args)) return PlotCommand.Run(args);
if (LoadCommand.Takes(args)) return await LoadCommand.Run(args);

(IConfig config, string[] others) = Config.From(args);
IEnumerable<Summary> summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(others, config);

// A benchmark that does not build, or whose setup finds a wrong result, fails the run.
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
