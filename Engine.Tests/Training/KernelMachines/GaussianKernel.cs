namespace QEngine.Tests.Training.KernelMachines;

internal static class GaussianKernel
{
    /// <summary>exp(-gamma |x - y|^2) of all pairs of points, row by row.</summary>
    public static double[] Matrix(double[] x, int features, double gamma) =>
        [.. from i in x.Chunk(features) from j in x.Chunk(features) select Math.Exp(-gamma * i.Zip(j, (a, b) => (a - b) * (a - b)).Sum())];
}
