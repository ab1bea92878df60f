using Microsoft.Extensions.AI;
using NUnit.Framework;
using QEngine.Hosting;
using QEngine.Layers;
using QEngine.Memory;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Storage;
using QEngine.Tensors;
using QEngine.Tests.Models;
using QEngine.Tests.Support;
using QEngine.Text;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Architecture;

/// <summary>
/// Calls that only a mistake in the calling program makes, and the argument that each is blamed on: null among items, an index, a count,
/// a length, a number out of its range. What files and data hold is a <see cref="QEngineException"/>, and its own tests'.
/// </summary>
public sealed class BadArgumentTests
{
    private static readonly SentenceEmbedder Embedder = SmallModel.Create(SmallModel.Heads[1]);
    private static readonly BertTokenizer Tokenizer = Embedder.Tokenizer;
    private static readonly Hit[] Hits = new Hit[4];
    private static readonly float[] Floats = new float[64];
    private static readonly HashSet<int> None = [];

    private static IEnumerable<TestCaseData> Calls()
    {
        // Models.
        yield return Call("texts", () => Embedder.Embed([null!], Floats));
        yield return Call("text", () => Embedder.Embed(null!, "prompt"));
        yield return Call("embeddings", () => Embedder.Embed(["a"], new float[9]));
        yield return Call("embeddings", () => Embedder.Embed(["a"], []));
        yield return Call("sequences", () => Embedder.Embed((PackedSequences)null!, Floats));
        yield return Call("value", () => _ = new EmbedOptions { Format = (EmbeddingFormat)(-1) });
        yield return Call("format", () => ((EmbeddingFormat)17).Width(Embedder.Model.Head));
        yield return Call("pooling", () => new EmbeddingModel<float>(Embedder.Model.Encoder.Configuration, Embedder.Model.Head, (PoolingMode)9));
        yield return Call("modules", () => new HeadConfiguration(4, new NormalizeModule(4), null!));
        yield return Call("texts", () => new Prompts([new("query", null!)]));
        yield return Call("texts", () => new Prompts([new("query", "q"), new(null!, "p")]));
        yield return Call("name", () => Prompts.None[null!]);

        // Retrieval.
        yield return Call("texts", () => Bm25Index.Build(["a", null!]));
        yield return Call("k1", () => Bm25Index.Build(["a"], double.NaN));
        yield return Call("k1", () => Bm25Index.Build(["a"], double.PositiveInfinity));
        yield return Call("b", () => Bm25Index.Build(["a"], b: -0.1));
        yield return Call("b", () => Bm25Index.Build(["a"], b: double.NaN));
        yield return Call("k", () => Words().Search("a", 0));
        yield return Call("k", () => Words().Search("a", int.MinValue));
        yield return Call("documentIndices", () => Words().Score("a", [-1], new float[1]));
        yield return Call("documentIndices", () => Words().Score("a", [2], new float[1]));
        yield return Call("destination", () => Words().Score("a", [0], new float[2]));
        yield return Call("dimension", () => new EmbeddingIndex(Similarity.Cosine, -1, [], WorkerPool.Single));
        yield return Call("dimension", () => new EmbeddingIndex(Similarity.Fidelity, 0, [], WorkerPool.Single));
        yield return Call("similarity", () => new EmbeddingIndex((Similarity)5, 2, [], WorkerPool.Single));
        yield return Call("embeddings", () => new EmbeddingIndex(Similarity.Cosine, 2, [1], WorkerPool.Single));
        yield return Call("workers", () => new EmbeddingIndex(Similarity.Cosine, 2, [], null!));
        yield return Call("query", () => Index().Search([1], 1, Hits));
        yield return Call("k", () => Index().Search([1, 2], 0, Hits));
        yield return Call("hits", () => Index().Search([1, 2], 2, Hits.AsSpan(0, 1)));
        yield return Call("queries", () => Index().SearchAll([1, 2, 3], 1));
        yield return Call("k", () => Index().SearchAll([1, 2], -3));
        yield return Call("documents", () => Index().Score([1, 2], [2], new float[1]));
        yield return Call("documents", () => Index().Score([1, 2], [-1], new float[1]));
        yield return Call("scores", () => Index().Score([1, 2], [0, 1], new float[1]));
        yield return Call("query", () => Index().Score([], [0], new float[1]));
        yield return Call("blocks", () => new EmbeddingSearcher(Similarity.Cosine, 2, WorkerPool.Single).SearchAll([null!], [1, 2], 1));
        yield return Call("rescored", () => new EmbeddingSearcher(Similarity.Cosine, 2, WorkerPool.Single).SearchNearestAll([], [1, 2], 3, 2));
        yield return Call("firstIndex", () => new EmbeddingBlock(Similarity.Cosine, 2, new float[2], -1, WorkerPool.Single));
        yield return Call("rows", () => EmbeddingBlock.Keep(Similarity.Cosine, 2, [1, 0], new float[4]));
        yield return Call("codes", () => new EmbeddingBlock(Similarity.Cosine, 2, new float[2], 0, (CodeBlock)null!));
        yield return Call("rows", () => ScalarQuantizer.Train(CodeBits.Eight, 0, [1]));
        yield return Call("rows", () => ScalarQuantizer.Train(CodeBits.Eight, 2, []));
        yield return Call("rows", () => ScalarLevels.Train(2, 2, [1]));
        yield return Call("rows", () => new ScalarLevels(2, [0, 0], [1, 1]).Round(new float[3]));
        yield return Call("weight", () => new WeightedFusion(double.NaN));
        yield return Call("weight", () => new WeightedFusion(-0.5));
        yield return Call("k", () => new ReciprocalRankFusion().Fuse(Hits, Hits, 0));
        yield return Call("found", () => new RankedList([new("a", 1), new(null!, 2)]));
        yield return Call("found", () => new RankedList([default]));
        yield return Call("rank", () => new RankedList([new("a", 1)])[1]);
        yield return Call("rank", () => new RankedList([])[-1]);
        yield return Call("queryId", () => new Run().Add(null!, new RankedList([])));
        yield return Call("documentId", () => new Qrels().Add("q", null!, 1));
        yield return Call("measures", () => Evaluation.Compute(Judged(), Found(), []));
        yield return Call("measures", () => Evaluation.Compute(Judged(), Found(), [null!]));
        yield return Call("measure", () => Measured().Summary(1));
        yield return Call("measure", () => Measured().Value(0, -1));
        yield return Call("query", () => Measured().Value(1, 0));
        yield return Call("measure", () => new PairedEvaluations(Measured(2), Measured(2)).Compare(4, 1));
        yield return Call("excluded", () =>
        {
            SplittableRandom random = new(1);
            return new NegativeSelection { Count = 1, Last = 1 }.Choose(Hits, null!, 0, ref random);
        });
        yield return Call("threads", () => HardNegatives.Mine(Bm25Index.Build(["a"]), [], [], 1, 0, 1, 0));
        yield return Call("queries", () => HardNegatives.Mine(Bm25Index.Build(["a"]), [null!], [None], 1, 0, 1, 1));
        yield return Call("positives", () => HardNegatives.Mine(Bm25Index.Build(["a"]), ["a"], [new HashSet<int> { 1 }], 1, 0, 1, 1));
        yield return Call("perSystem", () => HardNegativesFile.Read("x", 0));

        // Quantum.
        yield return Call("qubits", () => new CircuitBuilder(0));
        yield return Call("qubits", () => new CircuitBuilder(13));
        yield return Call("qubit", () => new CircuitBuilder(2).H(2));
        yield return Call("qubit", () => new CircuitBuilder(2).CNOT(-1, 0));
        yield return Call("qubits", () => new CircuitBuilder(2).CNOT(1, 1));
        yield return Call("qubits", () => new CircuitBuilder(2).Probabilities(1, 1));
        yield return Call("qubit", () => new CircuitBuilder(2).Probabilities(1, 2));
        yield return Call("angles", () => new CircuitBuilder(2).RX(0, double.NaN));
        yield return Call("angles", () => new CircuitBuilder(2).Rot(0, 0, double.PositiveInfinity * Angle.Input(0), 0));
        yield return Call("observables", () => new CircuitBuilder(2).Expect(PauliString.Z(1), PauliString.X(2)));
        yield return Call("matrix", () => new CircuitBuilder(2).Unitary(0, [1, 0, 0]));
        yield return Call("matrix", () => new CircuitBuilder(2).Unitary(0, [1, 0, 0, 1.001]));
        yield return Call("matrix", () => new CircuitBuilder(2).Unitary(0, [1, double.NaN, 0, 1]));
        yield return Call("matrix", () => new CircuitBuilder(2).Unitary(0, 1, new System.Numerics.Complex[16]));
        yield return Call("circuit", () => new CircuitBuilder(2).Append(new CircuitBuilder(3).Build()));
        yield return Call("firstInput", () => new CircuitBuilder(2).Append(new CircuitBuilder(2).Build(), firstInput: -1));
        yield return Call("firstParameter", () => new CircuitBuilder(2).AppendInverse(new CircuitBuilder(2).Build(), firstParameter: -1));
        yield return Call("index", () => Angle.Parameter(-1));
        yield return Call("column", () => Angle.Input(-1));
        yield return Call("qubit", () => PauliString.Y(12));
        yield return Call("second", () => PauliString.X(1) * PauliString.Z(1));
        yield return Call("shots", () => CircuitShots.Estimate<float>(new CircuitBuilder(1).ExpectZ().Build(), 0, new SplittableRandom(1), new float[1]));
        yield return Call("results", () => CircuitShots.Estimate<float>(new CircuitBuilder(2).ExpectZ().Build(), 1, new SplittableRandom(1), new float[3]));

        // Text.
        yield return Call("pieces", () => Vocabulary.Create(["[UNK]", null!]));
        yield return Call("texts", () => WordPieceTrainer.Train(["a", null!]));
        yield return Call("text", () => Tokenizer.Encode(null!, 5));

        // Training.
        yield return Call("maximumLength", () => new TrainingSet(Tokenizer, 1));
        yield return Call("negatives", () => new TrainingSet(Tokenizer, 8).Add("q", "p", ["n", null!]));
        yield return Call("index", () => new TrainingSet(Tokenizer, 8).Tokens(0));
        yield return Call("index", () => new TrainingSet(Tokenizer, 8).IsPositive(-1, 0));
        yield return Call("paths", () => TriplesFile.Read());
        yield return Call("paths", () => TriplesFile.Read(["a", null!]));
        yield return Call("rows", () => new UnlabelledExamples(Floats, 8, [0, 8], 1, 0));
        yield return Call("rows", () => new UnlabelledExamples(Floats, 8, [-1], 1, 0));
        yield return Call("pairs", () => new ScoredPairExamples(Floats, 8, [new(0, 8, 1)]));
        yield return Call("pairs", () => new RelevantPairExamples(Floats, 8, [new(-1, 0, 1)]));
        yield return Call("groups", () => new GroupExamples(new float[12], 2, 3, [2]));
        yield return Call("vectors", () => new GroupExamples(null!, 2, 3));
        yield return Call("columns", () => new UnlabelledExamples(Floats, 0, [], 1, 0));
        yield return Call("vectors", () => new UnlabelledExamples(Floats, 7, [], 1, 0));
        yield return Call("count", () =>
        {
            SplittableRandom random = new(1);
            return InverseCloze.Pairs("a", -1, ref random);
        });
        yield return Call("rows", () => PrincipalComponents.Compute(Floats, 8, [0, 8], 1, WorkerPool.Single));

        // Storage.
        yield return Call("row", () => new Npy().Array.Row(2));
        yield return Call("row", () => new Npy().Array.Row(-1));
        yield return Call("path", () => NpyFile.Read(null!));
        yield return Call("path", () => NpyFile.Write(null!, [], 0, 1));

        // Hosting.
        yield return Call("values", () => new QEngineEmbeddingGenerator(Embedder, "m").GenerateAsync([null!]));
        yield return Call("values", () => new QEngineEmbeddingGenerator(Embedder, "m").GenerateAsync(null!));
        yield return Call("modelId", () => new QEngineEmbeddingGenerator(Embedder, ""));
        yield return Call("embedder", () => new QEngineEmbeddingGenerator(null!, "m"));
        yield return Call("serviceType", () => new QEngineEmbeddingGenerator(Embedder, "m").GetService(null!));

        // Statistics, Workers, Memory, Tensors.
        yield return Call("y", () => Correlation.Pearson([1], [1, 2]));
        yield return Call("values", () => BootstrapInterval.OfMean([], 0.9, 10, new SplittableRandom(1)));
        yield return Call("confidence", () => BootstrapInterval.OfMean([1], double.NaN, 10, new SplittableRandom(1)));
        yield return Call("resamples", () => BootstrapInterval.OfMean([1], 0.9, 0, new SplittableRandom(1)));
        yield return Call("t", () => StudentT.TwoSided(double.NaN, 1));
        yield return Call("degreesOfFreedom", () => StudentT.TwoSided(1, double.NaN));
        yield return Call("threads", () => new WorkerPool(0));
        yield return Call("threads", () => new WorkerPool(1025));
        yield return Call("count", () => Run(WorkerPool.Single, -1));
        yield return Call("length", () => new Arena<float>().Allocate(-1));
        yield return Call("query", () => new CandidateList().SetQuery(0, 0));
        yield return Call("token", () => new PackedSequences().Replace(0, 1));
        yield return Call("count", () => new SplittableRandom(1).NextInt(0));
        yield return Call("array", () => new Tensor<float>(null!, new Shape(1, 1)));
    }

