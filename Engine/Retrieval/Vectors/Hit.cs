namespace QEngine.Retrieval;

/// <summary>One search result: a document's index in its collection and its score.</summary>
/// <param name="Index">Position of the document in the collection, from 0.</param>
/// <param name="Score">Larger is better; never NaN.</param>
public readonly record struct Hit(int Index, float Score);
