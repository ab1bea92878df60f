using QEngine.Codes;

namespace QEngine.Retrieval;

/// <summary>Bits that a number of an embedding is kept in.</summary>
public enum CodeBits
{
    /// <summary>Above the column's mean or not.</summary>
    One = 1,

    /// <summary>Sixteen steps.</summary>
    Four = 4,

    /// <summary>256 steps.</summary>
    Eight = 8,
}

/// <summary>Where each number of bits has its format.</summary>
internal static class CodeFormats
{
    /// <summary>The format.</summary>
    /// <exception cref="QEngineException">There is none.</exception>
    public static ICodeFormat Create(CodeBits bits) => bits switch
    {
        CodeBits.One => new BitCodes(),
        CodeBits.Four => new NibbleCodes(),
        CodeBits.Eight => new ByteCodes(),
        _ => throw new QEngineException($"codes: expected 1, 4 or 8 bits, found {(int)bits}"),
    };
}
