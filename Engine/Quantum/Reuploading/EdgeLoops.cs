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
internal readonly ref struct EdgeForwardLoop<TData, TLane, T>(
    DaruanPlan plan, TData data, ReadOnlySpan<T> matrices, T scale, T shift, Span<T> y) : ILaneLoop<TLane, T>
    where TData : struct, IEdgeData<TLane, T>, allows ref struct
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TData _data = data;
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
/// <param name="dy">[rows].</param>
/// <param name="dx">[rows], added to; empty if not wanted.</param>
/// <param name="kept">[repetitions, 5], lanes: room for vector, cosine and sine of every step.</param>
/// <param name="sums">Lanes, see <see cref="EdgeSums"/>; added to.</param>
internal readonly ref struct EdgeBackwardLoop<TData, TLane, T>(
    DaruanPlan plan, TData data, ReadOnlySpan<T> matrices, T scale, T shift, ReadOnlySpan<T> dy, Span<T> dx, Span<T> kept, Span<T> sums)
    : ILaneLoop<TLane, T>
    where TData : struct, IEdgeData<TLane, T>, allows ref struct
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TData _data = data;
    private readonly ReadOnlySpan<T> _matrices = matrices;
    private readonly bool _wantsInputs = !dx.IsEmpty;
    private readonly ref T _dy = ref MemoryMarshal.GetReference(dy), _dx = ref MemoryMarshal.GetReference(dx);
    private readonly ref T _kept = ref MemoryMarshal.GetReference(kept), _sums = ref MemoryMarshal.GetReference(sums);

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
            ref T step = ref Step(l);
            v.Store(ref step);
            cos.Store(ref Unsafe.Add(ref step, 3 * TLane.Count));
            sin.Store(ref Unsafe.Add(ref step, 4 * TLane.Count));
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
            ref T step = ref Step(l);
            v = BlochVector<TLane, T>.Load(ref step);
            TLane cos = TLane.Load(ref Unsafe.Add(ref step, 3 * TLane.Count)), sin = TLane.Load(ref Unsafe.Add(ref step, 4 * TLane.Count));
            gradient = gradient.TimesTransposed(_matrices.Slice((l + 1) * EdgeMatrices.Size, EdgeMatrices.Size)).BackAboutZ(cos, sin);
            // The rotation is about z, so that the z of the product is the angle's gradient on either side of it.
            TLane dangle = (v.X * gradient.Y) - (v.Y * gradient.X);
            TLane dnumber = dangle * DataAngle<TLane, T>.Slope(plan.IsArcCosine, sin);
            dx = TLane.MultiplyAdd(_data.Frequency(l), dnumber, dx);
            _data.AddGradients<TPart>(ref Unsafe.Add(ref _sums, EdgeSums.Data(plan, l) * TLane.Count), row, rest, dnumber);
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
    /// <summary>Lanes kept of a repetition.</summary>
    public const int Kept = 5;

    /// <summary>All sums.</summary>
    public static int Count(DaruanPlan plan) => Shift(plan) + 1;

    /// <summary>Those of frequency and offset of a repetition.</summary>
    public static int Data(DaruanPlan plan, int repetition) => (3 * (plan.Repetitions + 1)) + (2 * repetition);

    /// <summary>That of s.</summary>
    public static int Scale(DaruanPlan plan) => Data(plan, plan.Repetitions);

    /// <summary>That of c.</summary>
    public static int Shift(DaruanPlan plan) => Scale(plan) + 1;
}
