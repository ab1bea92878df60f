namespace QEngine.Tests.Oracles;

/// <summary>Softmax cross-entropy by its definition; the logits of a test are small enough to exponentiate as they are.</summary>
internal static class SoftmaxOracle
{
    public static double[] Probabilities(double[] logits, int classes)
    {
        double[] p = new double[logits.Length];
        for (int start = 0; start < logits.Length; start += classes)
        {
            double sum = 0;
            for (int c = 0; c < classes; c++) sum += Math.Exp(logits[start + c]);
            for (int c = 0; c < classes; c++) p[start + c] = Math.Exp(logits[start + c]) / sum;
        }
        return p;
    }

    public static double[] Losses(double[] logits, int[] labels)
    {
        int classes = logits.Length / labels.Length;
        double[] p = Probabilities(logits, classes), losses = new double[labels.Length];
        for (int r = 0; r < labels.Length; r++) losses[r] = -Math.Log(p[(r * classes) + labels[r]]);
        return losses;
    }

    public static double[] Backward(double[] logits, int[] labels, double weight)
    {
        int classes = logits.Length / labels.Length;
        double[] d = Probabilities(logits, classes);
        for (int i = 0; i < d.Length; i++) d[i] = weight * (d[i] - (labels[i / classes] == i % classes ? 1 : 0));
        return d;
    }
}
