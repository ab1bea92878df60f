using BenchmarkDotNet.Attributes;
using QEngine.Retrieval;

namespace QEngine.Benchmarks;

/// <summary>One query at a time.</summary>
public class SingleSearchBenchmarks : SearchBenchmarks
{
    private const int All = 1, Few = 1;

    /// <inheritdoc/>
    protected override int Queries => All;

    /// <inheritdoc/>
    protected override int FewQueries => Few;

    [GlobalSetup(Target = nameof(EveryPair))]
    public void SetUpEveryPair() => PrepareEveryPair();

    /// <summary>Every pair scored.</summary>
    [Benchmark(OperationsPerInvoke = Few)]
    public void EveryPair() => ScoreEveryPair();

    [GlobalSetup(Target = nameof(ByDistances))]
    public void SetUpByDistances() => PrepareExact();

    /// <summary>The same hits, found by distances.</summary>
    [Benchmark(OperationsPerInvoke = All)]
    public void ByDistances() => Exact();

    [GlobalSetup(Target = nameof(By8Bits))]
    public void SetUpBy8Bits() => PrepareCodes(CodeBits.Eight);

    /// <summary>The same hits, found by distances of codes.</summary>
    [Benchmark(OperationsPerInvoke = All)]
    public void By8Bits() => Exact();

    [GlobalSetup(Target = nameof(Nearest8Bits))]
    public void SetUpNearest8Bits() => PrepareCodes(CodeBits.Eight);

    /// <summary>The nearest codes.</summary>
    [Benchmark(OperationsPerInvoke = All)]
    public void Nearest8Bits() => Nearest(rescored: false);

    [GlobalSetup(Target = nameof(Rescored8Bits))]
    public void SetUpRescored8Bits() => PrepareCodes(CodeBits.Eight);

    /// <summary>The hundred nearest codes, scored exactly.</summary>
    [Benchmark(OperationsPerInvoke = All)]
    public void Rescored8Bits() => Nearest(rescored: true);

    [GlobalSetup(Target = nameof(Nearest4Bits))]
    public void SetUpNearest4Bits() => PrepareCodes(CodeBits.Four);

    /// <summary>The nearest codes.</summary>
    [Benchmark(OperationsPerInvoke = All)]
    public void Nearest4Bits() => Nearest(rescored: false);

    [GlobalSetup(Target = nameof(Rescored4Bits))]
    public void SetUpRescored4Bits() => PrepareCodes(CodeBits.Four);

    /// <summary>The hundred nearest codes, scored exactly.</summary>
    [Benchmark(OperationsPerInvoke = All)]
    public void Rescored4Bits() => Nearest(rescored: true);

    [GlobalSetup(Target = nameof(Nearest1Bits))]
    public void SetUpNearest1Bits() => PrepareCodes(CodeBits.One);

    /// <summary>The nearest codes.</summary>
    [Benchmark(OperationsPerInvoke = All)]
    public void Nearest1Bits() => Nearest(rescored: false);

    [GlobalSetup(Target = nameof(Rescored1Bits))]
    public void SetUpRescored1Bits() => PrepareCodes(CodeBits.One);

    /// <summary>The hundred nearest codes, scored exactly.</summary>
    [Benchmark(OperationsPerInvoke = All)]
    public void Rescored1Bits() => Nearest(rescored: true);

    [GlobalSetup(Target = nameof(CosineOf768))]
    public void SetUpCosineOf768() => PrepareVectors();

    /// <summary>TensorPrimitives.CosineSimilarity of every vector.</summary>
    [Benchmark(OperationsPerInvoke = Few)]
    public void CosineOf768() => ScanVectors();
}
