using QEngine.Tools.Evaluating;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tools.Experiments;

/// <summary>What a test came to: measures, and a value of each for every item.</summary>
/// <param name="Measures">The measures, the most important first; null where one is not defined.</param>
/// <param name="Items">The items' names, or null.</param>
/// <param name="Values">A measure's values.</param>
/// <param name="Similarities">Of scored pairs.</param>
internal sealed record TestOutcome(
    IReadOnlyDictionary<string, double?> Measures, string[]? Items, IReadOnlyDictionary<string, double[]> Values, float[]? Similarities);

/// <summary>A test, read once for all cells: texts to embed or vectors, and how what a model makes of them is measured.</summary>
internal abstract class CellTest
{
    /// <summary>Its name.</summary>
    public abstract string Name { get; }

    /// <summary>The texts or vectors, those that ask first.</summary>
    public abstract IReadOnlyList<TestTable> Tables { get; }

    /// <summary>Reads a test.</summary>
    /// <param name="choice">What the experiment says of it.</param>
    /// <param name="data">The folder of data.</param>
    /// <exception cref="QEngineException">A file is missing or malformed.</exception>
    public static CellTest Read(ExperimentTest choice, string data)
    {
        string path = Path.Combine(data, choice.Path);
        if (!choice.IsPairs) return RankingCellTest.Open(choice, path);
        return new PairCellTest(choice.Name, ScoredTexts.Read(path));
    }

    /// <summary>Measures vectors.</summary>
    /// <param name="asked">The vectors of the first table.</param>
    /// <param name="stored">The vectors that are searched: of the last table, as they are kept.</param>
    /// <param name="workers">The threads to use.</param>
    public abstract TestOutcome Measure(HeldOutVectors asked, HeldOutVectors stored, WorkerPool workers);
}
