using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>One edge for all rows, a lane at a time: y += s (phi + c).</summary>
/// <param name="plan">The circuit.</param>
/// <param name="data">The data's rotations.</param>
/// <param name="matrices">The trained ones, see <see cref="EdgeMatrices"/>.</param>
/// <param name="scale">s.</param>
/// <param name="shift">c.</param>
/// <param name="y">[rows], added to.</param>
internal readonly ref struct EdgeForwardLoop<TLane, T>(
    DaruanPlan plan, EdgeData<TLane, T> data, ReadOnlySpan<T> matrices, T scale, T shift, Span<T> y) : ILaneLoop<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly EdgeData<TLane, T> _data = data;
    private readonly ReadOnlySpan<T> _matrices = matrices;
    private readonly ref T _y = ref MemoryMarshal.GetReference(y);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<TPart>(int from, int to)
        where TPart : struct, ILanePart<TLane, T>
    {
        int repetitions = plan.Repetitions;
        BlochVector<TLane, T> start = EdgeStart<TLane, T>.Of(plan, _matrices);
        for (int i = from; i < to; i += TLane.Count)
        {
            BlochVector<TLane, T> v = start;
            for (int l = 0; l < repetitions; l++)
            {
                TLane sin = _data.SinCos<TPart>(l, i, to - i, out TLane cos);
                v = v.AboutZ(cos, sin).Times(_matrices.Slice((l + 1) * EdgeMatrices.Size, EdgeMatrices.Size));
            }
            TLane value = EdgeReadout<TLane, T>.Value(plan.Readout, v) + TLane.Splat(shift);
            TLane sum = TPart.Take(ref Unsafe.Add(ref _y, i), to - i);
            TPart.Put(TLane.MultiplyAdd(TLane.Splat(scale), value, sum), ref Unsafe.Add(ref _y, i), to - i);
        }
    }
}

