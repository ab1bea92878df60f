using System.Runtime.CompilerServices;

namespace QEngine.Quantum;

/// <content>Between rows of a batch, one after another in memory, and the elements of lanes.</content>
internal readonly ref partial struct CircuitBlock<TLane, T>
{
    /// <summary>Sets all angles; inputs of rows that are missing are 0.</summary>
    /// <param name="inputs">[rows, inputs] from the first row of the lane on.</param>
    /// <param name="shared">Cosine and sine of half of every angle that does not depend on inputs.</param>
    /// <param name="rows">How many rows the lane has.</param>
    public void SetAngles(ReadOnlySpan<T> inputs, ReadOnlySpan<T> shared, int rows)
    {
        for (int i = 0; i < _plan.Angles.Length; i++)
        {
            ref readonly Angle angle = ref _plan.Angles[i];
            Span<T> half = _halfAngles.Slice(2 * i * TLane.Count, 2 * TLane.Count);
            TLane cos = TLane.Splat(shared[2 * i]), sin = TLane.Splat(shared[(2 * i) + 1]);
            if (angle.Source == AngleSource.Input)
            {
                half.Clear();
                for (int row = 0; row < rows; row++) half[row] = inputs[(row * _circuit.Inputs) + angle.Index];
                sin = HalfAngle<TLane, T>.SinCos(angle, TLane.Load(ref half[0]), out cos);
            }
            cos.Store(ref half[0]);
            sin.Store(ref half[TLane.Count]);
        }
    }

    /// <summary>Writes what was measured.</summary>
    /// <param name="results">[rows, outputs] from the first row of the lane on.</param>
    /// <param name="rows">How many rows the lane has.</param>
    public void StoreResults(Span<T> results, int rows)
    {
        int outputs = _circuit.Outputs;
        for (int output = 0; output < outputs; output++)
        {
            ReadOnlySpan<T> lane = _results.Slice(output * TLane.Count, TLane.Count);
            for (int row = 0; row < rows; row++) results[(row * outputs) + output] = lane[row];
        }
    }

    /// <summary>Writes the states themselves, their amplitudes in the order of the basis.</summary>
    /// <param name="states">[rows, 2 amplitudes] from the first row of the lane on, real parts and then imaginary ones.</param>
    /// <param name="rows">How many rows the lane has.</param>
    public void StoreStates(Span<T> states, int rows)
    {
        int amplitudes = _plan.Rows;
        for (int i = 0; i < amplitudes; i++)
        {
            ReadOnlySpan<T> parts = _state.Slice(2 * i * TLane.Count, 2 * TLane.Count);
            int to = _plan.Basis[i];
            for (int row = 0; row < rows; row++, to += 2 * amplitudes)
                (states[to], states[to + amplitudes]) = (parts[row], parts[TLane.Count + row]);
        }
    }

    /// <summary>
    /// Reads the gradients of the states as lambda of the backward pass: half of them, since an expectation has twice the real part of
    /// what one state's change makes of it. Those of rows that are missing are 0.
    /// </summary>
    /// <param name="dstates">[rows, 2 amplitudes], as <see cref="StoreStates"/> writes states.</param>
    /// <param name="rows">How many rows the lane has.</param>
    public void LoadAdjoint(ReadOnlySpan<T> dstates, int rows)
    {
        int amplitudes = _plan.Rows;
        T half = T.CreateTruncating(0.5);
        _adjoint.Clear();
        for (int i = 0; i < amplitudes; i++)
        {
            Span<T> parts = _adjoint.Slice(2 * i * TLane.Count, 2 * TLane.Count);
            int from = _plan.Basis[i];
            for (int row = 0; row < rows; row++, from += 2 * amplitudes)
                (parts[row], parts[TLane.Count + row]) = (half * dstates[from], half * dstates[from + amplitudes]);
        }
    }

    /// <summary>Reads the gradients of the results; those of rows that are missing are 0.</summary>
    /// <param name="dresults">[rows, outputs] from the first row of the lane on.</param>
    /// <param name="rows">How many rows the lane has.</param>
    public void LoadGradients(ReadOnlySpan<T> dresults, int rows)
    {
        int outputs = _circuit.Outputs;
        _results.Clear();
        for (int output = 0; output < outputs; output++)
        {
            Span<T> lane = _results.Slice(output * TLane.Count, TLane.Count);
            for (int row = 0; row < rows; row++) lane[row] = dresults[(row * outputs) + output];
        }
    }

    /// <summary>Adds the gradients of the inputs to those of their rows.</summary>
    /// <param name="dinputs">[rows, inputs] from the first row of the lane on.</param>
    /// <param name="rows">How many rows the lane has.</param>
    public void AddGradients(Span<T> dinputs, int rows)
    {
        for (int i = 0; i < _plan.Angles.Length; i++)
        {
            ref readonly Angle angle = ref _plan.Angles[i];
            if (angle.Source != AngleSource.Input) continue;
            T factor = T.CreateTruncating(angle.Factor);
            ReadOnlySpan<T> lane = _angleGradients.Slice(i * TLane.Count, TLane.Count);
            for (int row = 0; row < rows; row++) dinputs[(row * _circuit.Inputs) + angle.Index] += factor * lane[row];
        }
    }

    /// <summary>Adds the gradients of the parameters, summed over the rows of the lane.</summary>
    /// <param name="dparameters">[parameters], or empty.</param>
    public void AddGradients(Span<T> dparameters)
    {
        if (dparameters.IsEmpty) return;
        for (int i = 0; i < _plan.Angles.Length; i++)
        {
            ref readonly Angle angle = ref _plan.Angles[i];
            if (angle.Source != AngleSource.Parameter) continue;
            TLane lane = TLane.Load(in _angleGradients[i * TLane.Count]);
            dparameters[angle.Index] += T.CreateTruncating(angle.Factor) * lane.Sum();
        }
    }
}
