namespace QEngine.Collections;

/// <summary>Why a row of a segment is not to be found.</summary>
[Flags]
internal enum RowState : byte
{
    /// <summary>It is found.</summary>
    Whole = 0,

    /// <summary>It was deleted.</summary>
    Deleted = 1,

    /// <summary>A damaged block hides its text.</summary>
    NoText = 2,

    /// <summary>A damaged block hides its embedding.</summary>
    NoEmbedding = 4,
}
