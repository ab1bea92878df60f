using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// The cascade of one encoded embedding, a lane of columns at a time: every column goes in registers from its topmost qubit down to the one
/// that is left.
/// </summary>
/// <remarks>
/// Column j holds the qubits j, j + k, j + 2k, ... and in each step the upper of two controls the lower. Where the first
/// step is narrower than k, w, it joins the last w columns' topmost qubits with the w qubits above all whole blocks: these columns
/// have a qubit more.
/// </remarks>
internal readonly ref struct CascadeSweep<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly ref T _coefficients;
    private readonly int _inputs, _outputs, _narrow, _top;

    /// <summary>Looks at a plan.</summary>
    /// <param name="cascade">The plan.</param>
    /// <param name="coefficients">Of all its steps.</param>
    public CascadeSweep(Cascade cascade, ReadOnlySpan<T> coefficients)
    {
        _coefficients = ref MemoryMarshal.GetReference(coefficients);
        (_inputs, _outputs) = (cascade.InputQubits, cascade.OutputQubits);
        _narrow = (_inputs - _outputs) % _outputs;
        _top = _inputs - _narrow - _outputs;
    }

    /// <summary>Compresses.</summary>
    /// <param name="qubits">[2d], x then z.</param>
    /// <param name="states">[2k], x then z.</param>
    public void Forward(ref T qubits, ref T states)
    {
        Forward(ref qubits, ref states, 0, _outputs - _narrow, 0);
        if (_narrow > 0) Forward(ref qubits, ref states, _outputs - _narrow, _outputs, _narrow);
    }

    /// <summary>Numbers of working storage that the backward pass of a column needs.</summary>
    public int Kept => 2 * TLane.Count * ((_top / _outputs) + 2);

    /// <summary>Adds the gradients of one embedding.</summary>
    /// <param name="qubits">[3d], as <see cref="Encoding{TLane, T}.Forward"/> writes them.</param>
    /// <param name="dstates">[2k], x then z.</param>
    /// <param name="dembedding">[d], accumulated; the null reference if not wanted.</param>
    /// <param name="dcoefficients">Of all steps, accumulated.</param>
    /// <param name="kept">Working storage, <see cref="Kept"/>.</param>
    public void Backward(ref T qubits, ref T dstates, ref T dembedding, ref T dcoefficients, ref T kept)
    {
        Backward(ref qubits, ref dstates, ref dembedding, ref dcoefficients, ref kept, 0, _outputs - _narrow, 0);
        if (_narrow > 0)
            Backward(ref qubits, ref dstates, ref dembedding, ref dcoefficients, ref kept, _outputs - _narrow, _outputs, _narrow);
    }

    /// <summary>
    /// Columns <paramref name="from"/> to <paramref name="to"/> - 1, where <paramref name="narrow"/> is the width of their first step if it
    /// is narrower than the others, else 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Forward(ref T qubits, ref T states, int from, int to, int narrow)
    {
        int column = from;
        for (; column <= to - TLane.Count; column += TLane.Count)
            CompressLane<WholeLane<TLane, T>>(ref qubits, ref states, column, to - column, narrow);
        if (column < to) CompressLane<PartOfLane<TLane, T>>(ref qubits, ref states, column, to - column, narrow);
    }

    [MethodImpl(Inline)]
    private void CompressLane<TPart>(ref T qubits, ref T states, int column, int rest, int narrow)
        where TPart : struct, ILanePart<TLane, T>
    {
        int qubitIndex = _top + column + narrow;
        int width = _outputs;
        int stepLength = PairCoefficients.PerPair * _outputs;
        int nextOffset = (PairCoefficients.PerPair * _narrow) + column;
        int offset = nextOffset;
        if (narrow > 0) (offset, width) = (column - (_outputs - narrow), narrow);
        else nextOffset += stepLength;
        ref T qubit = ref Unsafe.Add(ref qubits, qubitIndex);
        TLane x = TPart.Take(ref qubit, rest);
        TLane z = TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest);
        while (qubitIndex >= width)
        {
            qubitIndex -= width;
            qubit = ref Unsafe.Add(ref qubits, qubitIndex);
            PairStep<TLane, T, TPart>.Forward(
                ref Unsafe.Add(ref _coefficients, offset), width, rest,
                TPart.Take(ref qubit, rest), TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest), ref x, ref z);
            (offset, width) = (nextOffset, _outputs);
            nextOffset += stepLength;
        }
        TPart.Put(x, ref Unsafe.Add(ref states, column), rest);
        TPart.Put(z, ref Unsafe.Add(ref states, _outputs + column), rest);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Backward(ref T qubits, ref T dstates, ref T dembedding, ref T dcoefficients, ref T kept, int from, int to, int narrow)
    {
        int column = from;
        for (; column <= to - TLane.Count; column += TLane.Count)
        {
            ref T last = ref CompressKeeping<WholeLane<TLane, T>>(ref qubits, ref kept, column, to - column, narrow);
            BackwardLane<WholeLane<TLane, T>>(
                ref qubits, ref dstates, ref dembedding, ref dcoefficients, ref last, column, to - column, narrow);
        }
        if (column == to) return;
        ref T tail = ref CompressKeeping<PartOfLane<TLane, T>>(ref qubits, ref kept, column, to - column, narrow);
        BackwardLane<PartOfLane<TLane, T>>(
            ref qubits, ref dstates, ref dembedding, ref dcoefficients, ref tail, column, to - column, narrow);
    }

    /// <summary>The way down again, with the state after every step kept.</summary>
    /// <returns>The last state kept.</returns>
    [MethodImpl(Inline)]
    private ref T CompressKeeping<TPart>(ref T qubits, ref T kept, int column, int rest, int narrow)
        where TPart : struct, ILanePart<TLane, T>
    {
        int qubitIndex = _top + column + narrow;
        int width = _outputs;
        int stepLength = PairCoefficients.PerPair * _outputs;
        int nextOffset = (PairCoefficients.PerPair * _narrow) + column;
        int offset = nextOffset;
        if (narrow > 0) (offset, width) = (column - (_outputs - narrow), narrow);
        else nextOffset += stepLength;
        ref T qubit = ref Unsafe.Add(ref qubits, qubitIndex);
        TLane x = TPart.Take(ref qubit, rest);
        TLane z = TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest);
        x.Store(ref kept);
        z.Store(ref Unsafe.Add(ref kept, TLane.Count));
        while (qubitIndex >= width)
        {
            qubitIndex -= width;
            qubit = ref Unsafe.Add(ref qubits, qubitIndex);
            kept = ref Unsafe.Add(ref kept, 2 * TLane.Count);
            PairStep<TLane, T, TPart>.Forward(
                ref Unsafe.Add(ref _coefficients, offset), width, rest,
                TPart.Take(ref qubit, rest), TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest), ref x, ref z);
            x.Store(ref kept);
            z.Store(ref Unsafe.Add(ref kept, TLane.Count));
            (offset, width) = (nextOffset, _outputs);
            nextOffset += stepLength;
        }
        return ref kept;
    }

    /// <summary>The way back, from the lowest qubit up.</summary>
    [MethodImpl(Inline)]
    private void BackwardLane<TPart>(
        ref T qubits, ref T dstates, ref T dembedding, ref T dcoefficients, ref T kept, int column, int rest, int narrow)
        where TPart : struct, ILanePart<TLane, T>
    {
        int width = _top > 0 ? _outputs : narrow;
        int stepLength = PairCoefficients.PerPair * _outputs;
        int offset = (PairCoefficients.PerPair * _narrow) + column + ((_top / _outputs) - 1) * stepLength;
        int narrowOffset = column - (_outputs - narrow);
        int end = _top + column + narrow;
        TLane half = Lanes<TLane, T>.Constant(0.5);
        TLane dx = TPart.Take(ref Unsafe.Add(ref dstates, column), rest);
        TLane dz = TPart.Take(ref Unsafe.Add(ref dstates, _outputs + column), rest);
        int qubitIndex = column;
        while (qubitIndex < end)
        {
            if (qubitIndex >= _top) (offset, width) = (narrowOffset, narrow);
            ref T qubit = ref Unsafe.Add(ref qubits, qubitIndex);
            ref T c = ref Unsafe.Add(ref _coefficients, offset);
            ref T dc = ref Unsafe.Add(ref dcoefficients, offset);
            TLane d = half * PairStep<TLane, T, TPart>.OutcomeGradient(
                TLane.Load(ref kept), TLane.Load(ref Unsafe.Add(ref kept, TLane.Count)), dx, dz);
            kept = ref Unsafe.Subtract(ref kept, 2 * TLane.Count);
            TLane xc = TLane.Load(ref kept);
            TLane zc = TLane.Load(ref Unsafe.Add(ref kept, TLane.Count));
            TLane xt = TPart.Take(ref qubit, rest);
            TLane zt = TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest);

            TLane control = PairStep<TLane, T, TPart>.Expectation(ref Unsafe.Add(ref c, 4 * width), width, rest, xc, zc);
            TLane d0 = TLane.MultiplyAdd(control, d, d);
            TLane d1 = d - (control * d);
            TLane a0 = TPart.Take(ref c, rest);
            TLane b0 = TPart.Take(ref Unsafe.Add(ref c, width), rest);
            TLane a1 = TPart.Take(ref Unsafe.Add(ref c, 2 * width), rest);
            TLane b1 = TPart.Take(ref Unsafe.Add(ref c, 3 * width), rest);
            TLane dc0 = d * ((a0 - a1) * xt + (b0 - b1) * zt);
            PairStep<TLane, T, TPart>.AddGradient(ref dc, width, rest, d0, xt, zt);
            PairStep<TLane, T, TPart>.AddGradient(ref Unsafe.Add(ref dc, 2 * width), width, rest, d1, xt, zt);
            PairStep<TLane, T, TPart>.AddGradient(ref Unsafe.Add(ref dc, 4 * width), width, rest, dc0, xc, zc);
            AddGradient<TPart>(
                ref dembedding, ref qubit, qubitIndex, rest, xt, zt, TLane.MultiplyAdd(a0, d0, a1 * d1),
                TLane.MultiplyAdd(b0, d0, b1 * d1));
            dx = TPart.Take(ref Unsafe.Add(ref c, 4 * width), rest) * dc0;
            dz = TPart.Take(ref Unsafe.Add(ref c, 5 * width), rest) * dc0;
            qubitIndex += width;
            offset -= stepLength;
        }
        AddGradient<TPart>(
            ref dembedding, ref Unsafe.Add(ref qubits, qubitIndex), qubitIndex, rest, TLane.Load(ref kept),
            TLane.Load(ref Unsafe.Add(ref kept, TLane.Count)), dx, dz);
    }

    [MethodImpl(Inline)]
    private void AddGradient<TPart>(ref T dembedding, ref T qubit, int qubitIndex, int rest, TLane x, TLane z, TLane dx, TLane dz)
        where TPart : struct, ILanePart<TLane, T>
    {
        if (Unsafe.IsNullRef(ref dembedding)) return;
        ref T target = ref Unsafe.Add(ref dembedding, qubitIndex);
        TLane derivative = TPart.Take(ref Unsafe.Add(ref qubit, 2 * _inputs), rest);
        TPart.Put(TLane.MultiplyAdd(derivative, (dz * x) - (dx * z), TPart.Take(ref target, rest)), ref target, rest);
    }
}
