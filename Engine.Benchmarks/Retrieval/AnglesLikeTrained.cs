using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Angles as a trained model's are: every qubit around an angle of its own, all of them moved by a few common causes and a little noise.</summary>
internal static class AnglesLikeTrained
{
    private const int Causes = 24, RowsAtOnce = 8192;
    private const ulong CommonSeed = 1;

    /// <summary>Rows of angles within (0, pi).</summary>
    /// <param name="rows">How many.</param>
    /// <param name="qubits">Angles a row.</param>
    /// <param name="seed">Which rows; what they have in common is always the same.</param>
    internal static float[] Draw(int rows, int qubits, ulong seed)
    {
        float[] angles = GC.AllocateUninitializedArray<float>(rows * qubits);
        SplittableRandom common = new(CommonSeed), random = new(1000 + seed);
        float[] centres = Centres(qubits, ref common), influence = new float[Causes * qubits], causes = new float[RowsAtOnce * Causes];
        foreach (ref float strength in influence.AsSpan()) strength = (float)(0.04 * common.NextGaussian());
        for (int first = 0; first < rows; first += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - first);
            Span<float> part = angles.AsSpan(first * qubits, count * qubits);
            foreach (ref float cause in causes.AsSpan()) cause = (float)random.NextGaussian();
            Gemm.Multiply(WorkerPool.Single, new MatrixView<float>(causes, count, Causes), new MatrixView<float>(influence, Causes, qubits), part, qubits, accumulate: false);
            for (int i = 0; i < part.Length; i++) part[i] = (float)Math.Clamp(part[i] + centres[i % qubits] + (0.1 * (random.NextDouble() - 0.5)), 0.01, 3.13);
        }
        return angles;
    }

    /// <summary>The angles that the qubits are around.</summary>
    internal static float[] Centres(int qubits)
    {
        SplittableRandom common = new(CommonSeed);
        return Centres(qubits, ref common);
    }

    private static float[] Centres(int qubits, ref SplittableRandom common)
    {
        float[] centres = new float[qubits];
        foreach (ref float centre in centres.AsSpan()) centre = (float)(0.8 + (1.5 * common.NextDouble()));
        return centres;
    }
}
