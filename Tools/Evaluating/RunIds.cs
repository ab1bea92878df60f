using System.Text.Encodings.Web;
using System.Text.Json;
using QEngine.Retrieval;

namespace QEngine.Tools.Evaluating;

/// <summary>
/// Ids that are to stand in a TREC run, whose columns are parted by white space: checked before the work, as a run is written after it.
/// </summary>
internal static class RunIds
{
    /// <summary>Requires that a run can hold an id.</summary>
    /// <param name="what">A query or a document.</param>
    /// <param name="id">Its id.</param>
    /// <param name="source">Where it is from.</param>
    /// <exception cref="QEngineException">It cannot.</exception>
    public static void Require(string what, string id, string source)
    {
        if (RunFile.CanHold(id)) return;
        throw new QEngineException(
            $"expected {what} ids without white space and control characters for a run, found {Quoted(id)} in {source}");
    }

    // As JSON, so that what cannot be seen can be read.
    private static string Quoted(string id) => $"\"{JsonEncodedText.Encode(id, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