/// <summary>
/// The gradients of one edge: that of the rows' numbers, and sums over the rows for the edge's parameters, in lanes.
/// </summary>
/// <param name="plan">The circuit.</param>
/// <param name="data">The data's rotations.</param>
/// <param name="matrices">The trained ones.</param>
/// <param name="scale">s.</param>
/// <param name="shift">c.</param>
/// <param name="x">[rows].</param>
/// <param name="frequencies">w [repetitions]; empty where every repetition reads x itself.</param>
/// <param name="dy">[rows].</param>
/// <param name="dx">[rows], added to; empty if not wanted.</param>
/// <param name="lanes">Sums, see <see cref="EdgeSums"/>, added to, and behind them room for the vector of every repetition.</param>
internal readonly ref struct EdgeBackwardLoop<TLane, T>(
    DaruanPlan plan, EdgeData<TLane, T> data, ReadOnlySpan<T> matrices, T scale, T shift, ReadOnlySpan<T> x, ReadOnlySpan<T> frequencies,
    ReadOnlySpan<T> dy, Span<T> dx, Span<T> lanes) : ILaneLoop<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly EdgeData<TLane, T> _data = data;
    private readonly ReadOnlySpan<T> _matrices = matrices;
    private readonly bool _wantsInputs = !dx.IsEmpty, _isScaled = !frequencies.IsEmpty;
    private readonly ref T _x = ref MemoryMarshal.GetReference(x), _frequencies = ref MemoryMarshal.GetReference(frequencies);
    private readonly ref T _dy = ref MemoryMarshal.GetReference(dy), _dx = ref MemoryMarshal.GetReference(dx);
    private readonly ref T _sums = ref MemoryMarshal.GetReference(lanes);
    private readonly ref T _kept = ref Unsafe.Add(ref MemoryMarshal.GetReference(lanes), EdgeSums.Count(plan) * TLane.Count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<TPart>(int from, int to)
        where TPart : struct, ILanePart<TLane, T>
    {
        BlochVector<TLane, T> start = EdgeStart<TLane, T>.Of(plan, _matrices);
        for (int i = from; i < to; i += TLane.Count)
        {
            BlochVector<TLane, T> end = Forward<TPart>(start, i, to - i);
            TLane dresult = TPart.Take(ref Unsafe.Add(ref _dy, i), to - i), dvalue = TLane.Splat(scale) * dresult;
            TLane value = EdgeReadout<TLane, T>.Value(plan.Readout, end) + TLane.Splat(shift);
            Add(EdgeSums.Scale(plan), dresult * value);
            Add(EdgeSums.Shift(plan), dvalue);
            TLane dx = Backward<TPart>(end, EdgeReadout<TLane, T>.Gradient(plan.Readout, end, dvalue), i, to - i);
            if (!_wantsInputs) continue;
            TPart.Put(TPart.Take(ref Unsafe.Add(ref _dx, i), to - i) + dx, ref Unsafe.Add(ref _dx, i), to - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BlochVector<TLane, T> Forward<TPart>(BlochVector<TLane, T> v, int row, int rest)
        where TPart : struct, ILanePart<TLane, T>
    {
        for (int l = 0; l < plan.Repetitions; l++)
        {
            TLane sin = _data.SinCos<TPart>(l, row, rest, out TLane cos);
            v.Store(ref Step(l));
            v = v.AboutZ(cos, sin).Times(_matrices.Slice((l + 1) * EdgeMatrices.Size, EdgeMatrices.Size));
        }
        return v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Backward<TPart>(BlochVector<TLane, T> v, BlochVector<TLane, T> gradient, int row, int rest)
        where TPart : struct, ILanePart<TLane, T>
    {
        TLane dx = TLane.Splat(T.Zero);
        for (int l = plan.Repetitions - 1; l >= 0; l--)
        {
            AddTorque(l + 1, v.Cross(gradient));
            v = BlochVector<TLane, T>.Load(ref Step(l));
            TLane sin = _data.SinCos<TPart>(l, row, rest, out TLane cos);
            gradient = gradient.TimesTransposed(_matrices.Slice((l + 1) * EdgeMatrices.Size, EdgeMatrices.Size)).BackAboutZ(cos, sin);
            // The rotation is about z, so that the z of the product is the angle's gradient on either side of it.
            TLane dangle = (v.X * gradient.Y) - (v.Y * gradient.X);
            TLane dnumber = dangle * DataAngle<TLane, T>.Slope(plan.IsArcCosine, sin);
            if (!_isScaled)
            {
                dx += dnumber;
                continue;
            }
            dx = TLane.MultiplyAdd(TLane.Splat(Unsafe.Add(ref _frequencies, l)), dnumber, dx);
            Add(EdgeSums.Data(plan, l), dnumber * TPart.Take(ref Unsafe.Add(ref _x, row), rest));
            Add(EdgeSums.Data(plan, l) + 1, dnumber);
        }
        AddTorque(0, v.Cross(gradient));
        return dx;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref T Step(int repetition) => ref Unsafe.Add(ref _kept, repetition * EdgeSums.Kept * TLane.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddTorque(int step, in BlochVector<TLane, T> torque)
    {
        Add((3 * step) + 0, torque.X);
        Add((3 * step) + 1, torque.Y);
        Add((3 * step) + 2, torque.Z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(int index, TLane value)
    {
        ref T sum = ref Unsafe.Add(ref _sums, index * TLane.Count);
        (TLane.Load(ref sum) + value).Store(ref sum);
    }
}

/// <summary>The state after the first trained rotations, the same for all rows.</summary>
internal static class EdgeStart<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static BlochVector<TLane, T> Of(DaruanPlan plan, ReadOnlySpan<T> matrices) => new(
        TLane.Splat(matrices[plan.Start]), TLane.Splat(matrices[3 + plan.Start]), TLane.Splat(matrices[6 + plan.Start]));
}

/// <summary>Which sums over the rows an edge's gradients come from, in order: torques, frequencies and offsets, scale, shift.</summary>
internal static class EdgeSums
{
    /// <summary>Lanes kept of a repetition, the vector before it.</summary>
    public const int Kept = 3;

    /// <summary>All sums.</summary>
    public static int Count(DaruanPlan plan) => Shift(plan) + 1;

    /// <summary>Those of frequency and offset of a repetition.</summary>
    public static int Data(DaruanPlan plan, int repetition) => (3 * (plan.Repetitions + 1)) + (2 * repetition);

    /// <summary>That of s.</summary>
    public static int Scale(DaruanPlan plan) => Data(plan, plan.Repetitions);

    /// <summary>That of c.</summary>
    public static int Shift(DaruanPlan plan) => Scale(plan) + 1;
}
