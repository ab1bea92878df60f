using System.Globalization;

namespace QEngine.Benchmarks.Rivals;

/// <summary>What is compared, from the command line.</summary>
/// <param name="Model">Folder of the model, for the engine, or the name of a pretrained one, whose package has everything else.</param>
/// <param name="Onnx">The same model for ONNX Runtime; of a pretrained one null.</param>
/// <param name="Passages">Texts, one a line; what precedes a tab is an id.</param>
/// <param name="Vocabulary">vocab.txt of the other tokenizers, or null to leave them out.</param>
/// <param name="Texts">Most texts.</param>
/// <param name="Rounds">Rounds that are counted.</param>
/// <param name="Threads">Threads of each contender.</param>
/// <param name="Cls">Whether the model's vector is its first token's.</param>
internal sealed record Settings(string Model, string? Onnx, string Passages, string? Vocabulary, int Texts, int Rounds, int Threads, bool Cls)
{
    /// <summary>How the program is called.</summary>
    public const string Usage =
        "--model NAME, or --model DIR --onnx MODEL.onnx [--vocab vocab.txt] [--pooling mean|cls]; --passages FILE.tsv [--texts N] [--rounds N] "
        + "[--threads N]";

    private static readonly string[] Names = ["model", "onnx", "passages", "vocab", "pooling", "texts", "rounds", "threads"];

    /// <summary>Reads the command line.</summary>
    /// <exception cref="QEngineException">An option is unknown or missing, or has no value that fits.</exception>
    public static Settings Parse(string[] args)
    {
        Dictionary<string, string> options = [];
        for (int i = 0; i < args.Length; i += 2)
        {
            string name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : "";
            if (!Names.Contains(name) || i + 1 == args.Length) throw new QEngineException($"expected {Usage}, found {args[i]}");
            options[name] = args[i + 1];
        }
        return new Settings(
            Required(options, "model"), options.GetValueOrDefault("onnx"), Required(options, "passages"), options.GetValueOrDefault("vocab"),
            Count(options, "texts", 1500), Count(options, "rounds", 5), Count(options, "threads", Environment.ProcessorCount),
            options.GetValueOrDefault("pooling", "mean") == "cls");
    }

    /// <summary>The texts.</summary>
    public string[] ReadTexts() =>
        [.. File.ReadLines(Passages).Select(line => line[(line.IndexOf('\t') + 1)..]).Where(line => line.Length > 0).Take(Texts)];

    private static string Required(Dictionary<string, string> options, string name) =>
        options.GetValueOrDefault(name) ?? throw new QEngineException($"expected {Usage}, found no --{name}");

    private static int Count(Dictionary<string, string> options, string name, int absent)
    {
        if (!options.TryGetValue(name, out string? text)) return absent;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0) return count;
        throw new QEngineException($"expected a number of at least 1 for --{name}, found {text}");
    }
}
