namespace QEngine.Retrieval;

/// <summary>A layout of files of texts with ids, see <see cref="IdTextFile"/>.</summary>
internal enum IdTextFormat
{
    /// <summary>Id, tab, text a line.</summary>
    Tsv,

    /// <summary>A JSON object with id and text a line.</summary>
    Jsonl,

    /// <summary>A text a line.</summary>
    Txt,

    /// <summary>One JSON object of ids and texts: the paper's.</summary>
    Json,
}
