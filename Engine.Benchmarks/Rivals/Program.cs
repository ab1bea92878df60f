using QEngine;
using QEngine.Benchmarks.Rivals;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Benchmarking;
using QEngine.Workers;

try
{
    using PretrainedFiles pretrained = new();
    Settings settings = pretrained.Complete(Settings.Parse(args));
    string[] texts = settings.ReadTexts();
    byte[] onnx = File.ReadAllBytes(settings.Onnx!);
    (byte[] quantized, int products) = DynamicQuantization.Apply(onnx);
    using WorkerPool workers = new(settings.Threads);
    using OnnxEncoder single = new(onnx, settings.Threads, settings.Cls), eight = new(quantized, settings.Threads, settings.Cls);
    LoadOptions int8 = new() { Precision = EncoderPrecision.Int8 };
    Comparison comparison = new(
        settings, ModelFolder.Load(settings.Model, workers), ModelFolder.Load(settings.Model, workers, int8), texts, single, eight);

    PeakMeter peak = new(workers);
    peak.Measure();
    Console.WriteLine($"{texts.Length} texts, {comparison.TokenCount / texts.Length} tokens each; {settings.Threads} threads; peak {peak.Gigaflops:F0} GFLOP/s; "
        + $"int8: {products} products; {settings.Rounds} rounds, medians");
    comparison.Bulk();
    comparison.Queries();
    comparison.EqualLengths();
    if (settings.Vocabulary is { } vocabulary) comparison.Tokenizing(vocabulary);
    return 0;
}
catch (Exception failure) when (failure is QEngineException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"rivals: {failure.Message}");
    return 1;
}
