using System.Numerics;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Runs a circuit for every row of a batch, a lane of rows at a time, forward and backward.</summary>
/// <remarks>
/// The states of a lane lie in the cache of the thread that computes them and nowhere else: the backward pass runs the gates again rather
/// than keep a state for every row. A row's bits do not depend on its batch.
/// </remarks>
internal static class CircuitSimulation
{
    // Parameters' gradients are added up in so many parts at most, whatever the number of threads.
    private const int MaxParts = 32;

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="circuit">The circuit.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs">[rows, inputs].</param>
    /// <param name="parameters">[parameters].</param>
    /// <param name="results">[rows, outputs].</param>
    /// <exception cref="ArgumentException">The lengths do not fit the circuit, or an output overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, Circuit circuit, int rows, ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(inputs, (long)rows * circuit.Inputs);
        Require.Elements(parameters, circuit.Parameters);
        Require.Elements(results, (long)rows * circuit.Outputs);
        Require.Apart(results, inputs, parameters);
        ForwardKernel<T> kernel = new(circuit, rows, inputs, SharedAngles(circuit.Plan, parameters), results);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, Blocks<T>(rows), BlockCost<T>(circuit.Plan), ref kernel);
    }

    /// <summary>The states before measurements, but for a phase of each whole state.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="circuit">The circuit.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs">[rows, inputs].</param>
    /// <param name="parameters">[parameters].</param>
    /// <param name="states">
    /// [rows, 2 2^qubits], the real parts of the amplitudes of the basis states in order, then the imaginary ones.
    /// </param>
    /// <exception cref="ArgumentException">The lengths do not fit the circuit, or an output overlaps another argument.</exception>
    public static void States<T>(
        WorkerPool workers, Circuit circuit, int rows, ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(inputs, (long)rows * circuit.Inputs);
        Require.Elements(parameters, circuit.Parameters);
        Require.Elements(states, 2L * rows * circuit.Plan.Rows);
        Require.Apart(states, inputs, parameters);
        StatesKernel<T> kernel = new(circuit, rows, inputs, SharedAngles(circuit.Plan, parameters), states);
        RangeKernel.Run<StatesKernel<T>, T>(workers, Blocks<T>(rows), BlockCost<T>(circuit.Plan), ref kernel);
    }

    /// <summary>Backward from gradients of what is measured.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="circuit">The circuit.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs">[rows, inputs], as in the forward pass.</param>
    /// <param name="parameters">[parameters], as in the forward pass.</param>
    /// <param name="dresults">[rows, outputs].</param>
    /// <param name="dinputs">[rows, inputs], accumulated; empty if not wanted.</param>
    /// <param name="dparameters">[parameters], accumulated; empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the circuit, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, Circuit circuit, int rows, ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, ReadOnlySpan<T> dresults,
        Span<T> dinputs, Span<T> dparameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(dresults, (long)rows * circuit.Outputs);
        Backward(workers, circuit, rows, inputs, parameters, dresults, dinputs, dparameters, ofStates: false);
    }

    /// <summary>Backward from gradients of the states that <see cref="States"/> computes.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="circuit">The circuit.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs">[rows, inputs], as in the forward pass.</param>
    /// <param name="parameters">[parameters], as in the forward pass.</param>
    /// <param name="dstates">[rows, 2 2^qubits].</param>
    /// <param name="dinputs">[rows, inputs], accumulated; empty if not wanted.</param>
    /// <param name="dparameters">[parameters], accumulated; empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the circuit, or an output overlaps another argument.</exception>
    public static void StatesBackward<T>(
        WorkerPool workers, Circuit circuit, int rows, ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, ReadOnlySpan<T> dstates,
        Span<T> dinputs, Span<T> dparameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(dstates, 2L * rows * circuit.Plan.Rows);
        Backward(workers, circuit, rows, inputs, parameters, dstates, dinputs, dparameters, ofStates: true);
    }

    private static void Backward<T>(
        WorkerPool workers, Circuit circuit, int rows, ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, ReadOnlySpan<T> dresults,
        Span<T> dinputs, Span<T> dparameters, bool ofStates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(inputs, (long)rows * circuit.Inputs);
        Require.Elements(parameters, circuit.Parameters);
        Require.ElementsOrNone(dinputs, inputs.Length);
        Require.ElementsOrNone(dparameters, parameters.Length);
        Require.Apart(dinputs, inputs, parameters, dresults, dparameters);
        Require.Apart(dparameters, inputs, parameters, dresults);
        int parts = Math.Min(Blocks<T>(rows), MaxParts);
        Span<T> partial = Scratch<Partial, T>.Rent(parts * dparameters.Length);
        partial.Clear();
        ReadOnlySpan<T> shared = SharedAngles(circuit.Plan, parameters);
        BackwardKernel<T> kernel = new(circuit, rows, inputs, shared, dresults, dinputs, partial, parts, ofStates);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, parts, int.MaxValue, ref kernel);
        for (int part = 0; part < parts; part++)
            Elementwise.Add(WorkerPool.Single, partial.Slice(part * dparameters.Length, dparameters.Length), dparameters);
    }

    /// <summary>Cosine and sine of half of the angles that all rows share, side by side; those of the others are left open.</summary>
    private static Span<T> SharedAngles<T>(CircuitPlan plan, ReadOnlySpan<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> shared = Scratch<Shared, T>.Rent(2 * plan.Angles.Length);
        for (int i = 0; i < plan.Angles.Length; i++)
        {
            Angle angle = plan.Angles[i];
            if (angle.Source == AngleSource.Input) continue;
            T x = angle.Source == AngleSource.Parameter ? parameters[angle.Index] : T.Zero;
            HalfAngle<LaneScalar<T>, T>.SinCos(angle, LaneScalar<T>.Splat(x), out LaneScalar<T> cos).Store(ref shared[(2 * i) + 1]);
            cos.Store(ref shared[2 * i]);
        }
        return shared;
    }

    /// <summary>Lanes of rows, the last of which need not be full.</summary>
    private static int Blocks<T>(int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (int)(((long)rows + Tier.LaneCount<T>() - 1) / Tier.LaneCount<T>());

    /// <summary>Elements that a lane of rows touches.</summary>
    private static long BlockCost<T>(CircuitPlan plan)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (2L + plan.Sweeps.Length) * plan.Rows * Tier.LaneCount<T>();

    private readonly struct Shared;

    private readonly struct Partial;

    private readonly ref struct ForwardKernel<T>(
        Circuit circuit, int rows, ReadOnlySpan<T> inputs, ReadOnlySpan<T> shared, Span<T> results) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _inputs = inputs, _shared = shared;
        private readonly Span<T> _results = results;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            CircuitBlock<TLane, T> block = new(circuit, backward: false);
            for (int i = from; i < to; i++)
            {
                int first = i * TLane.Count, count = Math.Min(TLane.Count, rows - first);
                block.SetAngles(_inputs[(first * circuit.Inputs)..], _shared, count);
                block.Forward();
                block.Read();
                block.StoreResults(_results[(first * circuit.Outputs)..], count);
            }
        }
    }

    private readonly ref struct StatesKernel<T>(
        Circuit circuit, int rows, ReadOnlySpan<T> inputs, ReadOnlySpan<T> shared, Span<T> states) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _inputs = inputs, _shared = shared;
        private readonly Span<T> _states = states;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            CircuitBlock<TLane, T> block = new(circuit, backward: false);
            int length = 2 * circuit.Plan.Rows;
            for (int i = from; i < to; i++)
            {
                int first = i * TLane.Count, count = Math.Min(TLane.Count, rows - first);
                block.SetAngles(_inputs[(first * circuit.Inputs)..], _shared, count);
                block.Forward();
                block.StoreStates(_states.Slice(first * length, count * length), count);
            }
        }
    }

    /// <summary>A unit is one part of the blocks, with gradients of parameters of its own.</summary>
    private readonly ref struct BackwardKernel<T>(
        Circuit circuit, int rows, ReadOnlySpan<T> inputs, ReadOnlySpan<T> shared, ReadOnlySpan<T> dresults, Span<T> dinputs,
        Span<T> partial, int parts, bool ofStates) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _inputs = inputs, _shared = shared, _dresults = dresults;
        private readonly Span<T> _dinputs = dinputs, _partial = partial;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            CircuitBlock<TLane, T> block = new(circuit, backward: true);
            int blocks = Blocks<T>(rows), length = _partial.Length / parts, width = ofStates ? 2 * circuit.Plan.Rows : circuit.Outputs;
            for (int part = from; part < to; part++)
            {
                int end = (int)((part + 1L) * blocks / parts);
                for (int i = (int)((long)part * blocks / parts); i < end; i++)
                {
                    int first = i * TLane.Count, count = Math.Min(TLane.Count, rows - first);
                    block.SetAngles(_inputs[(first * circuit.Inputs)..], _shared, count);
                    block.Forward();
                    ReadOnlySpan<T> dresults = _dresults.Slice(first * width, count * width);
                    if (ofStates) block.LoadAdjoint(dresults, count);
                    else
                    {
                        block.LoadGradients(dresults, count);
                        block.Weigh();
                    }
                    block.Backward();
                    block.AddGradients(_partial.Slice(part * length, length));
                    if (!_dinputs.IsEmpty) block.AddGradients(_dinputs[(first * circuit.Inputs)..], count);
                }
            }
        }
    }
}
