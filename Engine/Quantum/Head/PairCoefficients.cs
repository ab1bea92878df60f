using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// The six numbers a pair of qubits needs in Bloch form, from its raw angles, and the way back for gradients.
/// </summary>
/// <remarks>
/// A unitary U = e^(i alpha) Rz(beta) Ry(gamma) Rz(delta) rotates a state (x, 0, z) of the x-z plane so that its new z is
/// a x + b z, with a = -sin(gamma) cos(delta) and b = cos(gamma). The six are (a0, b0) of the target's unitary,
/// (a1, b1) of the target's followed by the controlled one, with sigma = delta_c + beta_t
/// <code>
/// a1 = -sin gc (cos g cos d cos sigma - sin d sin sigma) - cos gc sin g cos d
/// b1 = -sin gc sin g cos sigma + cos gc cos g
/// </code>
/// and (ac, bc) of the control's. A CNOT is the rotation by pi about x: (a1, b1) = -(a0, b0).
/// Angles are 2 pi (1 + tanh raw); the multiple of 2 pi is left out, which changes no rotation.
/// All alphas and the betas of control and controlled have no influence, so their gradient is zero. Of effective angles beta_t is 0.
/// </remarks>
public static class PairCoefficients
{
    /// <summary>Numbers per pair.</summary>
    public const int PerPair = 6;

