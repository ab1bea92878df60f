using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>One lane of rows on their way through a circuit: all gates run one after the other while the states are in the cache.</summary>
internal readonly ref partial struct CircuitBlock<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Circuit _circuit;
    private readonly CircuitPlan _plan;
    private readonly Span<T> _state, _adjoint, _halfAngles, _angleGradients, _results;

    /// <summary>Takes the thread's buffers.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="backward">Whether gradients are to be computed.</param>
    public CircuitBlock(Circuit circuit, bool backward)
    {
        CircuitPlan plan = circuit.Plan;
        (_circuit, _plan) = (circuit, plan);
        int state = 2 * plan.Rows * TLane.Count, angles = plan.Angles.Length * TLane.Count, results = plan.Readouts.Outputs * TLane.Count;
        Span<T> all = Scratch<Buffers, T>.Rent(((backward ? 2 : 1) * state) + (3 * angles) + results);
        _state = all[..state];
        _halfAngles = all.Slice(state, 2 * angles);
        _angleGradients = all.Slice(state + (2 * angles), angles);
        _results = all.Slice(state + (3 * angles), results);
        _adjoint = all[(state + (3 * angles) + results)..];
    }

    /// <summary>Runs the gates.</summary>
    public void Forward()
    {
        _state.Clear();
        ref T state = ref MemoryMarshal.GetReference(_state);
        TLane.Splat(T.One).Store(ref state);
        foreach (ref readonly Sweep sweep in _plan.Sweeps) Apply(sweep, ref state);
    }

    /// <summary>Measures.</summary>
    public void Read() => StateReadout<TLane, T>.Read(
        _plan.Readouts, _plan.Rows, ref MemoryMarshal.GetReference(_state), ref MemoryMarshal.GetReference(_results));

    /// <summary>Makes lambda = O psi, O the sum of what is measured times the gradients of the results.</summary>
    public void Weigh() => StateReadout<TLane, T>.Weigh(
        _plan.Readouts, _plan.Rows, ref MemoryMarshal.GetReference(_state), ref MemoryMarshal.GetReference(_results),
        ref MemoryMarshal.GetReference(_adjoint));

    /// <summary>
    /// Undoes the gates, last to first, on the state psi and on lambda, and takes the gradient of every angle on the way: a rotation
    /// exp(-i t/2 P) adds Im(lambda* P psi) to that of t.
    /// </summary>
    /// <remarks>Jones and Gacon, arXiv 2009.02823: two states are kept, however many gates there are.</remarks>
    public void Backward()
    {
        ref T state = ref MemoryMarshal.GetReference(_state);
        ref T adjoint = ref MemoryMarshal.GetReference(_adjoint);
        _angleGradients.Clear();
        for (int i = _plan.Sweeps.Length - 1; i >= _plan.FirstThatVaries; i--)
        {
            ref readonly Sweep sweep = ref _plan.Sweeps[i];
            if (sweep.Matrix is { } matrix)
            {
                QuadSweep<TLane, T>.Apply(sweep.Quads, matrix, back: true, ref state);
                QuadSweep<TLane, T>.Apply(sweep.Quads, matrix, back: true, ref adjoint);
            }
            else
            {
                (TLane x, TLane y, TLane z) = PairSweep<TLane, T>.Retreat(sweep.Pairs, RotationOf(sweep).Inverse, ref state, ref adjoint);
                AddGradients(sweep, x, y, z);
            }
        }
    }

    private void Apply(in Sweep sweep, ref T state)
    {
        if (sweep.Matrix is { } matrix) QuadSweep<TLane, T>.Apply(sweep.Quads, matrix, back: false, ref state);
        else PairSweep<TLane, T>.Apply(sweep.Pairs, RotationOf(sweep), ref state);
    }

    private Rotation<TLane, T> RotationOf(in Sweep sweep)
    {
        Rotation<TLane, T> all = RotationOf(sweep.Turns[0]);
        for (int i = 1; i < sweep.Turns.Length; i++) all = all.Then(RotationOf(sweep.Turns[i]));
        return all;
    }

    private Rotation<TLane, T> RotationOf(in Turn turn)
    {
        ref T half = ref _halfAngles[2 * turn.Angle * TLane.Count];
        return Rotation<TLane, T>.About(turn.Axis, TLane.Load(ref half), TLane.Load(ref Unsafe.Add(ref half, TLane.Count)));
    }

    /// <summary>
    /// What the sums are after the run is known; before its last rotation they are the same vector turned back, since that is what a
    /// rotation does to X, Y and Z.
    /// </summary>
    private void AddGradients(in Sweep sweep, TLane x, TLane y, TLane z)
    {
        for (int i = sweep.Turns.Length - 1; i >= 0; i--)
        {
            Turn turn = sweep.Turns[i];
            ref T gradient = ref _angleGradients[turn.Angle * TLane.Count];
            TLane sum = TLane.MultiplyAdd(Lanes<TLane, T>.Constant(turn.Axis.X), x, TLane.Load(ref gradient));
            sum = TLane.MultiplyAdd(Lanes<TLane, T>.Constant(turn.Axis.Y), y, sum);
            TLane.MultiplyAdd(Lanes<TLane, T>.Constant(turn.Axis.Z), z, sum).Store(ref gradient);
            (x, y, z) = RotationOf(turn).Inverse.Turn(x, y, z);
        }
    }

    private readonly struct Buffers;
}
