using System.Numerics;
using QEngine.Quantum;

namespace QEngine.Tests.Oracles;

/// <summary>DARUAN edges by their definition: two complex amplitudes and one gate after another.</summary>
internal static class DaruanOracle
{
    private static readonly Complex I = Complex.ImaginaryOne;

    /// <summary>The value of an edge.</summary>
    /// <param name="ansatz">The gates.</param>
    /// <param name="readout">What is read.</param>
    /// <param name="theta">Trained angles in order of their gates.</param>
    /// <param name="data">w x + b of every repetition.</param>
    public static double Edge(DaruanAnsatz ansatz, DaruanReadout readout, ReadOnlySpan<double> theta, double[] data)
    {
        Qubit qubit = new(Math.Sqrt(0.5), Math.Sqrt(0.5));
        int next = 0;
        foreach (double x in data)
        {
            switch (ansatz)
            {
                case DaruanAnsatz.Pz: qubit = qubit.RZ(theta[next++]).RY(theta[next++]).RZ(x); break;
                case DaruanAnsatz.Rpz: qubit = qubit.RY(theta[next++]).RZ(x); break;
                case DaruanAnsatz.Px: qubit = qubit.RZ(theta[next++]).RX(Math.Acos(Math.Clamp(x, -1, 1))); break;
                case DaruanAnsatz.Real: qubit = new Qubit(qubit.One, qubit.Zero).RY(theta[next++]); qubit = new Qubit(qubit.Zero, -qubit.One).RY(x); break;
                default: qubit = qubit.RZ(theta[next++]).RX(theta[next++]).RY(x); break;
            }
        }
        qubit = ansatz switch
        {
            DaruanAnsatz.Pz => qubit.RZ(theta[next++]).RY(theta[next]),
            DaruanAnsatz.Rpz => qubit.RY(theta[next]),
            DaruanAnsatz.Px => qubit.RZ(theta[next]),
            DaruanAnsatz.Mix => qubit.RZ(theta[next++]).RX(theta[next]),
            _ => qubit,
        };
        (double zero, double one) = (qubit.Zero.Magnitude, qubit.One.Magnitude);
        return readout == DaruanReadout.Expectation ? (zero * zero) - (one * one) : zero - one;
    }

    /// <summary>[outputs, rows] of a layer; w, b, s and c are null for 1, 0, 1 and 0.</summary>
    public static double[] Layer(DaruanPlan plan, double[] x, double[] theta, double[]? w = null, double[]? b = null, double[]? s = null, double[]? c = null)
    {
        int rows = x.Length / plan.Inputs, r = plan.Repetitions;
        double[] y = new double[plan.Outputs * rows];
        for (int edge = 0; edge < plan.Edges; edge++)
            for (int row = 0; row < rows; row++)
            {
                double input = x[(edge % plan.Inputs * rows) + row];
                double[] data = [.. Enumerable.Range(edge * r, r).Select(l => ((w?[l] ?? 1) * input) + (b?[l] ?? 0))];
                double value = Edge(plan.Ansatz, plan.Readout, theta.AsSpan(edge * plan.Angles, plan.Angles), data);
                y[(edge / plan.Inputs * rows) + row] += (s?[edge] ?? 1) * (value + (c?[edge] ?? 0));
            }
        return y;
    }

    private readonly record struct Qubit(Complex Zero, Complex One)
    {
        public Qubit RX(double t) => new((Math.Cos(t / 2) * Zero) - (I * Math.Sin(t / 2) * One), (Math.Cos(t / 2) * One) - (I * Math.Sin(t / 2) * Zero));

        public Qubit RY(double t) => new((Math.Cos(t / 2) * Zero) - (Math.Sin(t / 2) * One), (Math.Sin(t / 2) * Zero) + (Math.Cos(t / 2) * One));

        public Qubit RZ(double t) => new(Complex.Exp(-I * t / 2) * Zero, Complex.Exp(I * t / 2) * One);
    }
}
