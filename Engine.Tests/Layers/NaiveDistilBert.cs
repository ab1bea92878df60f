namespace QEngine.Tests.Layers;

/// <summary>
/// DistilBERT for one sequence in double precision, one loop per sum, as Hugging Face's DistilBertModel defines it: its own names,
/// queries scaled before the product, no token types.
/// </summary>
internal sealed class NaiveDistilBert(
    int layers, int heads, int dim, int hiddenDim, Func<string, double[]> weights, NaiveDropout? dropout = null)
{
    private const double Epsilon = 1e-12;

    /// <summary>The last hidden state of every token.</summary>
    public double[][] Forward(int[] ids)
    {
        double[] words = weights("embeddings.word_embeddings.weight"), places = weights("embeddings.position_embeddings.weight");
        double[][] x = new double[ids.Length][];
        for (int token = 0; token < ids.Length; token++)
        {
            double[] sum = new double[dim];
            for (int i = 0; i < dim; i++) sum[i] = words[(ids[token] * dim) + i] + places[(token * dim) + i];
            x[token] = Drop(Norm(sum, "embeddings.LayerNorm"), "embeddings", token);
        }
        for (int layer = 0; layer < layers; layer++) x = Block(x, $"transformer.layer.{layer}.");
        return x;
    }

    private double[][] Block(double[][] x, string block)
    {
        double[][] attended = Attend(x, $"{block}attention."), result = new double[x.Length][];
        for (int token = 0; token < x.Length; token++)
        {
            double[] self = Norm(Add(attended[token], x[token]), $"{block}sa_layer_norm");
            double[] wide = Map(self, $"{block}ffn.lin1", hiddenDim);
            for (int i = 0; i < hiddenDim; i++) wide[i] *= 0.5 * (1 + MathNet.Numerics.SpecialFunctions.Erf(wide[i] / Math.Sqrt(2)));
            result[token] = Norm(Add(Drop(Map(wide, $"{block}ffn.lin2", dim), $"{block}ffn", token), self), $"{block}output_layer_norm");
        }
        return result;
    }

    private double[][] Attend(double[][] x, string attention)
    {
        int width = dim / heads;
        double[][] context = new double[x.Length][];
        for (int token = 0; token < x.Length; token++)
        {
            double[] query = Map(x[token], $"{attention}q_lin", dim);
            for (int i = 0; i < dim; i++) query[i] /= Math.Sqrt(width);
            context[token] = new double[dim];
            for (int head = 0; head < heads; head++)
            {
                double[] shares = new double[x.Length];
                for (int other = 0; other < x.Length; other++)
                {
                    double[] key = Map(x[other], $"{attention}k_lin", dim);
                    for (int i = 0; i < width; i++) shares[other] += query[(head * width) + i] * key[(head * width) + i];
                    shares[other] = Math.Exp(shares[other]);
                }
                double total = shares.Sum();
                for (int other = 0; other < x.Length; other++)
                {
                    double[] value = Map(x[other], $"{attention}v_lin", dim);
                    double share = shares[other] / total * (dropout?.Factor($"{attention}weights", head, (other * x.Length) + token) ?? 1);
                    for (int i = 0; i < width; i++) context[token][(head * width) + i] += share * value[(head * width) + i];
                }
            }
            context[token] = Map(context[token], $"{attention}out_lin", dim);
        }
        return context;
    }

    private double[] Drop(double[] x, string place, int token) =>
        dropout is null ? x : [.. x.Select((value, i) => value * dropout.Factor(place, (token * x.Length) + i))];

    private double[] Map(double[] x, string name, int outputs)
    {
        double[] weight = weights($"{name}.weight"), bias = weights($"{name}.bias"), y = new double[outputs];
        for (int row = 0; row < outputs; row++)
        {
            y[row] = bias[row];
            for (int i = 0; i < x.Length; i++) y[row] += weight[(row * x.Length) + i] * x[i];
        }
        return y;
    }

    private double[] Norm(double[] x, string name)
    {
        double[] weight = weights($"{name}.weight"), bias = weights($"{name}.bias"), y = new double[x.Length];
        double mean = x.Average(), variance = x.Average(value => (value - mean) * (value - mean));
        for (int i = 0; i < x.Length; i++) y[i] = ((x[i] - mean) / Math.Sqrt(variance + Epsilon) * weight[i]) + bias[i];
        return y;
    }

    private static double[] Add(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];
}
