namespace QEngine.Text;

/// <summary>Which end of a text that has too many tokens is cut off.</summary>
public enum TruncationSide
{
    /// <summary>The end of the text: its first tokens are kept.</summary>
    Right,

    /// <summary>The beginning of the text: its last tokens are kept.</summary>
    Left,
}
