using System.Numerics;
using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>
/// A span in the middle of a larger array. What lies around it alternates between NaN, which poisons a result that was
/// computed from too much, and odd finite numbers, which show a write even where it wrote back what it had read.
/// </summary>
internal sealed class GuardedSpan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Wider than the widest thing a kernel moves at once: a Gemm tile's row of 32.
    private const int Margin = 72;

    private readonly T[] _storage;
    private readonly T[] _initial;
    private readonly int _start;
    private readonly bool _constant;

    /// <summary>Guards a copy of some elements.</summary>
    /// <param name="values">The content.</param>
    /// <param name="constant">Whether the content must not be written either.</param>
    public GuardedSpan(ReadOnlySpan<T> values, bool constant)
    {
        Length = values.Length;
        _constant = constant;
        // Not aligned, and differently so for different lengths.
        _start = Margin + (Length % 5);
        _initial = new T[_start + Length + Margin];
        for (int i = 0; i < _initial.Length; i++)
            _initial[i] = ((i + Length) & 1) == 0 ? T.NaN : T.CreateTruncating(12345.678 + i);
        values.CopyTo(_initial.AsSpan(_start));
        _storage = (T[])_initial.Clone();
    }

    public int Length { get; }

    public Span<T> Span => _storage.AsSpan(_start, Length);

    /// <summary>Puts the initial content back.</summary>
    public void Reset() => _initial.CopyTo(_storage, 0);

    /// <summary>Asserts that nothing was written outside the span, nor inside where that is constant.</summary>
    public void AssertIntact(string what)
    {
        int end = _start + Length;
        Assert.That(Same(.._start), $"{what}: wrote before the span's start");
        Assert.That(Same(end..), $"{what}: wrote past the span's end");
        if (_constant) Assert.That(Same(_start..end), $"{what}: wrote to an input");
    }

    private bool Same(Range range) => Bits.Same<T>(_storage.AsSpan(range), _initial.AsSpan(range));
}
