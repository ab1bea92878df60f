namespace QEngine.Tests.Oracles;

/// <summary>Adam with decoupled weight decay, line by line as in the papers, bias-corrected moments and all.</summary>
internal sealed record AdamOracle(double Beta1, double Beta2, double Epsilon, double WeightDecay)
{
    public void Update(double[] p, double[] gradients, double[] m, double[] v, double learningRate, double gradientScale, int step)
    {
        for (int i = 0; i < p.Length; i++)
        {
            double g = gradientScale * gradients[i];
            m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g);
            v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g * g);
            double correctedM = m[i] / (1 - Math.Pow(Beta1, step));
            double correctedV = v[i] / (1 - Math.Pow(Beta2, step));
            p[i] -= learningRate * ((correctedM / (Math.Sqrt(correctedV) + Epsilon)) + (WeightDecay * p[i]));
        }
    }
}
