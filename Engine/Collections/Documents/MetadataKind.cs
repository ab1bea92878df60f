namespace QEngine.Collections;

/// <summary>What a value of metadata is.</summary>
public enum MetadataKind
{
    /// <summary>Text.</summary>
    String,

    /// <summary>A finite number in double precision.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,
}