    /// <summary>Computes the coefficients of all steps.</summary>
    /// <param name="cascade">The plan.</param>
    /// <param name="raw">[<see cref="Cascade.Parameters"/>], see <see cref="Cascade"/> for the order.</param>
    /// <param name="coefficients">For each step of width w, [6, w] with rows a0, b0, a1, b1, ac, bc.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(Cascade cascade, ReadOnlySpan<T> raw, Span<T> coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(raw, cascade.Parameters);
        Require.Elements(coefficients, (long)cascade.Pairs * PerPair);
        Require.Apart(coefficients, raw);
        ForwardKernel<T> kernel = new(cascade, raw, coefficients);
        Tier.Run<ForwardKernel<T>, T>(ref kernel, 0);
    }

    /// <summary>Adds the gradient of the raw angles for a given gradient of the coefficients.</summary>
    /// <param name="cascade">The plan.</param>
    /// <param name="raw">Raw angles.</param>
    /// <param name="dcoefficients">Gradient of the coefficients.</param>
    /// <param name="draw">Gradient of the raw angles, accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(Cascade cascade, ReadOnlySpan<T> raw, ReadOnlySpan<T> dcoefficients, Span<T> draw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(raw, cascade.Parameters);
        Require.Elements(dcoefficients, (long)cascade.Pairs * PerPair);
        Require.Elements(draw, raw.Length);
        Require.Apart(draw, raw, dcoefficients);
        BackwardKernel<T> kernel = new(cascade, raw, dcoefficients, draw);
        Tier.Run<BackwardKernel<T>, T>(ref kernel, 0);
    }

    /// <summary>Sine and cosine of the angle of a raw value, and d angle / d raw = 2 pi (1 - tanh^2).</summary>
    private readonly struct Angle<TLane, T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // 2 pi tanh is four times (pi/2) tanh: the angle is doubled twice.
        [MethodImpl(MethodImplOptions.NoInlining)]
        public Angle(ReadOnlySpan<T> raw, int row, int width, int column)
        {
            TLane one = TLane.Splat(T.One);
            TLane sin = TanhAngle<TLane, T>.SinCos(
                Lanes<TLane, T>.Take(in raw[(row * width) + column], width - column), out TLane cos, out TLane derivative);
            TLane twice = sin + sin;
            TLane sin2 = twice * cos;
            TLane cos2 = one - (twice * sin);
            TLane twice2 = sin2 + sin2;
            (Sin, Cos, Derivative) = (twice2 * cos2, one - (twice2 * sin2), Lanes<TLane, T>.Constant(2 * Math.PI) * derivative);
        }

        private Angle(TLane sin, TLane cos, TLane derivative) => (Sin, Cos, Derivative) = (sin, cos, derivative);

        /// <summary>The angle 0, which is no parameter.</summary>
        public static Angle<TLane, T> Zero => new(TLane.Splat(T.Zero), TLane.Splat(T.One), TLane.Splat(T.Zero));

        public TLane Sin { get; }

        public TLane Cos { get; }

        public TLane Derivative { get; }
    }

    private const int Control = 0, Target = 1, Controlled = 2;

    /// <summary>Where a unitary's angles lie among the rows of a step: gamma and delta last, before them beta if it is there.</summary>
    private readonly struct AngleRows(Cascade cascade)
    {
        private readonly int _perUnitary = cascade.AnglesPerUnitary;

        public bool HasBeta { get; } = cascade.Angles == PairAngles.All;

        public int Beta(int unitary) => Delta(unitary) - 2;

        public int Gamma(int unitary) => Delta(unitary) - 1;

        public int Delta(int unitary) => ((unitary + 1) * _perUnitary) - 1;

        /// <summary>The target's beta.</summary>
        public Angle<TLane, T> TargetBeta<TLane, T>(ReadOnlySpan<T> raw, int width, int column)
            where TLane : struct, ILane<TLane, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            HasBeta ? new(raw, Beta(Target), width, column) : Angle<TLane, T>.Zero;
    }

    private readonly ref struct ForwardKernel<T>(Cascade cascade, ReadOnlySpan<T> raw, Span<T> coefficients) : ILaneWork<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly AngleRows _rows = new(cascade);
        private readonly ReadOnlySpan<T> _raw = raw;
        private readonly Span<T> _coefficients = coefficients;

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneWork<T>.Run<TLane, TShort>(int item)
        {
            int pairs = 0;
            foreach (int width in cascade.Widths)
            {
                ReadOnlySpan<T> raw = _raw.Slice(pairs * cascade.ParametersPerPair, width * cascade.ParametersPerPair);
                Span<T> coefficients = _coefficients.Slice(pairs * PerPair, width * PerPair);
                for (int j = 0; j < width; j += TLane.Count) Pair<TLane>(raw, coefficients, width, j);
                pairs += width;
            }
        }

        private void Pair<TLane>(ReadOnlySpan<T> raw, Span<T> c, int width, int j)
            where TLane : struct, ILane<TLane, T>
        {
            TLane zero = TLane.Splat(T.Zero);
            int rest = width - j;
            Angle<TLane, T> gamma = new(raw, _rows.Gamma(Target), width, j);
            Angle<TLane, T> delta = new(raw, _rows.Delta(Target), width, j);
            TLane a0 = zero - (gamma.Sin * delta.Cos);
            TLane b0 = gamma.Cos;
            Lanes<TLane, T>.Put(a0, ref c[j], rest);
            Lanes<TLane, T>.Put(b0, ref c[width + j], rest);
            if (cascade.Gate == CompressionGate.Cnot)
            {
                Lanes<TLane, T>.Put(zero - a0, ref c[(2 * width) + j], rest);
                Lanes<TLane, T>.Put(zero - b0, ref c[(3 * width) + j], rest);
            }
            else
            {
                Angle<TLane, T> beta = _rows.TargetBeta<TLane, T>(raw, width, j);
                Angle<TLane, T> gc = new(raw, _rows.Gamma(Controlled), width, j);
                Angle<TLane, T> dc = new(raw, _rows.Delta(Controlled), width, j);
                TLane cosSum = (dc.Cos * beta.Cos) - (dc.Sin * beta.Sin);
                TLane sinSum = (dc.Sin * beta.Cos) + (dc.Cos * beta.Sin);
                TLane rotated = (gamma.Cos * delta.Cos * cosSum) - (delta.Sin * sinSum);
                Lanes<TLane, T>.Put((gc.Cos * a0) - (gc.Sin * rotated), ref c[(2 * width) + j], rest);
                Lanes<TLane, T>.Put((gc.Cos * b0) - (gc.Sin * gamma.Sin * cosSum), ref c[(3 * width) + j], rest);
            }
            Angle<TLane, T> controlGamma = new(raw, _rows.Gamma(Control), width, j);
            Angle<TLane, T> controlDelta = new(raw, _rows.Delta(Control), width, j);
            Lanes<TLane, T>.Put(zero - (controlGamma.Sin * controlDelta.Cos), ref c[(4 * width) + j], rest);
            Lanes<TLane, T>.Put(controlGamma.Cos, ref c[(5 * width) + j], rest);
        }
    }

    private readonly ref struct BackwardKernel<T>(Cascade cascade, ReadOnlySpan<T> raw, ReadOnlySpan<T> dcoefficients, Span<T> draw)
        : ILaneWork<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly AngleRows _rows = new(cascade);
        private readonly ReadOnlySpan<T> _raw = raw, _dcoefficients = dcoefficients;
        private readonly Span<T> _draw = draw;

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneWork<T>.Run<TLane, TShort>(int item)
        {
            int pairs = 0;
            foreach (int width in cascade.Widths)
            {
                int start = pairs * cascade.ParametersPerPair;
                int length = width * cascade.ParametersPerPair;
                ReadOnlySpan<T> dc = _dcoefficients.Slice(pairs * PerPair, width * PerPair);
                for (int j = 0; j < width; j += TLane.Count)
                {
                    ControlPart<TLane>(_raw.Slice(start, length), dc, _draw.Slice(start, length), width, j);
                    if (cascade.Gate == CompressionGate.Cnot)
                        TargetCnot<TLane>(_raw.Slice(start, length), dc, _draw.Slice(start, length), width, j);
                    else TargetControlled<TLane>(_raw.Slice(start, length), dc, _draw.Slice(start, length), width, j);
                }
                pairs += width;
            }
        }

        private void ControlPart<TLane>(ReadOnlySpan<T> raw, ReadOnlySpan<T> dc, Span<T> draw, int width, int j)
            where TLane : struct, ILane<TLane, T>
        {
            Angle<TLane, T> gamma = new(raw, _rows.Gamma(Control), width, j);
            Angle<TLane, T> delta = new(raw, _rows.Delta(Control), width, j);
            TLane da = Row<TLane>(dc, 4, width, j);
            TLane db = Row<TLane>(dc, 5, width, j);
            TLane zero = TLane.Splat(T.Zero);
            AddTo(
                draw, _rows.Gamma(Control), width, j,
                gamma.Derivative * (zero - (da * gamma.Cos * delta.Cos) - (db * gamma.Sin)));
            AddTo(draw, _rows.Delta(Control), width, j, delta.Derivative * (da * gamma.Sin * delta.Sin));
        }

        private void TargetCnot<TLane>(ReadOnlySpan<T> raw, ReadOnlySpan<T> dc, Span<T> draw, int width, int j)
            where TLane : struct, ILane<TLane, T>
        {
            Angle<TLane, T> gamma = new(raw, _rows.Gamma(Target), width, j);
            Angle<TLane, T> delta = new(raw, _rows.Delta(Target), width, j);
            TLane da = Row<TLane>(dc, 0, width, j) - Row<TLane>(dc, 2, width, j);
            TLane db = Row<TLane>(dc, 1, width, j) - Row<TLane>(dc, 3, width, j);
            TLane zero = TLane.Splat(T.Zero);
            AddTo(draw, _rows.Gamma(Target), width, j, gamma.Derivative * (zero - (da * gamma.Cos * delta.Cos) - (db * gamma.Sin)));
            AddTo(draw, _rows.Delta(Target), width, j, delta.Derivative * (da * gamma.Sin * delta.Sin));
        }

        private void TargetControlled<TLane>(ReadOnlySpan<T> raw, ReadOnlySpan<T> dc, Span<T> draw, int width, int j)
            where TLane : struct, ILane<TLane, T>
        {
            Angle<TLane, T> beta = _rows.TargetBeta<TLane, T>(raw, width, j);
            Angle<TLane, T> g = new(raw, _rows.Gamma(Target), width, j);
            Angle<TLane, T> d = new(raw, _rows.Delta(Target), width, j);
            Angle<TLane, T> gc = new(raw, _rows.Gamma(Controlled), width, j);
            Angle<TLane, T> deltaC = new(raw, _rows.Delta(Controlled), width, j);
            TLane cosSum = (deltaC.Cos * beta.Cos) - (deltaC.Sin * beta.Sin);
            TLane sinSum = (deltaC.Sin * beta.Cos) + (deltaC.Cos * beta.Sin);
            TLane da0 = Row<TLane>(dc, 0, width, j);
            TLane db0 = Row<TLane>(dc, 1, width, j);
            TLane da1 = Row<TLane>(dc, 2, width, j);
            TLane db1 = Row<TLane>(dc, 3, width, j);
            TLane zero = TLane.Splat(T.Zero);

            // The gradient of (a0, b0) proper and the part that reaches it through a1 = gc.Cos a0 - gc.Sin rotated, b1 alike.
            TLane a = TLane.MultiplyAdd(da1, gc.Cos, da0);
            TLane b = TLane.MultiplyAdd(db1, gc.Cos, db0);
            TLane rotated = (g.Cos * d.Cos * cosSum) - (d.Sin * sinSum);
            TLane drotated = zero - (da1 * gc.Sin);
            TLane dlean = zero - (db1 * gc.Sin);
            TLane dgc = (da1 * ((gc.Sin * g.Sin * d.Cos) - (gc.Cos * rotated)))
                - (db1 * ((gc.Cos * g.Sin * cosSum) + (gc.Sin * g.Cos)));
            TLane dsum = (drotated * (zero - (g.Cos * d.Cos * sinSum) - (d.Sin * cosSum))) - (dlean * g.Sin * sinSum);
            TLane dg = (dlean * g.Cos * cosSum) - (drotated * g.Sin * d.Cos * cosSum) - (a * g.Cos * d.Cos) - (b * g.Sin);
            TLane dd = (a * g.Sin * d.Sin) - (drotated * ((g.Cos * d.Sin * cosSum) + (d.Cos * sinSum)));

            if (_rows.HasBeta) AddTo(draw, _rows.Beta(Target), width, j, beta.Derivative * dsum);
            AddTo(draw, _rows.Gamma(Target), width, j, g.Derivative * dg);
            AddTo(draw, _rows.Delta(Target), width, j, d.Derivative * dd);
            AddTo(draw, _rows.Gamma(Controlled), width, j, gc.Derivative * dgc);
            AddTo(draw, _rows.Delta(Controlled), width, j, deltaC.Derivative * dsum);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TLane Row<TLane>(ReadOnlySpan<T> dc, int row, int width, int j)
            where TLane : struct, ILane<TLane, T> => Lanes<TLane, T>.Take(in dc[(row * width) + j], width - j);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void AddTo<TLane>(Span<T> draw, int row, int width, int j, TLane value)
            where TLane : struct, ILane<TLane, T>
        {
            ref T target = ref draw[(row * width) + j];
            Lanes<TLane, T>.Put(Lanes<TLane, T>.Take(ref target, width - j) + value, ref target, width - j);
        }
    }
}
