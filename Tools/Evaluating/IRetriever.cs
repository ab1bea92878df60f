using QEngine.Retrieval;

namespace QEngine.Tools.Evaluating;

/// <summary>What is evaluated: finds or scores the passages it was built over.</summary>
internal interface IRetriever
{
    /// <summary>What kind it is, in JSON and run files.</summary>
    string Name { get; }

    /// <summary>What tables call it: a model by the name of its folder.</summary>
    string Title => Name;

    /// <summary>The passages' ids; a hit's index is the position here.</summary>
    IReadOnlyList<string> PassageIds { get; }

    /// <summary>The best passages for each query.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="k">The most passages a query.</param>
    /// <returns>Passages by score, best first.</returns>
    IReadOnlyList<Hit[]> Search(IReadOnlyList<IdText> queries, int k);

    /// <summary>The scores of given passages.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="candidates">For each query the passages to score.</param>
    /// <returns>For each query a score a candidate.</returns>
    IReadOnlyList<float[]> Score(IReadOnlyList<IdText> queries, IReadOnlyList<int[]> candidates);
}
