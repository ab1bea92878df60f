using System.Globalization;
using System.Numerics.Tensors;
using QEngine.Benchmarks.Rivals;
using QEngine.Models;
using QEngine.Tools.Benchmarking;
using QEngine.Workers;

// The same texts, ids and weights for everybody, in one process and in turn. ONNX Runtime is given token ids, its batches sorted by
// length; the engine is given texts and tokenises them.

Dictionary<string, string> options = Options(args);
int threads = int.Parse(options.GetValueOrDefault("threads", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
int rounds = int.Parse(options.GetValueOrDefault("rounds", "5"), CultureInfo.InvariantCulture), count = int.Parse(options.GetValueOrDefault("texts", "1500"), CultureInfo.InvariantCulture);
bool cls = options.GetValueOrDefault("pooling", "mean") == "cls";
byte[] onnx = File.ReadAllBytes(options["onnx"]);
string[] texts = [.. File.ReadLines(options["passages"]).Select(line => line[(line.IndexOf('\t') + 1)..]).Where(line => line.Length > 0).Take(count)];

using WorkerPool workers = new(threads);
SentenceEmbedder embedder = ModelFolder.Load(options["model"], workers);
int[][] ids = [.. texts.Select(text => embedder.Tokenizer.Encode(text, embedder.MaximumLength))];
int[] inOrder = [.. Enumerable.Range(0, texts.Length)], byLength = [.. inOrder.OrderBy(i => ids[i].Length)];
long tokens = ids.Sum(text => (long)text.Length);
using OnnxEncoder single = new(onnx, threads, cls);
(byte[] quantized, int products) = DynamicQuantization.Apply(onnx);
using OnnxEncoder eight = new(quantized, threads, cls);
PeakMeter peak = new(workers);
peak.Measure();
Console.WriteLine($"{texts.Length} texts, {(double)tokens / texts.Length:F0} tokens each; {threads} threads; peak {peak.Gigaflops:F0} GFLOP/s; int8: {products} products; {rounds} rounds, medians");

float[] own = new float[texts.Length * embedder.Dimension];
float[][] theirs = new float[texts.Length][], codes = new float[texts.Length][];
Show("all texts, tokens/s", tokens, Rounds.Measure(
[
    new("QEngine", () => embedder.Embed(texts, own)),
    new("ONNX Runtime float, by length, 32", () => single.Embed(ids, byLength, 32, theirs)),
    new("ONNX Runtime float, in order, 32", () => single.Embed(ids, inOrder, 32, theirs)),
    new("ONNX Runtime int8, by length, 32", () => eight.Embed(ids, byLength, 32, codes)),
], rounds), ["QEngine", "ONNX Runtime float, by length, 32", "ONNX Runtime float, in order, 32", "ONNX Runtime int8, by length, 32"], higherIsBetter: true);
Console.WriteLine($"  largest difference of a number to ONNX Runtime float {Largest(own, theirs, embedder.Dimension):E1}; mean cosine of its int8 to its float {MeanCosine(theirs, codes):F4}");

string[] queries = [.. texts.Select(text => string.Join(' ', text.Split(' ').Take(8)))];
int[][] queryIds = [.. queries.Select(text => embedder.Tokenizer.Encode(text, embedder.MaximumLength))];
int[][] single1 = new int[1][];
float[][] vector = new float[1][];
int some = Math.Min(200, queries.Length);
Show($"one query of {queryIds.Take(some).Average(text => text.Length):F0} tokens, ms", 1000.0 / some, Rounds.Measure(
[
    new("QEngine", () => { for (int i = 0; i < some; i++) embedder.Embed(queries[i]); }),
    new("float", () => { for (int i = 0; i < some; i++) One(single, queryIds[i]); }),
    new("int8", () => { for (int i = 0; i < some; i++) One(eight, queryIds[i]); }),
], rounds), ["QEngine", "ONNX Runtime float", "ONNX Runtime int8"], higherIsBetter: false);

int[][] square = [.. Enumerable.Range(0, 32).Select(i => Enumerable.Range(0, 64).Select(j => 1000 + ((i * 64) + j)).ToArray())];
int[] all = [.. Enumerable.Range(0, 32)];
QEngine.Tensors.PackedSequences packed = new();
foreach (int[] row in square) packed.Add(row);
float[][] squares = new float[32][];
float[] ownSquares = new float[32 * embedder.Dimension];
Show("32 x 64 tokens, tokens/s", 32 * 64 * 10, Rounds.Measure(
[
    new("QEngine", () => { for (int i = 0; i < 10; i++) embedder.Embed(packed, ownSquares); }),
    new("float", () => { for (int i = 0; i < 10; i++) single.Embed(square, all, 32, squares); }),
    new("int8", () => { for (int i = 0; i < 10; i++) eight.Embed(square, all, 32, squares); }),
], rounds), ["QEngine", "ONNX Runtime float", "ONNX Runtime int8"], higherIsBetter: true);

if (options.TryGetValue("vocab", out string? vocabulary))
{
    Tokenizers tokenizers = new(embedder.Tokenizer, vocabulary, texts, embedder.MaximumLength);
    long characters = texts.Sum(text => (long)text.Length);
    Show("tokenize on one thread, characters/s", characters, Rounds.Measure([new("QEngine", tokenizers.Own), new("fast", tokenizers.Fast), new("ml", tokenizers.Microsoft)], rounds), ["QEngine", "FastBertTokenizer", "Microsoft.ML.Tokenizers"], higherIsBetter: true);
    (double fast, double microsoft) = tokenizers.Differences();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  texts with other ids: FastBertTokenizer {fast:P1}, Microsoft.ML.Tokenizers {microsoft:P1}"));
}
return 0;

void One(OnnxEncoder encoder, int[] text)
{
    single1[0] = text;
    encoder.Embed(single1, [0], 1, vector);
}

static void Show(string what, double amount, double[] seconds, string[] names, bool higherIsBetter)
{
    Console.WriteLine(what);
    for (int i = 0; i < names.Length; i++)
    {
        double figure = higherIsBetter ? amount / seconds[i] : amount * seconds[i];
        string ratio = i == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  QEngine is {seconds[i] / seconds[0]:F2} times as fast");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {names[i],-36}{figure,14:N2}{ratio}"));
    }
}

static double Largest(float[] own, float[][] theirs, int dimension)
{
    double largest = 0;
    for (int i = 0; i < theirs.Length; i++)
        for (int j = 0; j < dimension; j++) largest = Math.Max(largest, Math.Abs(own[(i * dimension) + j] - theirs[i][j]));
    return largest;
}

static double MeanCosine(float[][] a, float[][] b) => a.Zip(b, (x, y) => (double)TensorPrimitives.CosineSimilarity<float>(x, y)).Average();

static Dictionary<string, string> Options(string[] args)
{
    Dictionary<string, string> options = [];
    for (int i = 0; i + 1 < args.Length; i += 2) options[args[i].TrimStart('-')] = args[i + 1];
    return options;
}
