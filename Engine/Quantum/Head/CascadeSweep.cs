using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>The cascade of one encoded embedding, a lane of columns at a time: every column goes in registers from its topmost qubit down to the one that is left.</summary>
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
    private readonly int _inputs, _outputs, _short, _top;

    /// <summary>Looks at a plan.</summary>
    /// <param name="cascade">The plan.</param>
    /// <param name="coefficients">Of all its steps.</param>
    public CascadeSweep(Cascade cascade, ReadOnlySpan<T> coefficients)
    {
        _coefficients = ref MemoryMarshal.GetReference(coefficients);
        (_inputs, _outputs) = (cascade.InputQubits, cascade.OutputQubits);
        _short = (_inputs - _outputs) % _outputs;
        _top = _inputs - _short - _outputs;
    }

    /// <summary>Compresses.</summary>
    /// <param name="qubits">[2d], x then z.</param>
    /// <param name="states">[2k], x then z.</param>
    public void Forward(ref T qubits, ref T states)
    {
        Forward(ref qubits, ref states, 0, _outputs - _short, 0);
        if (_short > 0) Forward(ref qubits, ref states, _outputs - _short, _outputs, _short);
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
        Backward(ref qubits, ref dstates, ref dembedding, ref dcoefficients, ref kept, 0, _outputs - _short, 0);
        if (_short > 0) Backward(ref qubits, ref dstates, ref dembedding, ref dcoefficients, ref kept, _outputs - _short, _outputs, _short);
    }

    /// <summary>Columns <paramref name="from"/> to <paramref name="to"/> - 1, which all have a qubit <paramref name="above"/> their topmost block, or none if that is 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Forward(ref T qubits, ref T states, int from, int to, int above)
    {
        int j = from;
        for (; j <= to - TLane.Count; j += TLane.Count) Down<WholeLane<TLane, T>>(ref qubits, ref states, j, to - j, above);
        if (j < to) Down<PartOfLane<TLane, T>>(ref qubits, ref states, j, to - j, above);
    }

    [MethodImpl(Inline)]
    private void Down<TPart>(ref T qubits, ref T states, int j, int rest, int above)
        where TPart : struct, ILanePart<TLane, T>
    {
        int at = _top + j + above, next = (PairCoefficients.PerPair * _short) + j, pairs = next, width = _outputs, perStep = PairCoefficients.PerPair * _outputs;
        if (above > 0) (pairs, width) = (j - (_outputs - above), above);
        else next += perStep;
        ref T qubit = ref Unsafe.Add(ref qubits, at);
        TLane x = TPart.Take(ref qubit, rest), z = TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest);
        while (at >= width)
        {
            at -= width;
            qubit = ref Unsafe.Add(ref qubits, at);
            PairStep<TLane, T, TPart>.Forward(
                ref Unsafe.Add(ref _coefficients, pairs), width, rest, TPart.Take(ref qubit, rest), TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest), ref x, ref z);
            (pairs, width) = (next, _outputs);
            next += perStep;
        }
        TPart.Put(x, ref Unsafe.Add(ref states, j), rest);
        TPart.Put(z, ref Unsafe.Add(ref states, _outputs + j), rest);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Backward(ref T qubits, ref T dstates, ref T dembedding, ref T dcoefficients, ref T kept, int from, int to, int above)
    {
        int j = from;
        for (; j <= to - TLane.Count; j += TLane.Count)
        {
            ref T last = ref Keep<WholeLane<TLane, T>>(ref qubits, ref kept, j, to - j, above);
            Up<WholeLane<TLane, T>>(ref qubits, ref dstates, ref dembedding, ref dcoefficients, ref last, j, to - j, above);
        }
        if (j == to) return;
        ref T tail = ref Keep<PartOfLane<TLane, T>>(ref qubits, ref kept, j, to - j, above);
        Up<PartOfLane<TLane, T>>(ref qubits, ref dstates, ref dembedding, ref dcoefficients, ref tail, j, to - j, above);
    }

    /// <summary>The way down again, with the state after every step kept.</summary>
    /// <returns>The last state kept.</returns>
    [MethodImpl(Inline)]
    private ref T Keep<TPart>(ref T qubits, ref T kept, int j, int rest, int above)
        where TPart : struct, ILanePart<TLane, T>
    {
        int at = _top + j + above, next = (PairCoefficients.PerPair * _short) + j, pairs = next, width = _outputs, perStep = PairCoefficients.PerPair * _outputs;
        if (above > 0) (pairs, width) = (j - (_outputs - above), above);
        else next += perStep;
        ref T qubit = ref Unsafe.Add(ref qubits, at);
        TLane x = TPart.Take(ref qubit, rest), z = TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest);
        x.Store(ref kept);
        z.Store(ref Unsafe.Add(ref kept, TLane.Count));
        while (at >= width)
        {
            at -= width;
            qubit = ref Unsafe.Add(ref qubits, at);
            kept = ref Unsafe.Add(ref kept, 2 * TLane.Count);
            PairStep<TLane, T, TPart>.Forward(
                ref Unsafe.Add(ref _coefficients, pairs), width, rest, TPart.Take(ref qubit, rest), TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest), ref x, ref z);
            x.Store(ref kept);
            z.Store(ref Unsafe.Add(ref kept, TLane.Count));
            (pairs, width) = (next, _outputs);
            next += perStep;
        }
        return ref kept;
    }

    /// <summary>The way back, from the lowest qubit up.</summary>
    [MethodImpl(Inline)]
    private void Up<TPart>(ref T qubits, ref T dstates, ref T dembedding, ref T dcoefficients, ref T kept, int j, int rest, int above)
        where TPart : struct, ILanePart<TLane, T>
    {
        int width = _top > 0 ? _outputs : above, perStep = PairCoefficients.PerPair * _outputs;
        int pairs = (PairCoefficients.PerPair * _short) + j + ((_top / _outputs) - 1) * perStep, first = j - (_outputs - above), end = _top + j + above;
        TLane half = Lanes<TLane, T>.Constant(0.5);
        TLane dx = TPart.Take(ref Unsafe.Add(ref dstates, j), rest), dz = TPart.Take(ref Unsafe.Add(ref dstates, _outputs + j), rest);
        int at = j;
        while (at < end)
        {
            if (at >= _top) (pairs, width) = (first, above);
            ref T qubit = ref Unsafe.Add(ref qubits, at);
            ref T c = ref Unsafe.Add(ref _coefficients, pairs);
            ref T dc = ref Unsafe.Add(ref dcoefficients, pairs);
            TLane d = half * PairStep<TLane, T, TPart>.OutcomeGradient(TLane.Load(ref kept), TLane.Load(ref Unsafe.Add(ref kept, TLane.Count)), dx, dz);
            kept = ref Unsafe.Subtract(ref kept, 2 * TLane.Count);
            TLane xc = TLane.Load(ref kept), zc = TLane.Load(ref Unsafe.Add(ref kept, TLane.Count));
            TLane xt = TPart.Take(ref qubit, rest), zt = TPart.Take(ref Unsafe.Add(ref qubit, _inputs), rest);

            TLane control = PairStep<TLane, T, TPart>.Expectation(ref Unsafe.Add(ref c, 4 * width), width, rest, xc, zc);
            TLane d0 = TLane.MultiplyAdd(control, d, d), d1 = d - (control * d);
            TLane a0 = TPart.Take(ref c, rest), b0 = TPart.Take(ref Unsafe.Add(ref c, width), rest);
            TLane a1 = TPart.Take(ref Unsafe.Add(ref c, 2 * width), rest), b1 = TPart.Take(ref Unsafe.Add(ref c, 3 * width), rest);
            TLane dc0 = d * ((a0 - a1) * xt + (b0 - b1) * zt);
            PairStep<TLane, T, TPart>.AddGradient(ref dc, width, rest, d0, xt, zt);
            PairStep<TLane, T, TPart>.AddGradient(ref Unsafe.Add(ref dc, 2 * width), width, rest, d1, xt, zt);
            PairStep<TLane, T, TPart>.AddGradient(ref Unsafe.Add(ref dc, 4 * width), width, rest, dc0, xc, zc);
            AddGradient<TPart>(ref dembedding, ref qubit, at, rest, xt, zt, TLane.MultiplyAdd(a0, d0, a1 * d1), TLane.MultiplyAdd(b0, d0, b1 * d1));
            dx = TPart.Take(ref Unsafe.Add(ref c, 4 * width), rest) * dc0;
            dz = TPart.Take(ref Unsafe.Add(ref c, 5 * width), rest) * dc0;
            at += width;
            pairs -= perStep;
        }
        AddGradient<TPart>(ref dembedding, ref Unsafe.Add(ref qubits, at), at, rest, TLane.Load(ref kept), TLane.Load(ref Unsafe.Add(ref kept, TLane.Count)), dx, dz);
    }

    [MethodImpl(Inline)]
    private void AddGradient<TPart>(ref T dembedding, ref T qubit, int at, int rest, TLane x, TLane z, TLane dx, TLane dz)
        where TPart : struct, ILanePart<TLane, T>
    {
        if (Unsafe.IsNullRef(ref dembedding)) return;
        ref T target = ref Unsafe.Add(ref dembedding, at);
        TLane slope = TPart.Take(ref Unsafe.Add(ref qubit, 2 * _inputs), rest);
        TPart.Put(TLane.MultiplyAdd(slope, (dz * x) - (dx * z), TPart.Take(ref target, rest)), ref target, rest);
    }
}