    [TestCaseSource(nameof(Calls))]
    public void The_argument_is_named(string name, Action call) =>
        Assert.That(() => call(), Throws.InstanceOf<ArgumentException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(name));

    [Test]
    public void What_is_disposed_of_says_so()
    {
        WorkerPool one = new(1), two = new(2);
        one.Dispose();
        two.Dispose();
        WorkerPool.Single.Dispose();
        using TemporaryFolder folder = new();
        NpyWriter writer = NpyWriter.Create(folder.Path("a.npy"), 1);
        writer.Dispose();
        NpyFile.Write(folder.Path("b.npy"), [1, 2], 2, 1);

        Assert.That(() => Run(one, 3), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => Run(two, 3), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => Run(WorkerPool.Single, 3), Throws.Nothing, "it has nothing to be disposed of");
        Assert.That(() => writer.Write([1]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => writer.Complete(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => writer.Dispose(), Throws.Nothing);
    }

    private static TestCaseData Call(string name, Action call, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(call))] string text = "") => Case(name, call, text);

    private static TestCaseData Call<T>(string name, Func<T> call, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(call))] string text = "") => Case(name, () => call(), text);

    private static TestCaseData Case(string name, Action call, string text) =>
        new TestCaseData(name, call).SetName($"{string.Join(' ', text.Replace("() => ", "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace('"', '\'').Replace('.', ' ')}: {name}");

    private static Bm25Words Words() => new(Bm25Index.Build(["a", "b"]).CreateSearcher());

    private static EmbeddingIndex Index() => new(Similarity.Cosine, 2, [1, 2, 3, 4], WorkerPool.Single);

    private static Qrels Judged(int queries = 1)
    {
        Qrels qrels = new();
        for (int i = 0; i < queries; i++) qrels.Add($"q{i}", "a", 1);
        return qrels;
    }

    private static Run Found(int queries = 1)
    {
        Run run = new();
        for (int i = 0; i < queries; i++) run.Add($"q{i}", new RankedList([new("a", 1)]));
        return run;
    }

    private static Evaluation Measured(int queries = 1) => Evaluation.Compute(Judged(queries), Found(queries), [Measure.Parse("RR")]);

    private static void Run(WorkerPool pool, int count)
    {
        Nothing body = default;
        pool.For(count, ref body);
    }

    private readonly struct Nothing : IParallelBody
    {
        public void Invoke(int item)
        {
        }
    }

    // Results are spans, which no lambda returns.
    private readonly record struct Bm25Words(Bm25Searcher Searcher)
    {
        public int Search(string text, int k) => Searcher.Search(text, k).Length;

        public void Score(string text, int[] documents, float[] scores) => Searcher.Score(text, documents, scores);
    }

    private sealed class Npy
    {
        public Npy()
        {
            using TemporaryFolder folder = new();
            NpyFile.Write(folder.Path("a.npy"), [1, 2], 2, 1);
            Array = NpyFile.Read(folder.Path("a.npy"));
        }

        public NpyArray Array { get; }
    }
}
