namespace QEngine.Kernels;

/// <summary>One head of one sequence within the packed arrays of attention.</summary>
internal readonly struct AttentionBlock
{
    private readonly int _hidden, _start;

    public AttentionBlock(Attention attention, ReadOnlySpan<int> offsets, int item)
    {
        int sequence = item / attention.Heads;
        Head = item % attention.Heads;
        First = offsets[sequence];
        Length = offsets[sequence + 1] - First;
        Width = attention.Hidden / attention.Heads;
        Stride = 3 * attention.Hidden;
        (_hidden, _start) = (attention.Hidden, Head * Width);
    }

    /// <summary>First token of the sequence.</summary>
    public int First { get; }

    /// <summary>n, its tokens.</summary>
    public int Length { get; }

    /// <summary>d, numbers of a head.</summary>
    public int Width { get; }

    /// <summary>Which head.</summary>
    public int Head { get; }

    /// <summary>Elements from one token to the next in [tokens, 3 hidden].</summary>
    public int Stride { get; }

    /// <summary>Where part 0 (query), 1 (key) or 2 (value) of a token starts in [tokens, 3 hidden].</summary>
    public int Part(int part, int token) => ((First + token) * Stride) + (part * _hidden) + _start;

    /// <summary>Where this head of a token starts in [tokens, hidden].</summary>
    public int Output(int token) => ((First + token) * _hidden) + _start;

    /// <summary>[n, d], one part of all tokens.</summary>
    public MatrixView<T> View<T>(ReadOnlySpan<T> qkv, int part)
        where T : unmanaged => new(qkv[Part(part, 0)..], Length, Width, Stride);

    /// <summary>[n, d], this head of [tokens, hidden].</summary>
    public MatrixView<T> OutputView<T>(ReadOnlySpan<T> output)
        where T : unmanaged => new(output[Output(0)..], Length, Width, _hidden);

    /// <summary>The part of [heads, tokens] that belongs to this block.</summary>
    public Span<T> LogSumExp<T>(Span<T> logSumExp, int tokens) =>
        logSumExp.IsEmpty ? default : logSumExp.Slice((Head * tokens) + First, Length);
}
