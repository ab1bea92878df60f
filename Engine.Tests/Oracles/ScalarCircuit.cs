namespace QEngine.Tests.Oracles;

/// <summary>The paper's circuit on recorded numbers: amplitudes, complex unitaries, the control traced out.</summary>
internal static class ScalarCircuit
{
    /// <summary>Compresses a vector; amplitudes (cos omega/2, sin omega/2) of qubit after qubit.</summary>
    /// <param name="tape">The record.</param>
    /// <param name="pooled">u.</param>
    /// <param name="widths">Widths of the steps.</param>
    /// <param name="raw">Raw angles by name, each [4, width].</param>
    public static Scalar[] Compress(ScalarTape tape, Scalar[] pooled, int[] widths, Func<string, Scalar[]> raw)
    {
        // e^{i pi} = -1: the second amplitude of an encoded qubit is real and negative.
        List<(Scalar Zero, Scalar One)> qubits = [.. pooled.Select(u => Encode(u))];
        for (int step = 0; step < widths.Length; step++)
        {
            int width = widths[step], current = qubits.Count;
            for (int j = 0; j < width; j++)
            {
                Complex[] control = Unitary(tape, raw($"steps.{step}.control"), width, j), target = Unitary(tape, raw($"steps.{step}.target"), width, j);
                Complex[] controlled = Unitary(tape, raw($"steps.{step}.controlled"), width, j);
                int place = current - (2 * width) + j;
                qubits[place] = Pair(tape, qubits[current - width + j], qubits[place], control, target, controlled);
            }
            qubits.RemoveRange(current - width, width);
        }
        return [.. qubits.SelectMany(qubit => new[] { qubit.Zero, qubit.One })];
    }

    private static (Scalar, Scalar) Encode(Scalar u)
    {
        Scalar half = (u.Tanh() + 1) * (Math.PI / 4);
        return (half.Cos(), -half.Sin());
    }

    private static (Scalar, Scalar) Pair(ScalarTape tape, (Scalar Zero, Scalar One) control, (Scalar Zero, Scalar One) target, Complex[] onControl, Complex[] onTarget, Complex[] controlled)
    {
        Complex[] c = Apply(onControl, Complex.Real(tape, control.Zero), Complex.Real(tape, control.One)), t = Apply(onTarget, Complex.Real(tape, target.Zero), Complex.Real(tape, target.One));
        Complex[] rotated = Apply(controlled, t[0], t[1]);
        Scalar zero = (c[0].Squared * t[0].Squared) + (c[1].Squared * rotated[0].Squared), one = (c[0].Squared * t[1].Squared) + (c[1].Squared * rotated[1].Squared);
        return (zero.Sqrt(), one.Sqrt());
    }

    private static Complex[] Apply(Complex[] u, Complex a, Complex b) => [(u[0] * a) + (u[1] * b), (u[2] * a) + (u[3] * b)];

    /// <summary>e^{i alpha} Rz(beta) Ry(gamma) Rz(delta), row by row.</summary>
    private static Complex[] Unitary(ScalarTape tape, Scalar[] raw, int width, int j)
    {
        Scalar Angle(int row) => (raw[(row * width) + j].Tanh() + 1) * (2 * Math.PI);
        Scalar alpha = Angle(0), beta = Angle(1), half = Angle(2) * 0.5, delta = Angle(3);
        Scalar sum = (beta + delta) * 0.5, difference = (beta - delta) * 0.5;
        return
        [
            Complex.Phase(alpha - sum) * Complex.Real(tape, half.Cos()), Complex.Phase(alpha - difference) * Complex.Real(tape, -half.Sin()),
            Complex.Phase(alpha + difference) * Complex.Real(tape, half.Sin()), Complex.Phase(alpha + sum) * Complex.Real(tape, half.Cos()),
        ];
    }

    private readonly record struct Complex(Scalar Re, Scalar Im)
    {
        public Scalar Squared => (Re * Re) + (Im * Im);

        public static Complex Real(ScalarTape tape, Scalar value) => new(value, tape.Leaf(0));

        public static Complex Phase(Scalar angle) => new(angle.Cos(), angle.Sin());

        public static Complex operator +(Complex a, Complex b) => new(a.Re + b.Re, a.Im + b.Im);

        public static Complex operator *(Complex a, Complex b) => new((a.Re * b.Re) - (a.Im * b.Im), (a.Re * b.Im) + (a.Im * b.Re));
    }
}
