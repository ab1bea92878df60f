using MathNet.Numerics;

namespace QEngine.Tests.Oracles;

/// <summary>Elementwise formulas and their derivatives.</summary>
internal static class FormulaOracle
{
    public static double Gelu(double x) => x * Phi(x);

    public static double GeluSlope(double x) => Phi(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));

    public static double TanhSlope(double x) => 1 - (Math.Tanh(x) * Math.Tanh(x));

    private static double Phi(double x) => SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2;
}
