using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Quantum;

/// <summary>The pairs of rows that a gate of one qubit mixes: they differ in that qubit alone.</summary>
internal readonly struct PairRows
{
    private readonly int _low, _value, _controlLow, _control, _controlPivot;

    /// <summary>The pairs of a qubit.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="flip">The bits in which the rows of a pair differ.</param>
    /// <param name="value">The bits whose parity is the qubit's value.</param>
    /// <param name="control">The bits whose parity has to be odd, that of the controlling qubit's value; 0 without one.</param>
    public PairRows(int rows, int flip, int value, int control = 0)
    {
        (Flip, _value, _control) = (flip, value, control);
        int pivot = BitOperations.TrailingZeroCount(flip);
        Count = rows / (control == 0 ? 2 : 4);
        _low = (1 << pivot) - 1;
        if (control == 0) return;
        // Rows of a pair have the same control, so its bits are not the pivot alone.
        int controlPivot = BitOperations.TrailingZeroCount(control & ~(1 << pivot));
        _controlPivot = 1 << controlPivot;
        (_low, _controlLow) = ((1 << Math.Min(pivot, controlPivot)) - 1, (1 << Math.Max(pivot, controlPivot)) - 1);
    }

    /// <summary>How many pairs there are.</summary>
    public int Count { get; }

    /// <summary>The bits in which the rows of a pair differ.</summary>
    public int Flip { get; }

    /// <summary>The row of a pair where the qubit is 0.</summary>
    /// <param name="pair">0 to <see cref="Count"/> - 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Zero(int pair)
    {
        int row = RowBits.Spread(pair, _low);
        if (_control != 0)
        {
            row = RowBits.Spread(row, _controlLow);
            row ^= _controlPivot & (RowBits.Parity(row & _control) - 1);
        }
        return row ^ (Flip & -RowBits.Parity(row & _value));
    }
}
