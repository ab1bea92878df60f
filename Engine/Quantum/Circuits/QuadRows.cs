using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Quantum;

/// <summary>The groups of four rows that a gate of two qubits mixes.</summary>
internal readonly struct QuadRows
{
    private readonly int _low, _high, _firstValue, _secondValue;

    /// <summary>The groups of two qubits.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="frame">Which rows the qubits join.</param>
    /// <param name="first">The first qubit.</param>
    /// <param name="second">The second qubit.</param>
    public QuadRows(int rows, Frame frame, int first, int second)
    {
        Count = rows / 4;
        (FirstFlip, SecondFlip) = (frame.Flip(first), frame.Flip(second));
        (_firstValue, _secondValue) = (frame.Value(first), frame.Value(second));
        int pivot = BitOperations.TrailingZeroCount(FirstFlip);
        // A row of each group has neither pivot: the second flip is taken without the first pivot, by way of the first flip.
        int rest = (SecondFlip >> pivot & 1) == 0 ? SecondFlip : SecondFlip ^ FirstFlip;
        int other = BitOperations.TrailingZeroCount(rest);
        (_low, _high) = ((1 << Math.Min(pivot, other)) - 1, (1 << Math.Max(pivot, other)) - 1);
    }

    /// <summary>How many groups there are.</summary>
    public int Count { get; }

    /// <summary>The bits in which rows differ that differ in the first qubit.</summary>
    public int FirstFlip { get; }

    /// <summary>The bits in which rows differ that differ in the second qubit.</summary>
    public int SecondFlip { get; }

    /// <summary>The row of a group where both qubits are 0.</summary>
    /// <param name="group">0 to <see cref="Count"/> - 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Zero(int group)
    {
        int row = RowBits.Spread(RowBits.Spread(group, _low), _high);
        int first = FirstFlip & -RowBits.Parity(row & _firstValue), second = SecondFlip & -RowBits.Parity(row & _secondValue);
        return row ^ first ^ second;
    }
}
