using QEngine.Kernels;

namespace QEngine.Tests.Oracles;

/// <summary>The two halves of attention by their definition.</summary>
internal static class HeadOracle
{
    /// <summary>[sequences heads n, n].</summary>
    public static double[] Scores(HeadMatrices plan, double[] qkv)
    {
        int n = plan.Length;
        double[] scores = new double[qkv.Length / plan.Columns * plan.Heads * n];
        for (int place = 0; place < scores.Length; place++)
        {
            (int sequence, int head, int i, int j) = (place / n / n / plan.Heads, place / n / n % plan.Heads, place / n % n, place % n);
            for (int w = 0; w < plan.Width; w++) scores[place] += At(plan, qkv, sequence, i, 0, head, w) * At(plan, qkv, sequence, j, 1, head, w) / Math.Sqrt(plan.Width);
        }
        return scores;
    }

    /// <summary>[sequences n, heads width].</summary>
    public static double[] Sums(HeadMatrices plan, double[] weights, double[] qkv)
    {
        int n = plan.Length, hidden = plan.Heads * plan.Width;
        double[] y = new double[qkv.Length / 3];
        for (int place = 0; place < y.Length; place++)
        {
            (int token, int head) = (place / hidden, place % hidden / plan.Width);
            for (int j = 0; j < n; j++)
                y[place] += weights[(((((token / n * plan.Heads) + head) * n) + (token % n)) * n) + j] * At(plan, qkv, token / n, j, 2, head, place % plan.Width);
        }
        return y;
    }

    private static double At(HeadMatrices plan, double[] qkv, int sequence, int token, int part, int head, int w) =>
        qkv[(((sequence * plan.Length) + token) * plan.Columns) + (part * plan.Heads * plan.Width) + (head * plan.Width) + w];
}
