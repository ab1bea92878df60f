namespace QEngine.Tests.Oracles;

/// <summary>
/// DistilBERT for one sequence in double precision, one loop per sum, as Hugging Face's DistilBertModel defines it: its own names,
/// queries scaled before the product, no token types.
/// </summary>
internal sealed class NaiveDistilBert(
    int layers, int heads, int dim, Func<string, double[]> weights, NaiveDropout? dropout = null)
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
            double[] wide = Array.ConvertAll(Map(self, $"{block}ffn.lin1"), FormulaOracle.Gelu);
            result[token] = Norm(Add(Drop(Map(wide, $"{block}ffn.lin2"), $"{block}ffn", token), self), $"{block}output_layer_norm");
        }
        return result;
    }

    private double[][] Attend(double[][] x, string attention)
    {
        int width = dim / heads;
        double[][] context = new double[x.Length][];
        for (int token = 0; token < x.Length; token++)
        {
            double[] query = Map(x[token], $"{attention}q_lin");
            for (int i = 0; i < dim; i++) query[i] /= Math.Sqrt(width);
            context[token] = new double[dim];
            for (int head = 0; head < heads; head++)
            {
                double[] shares = new double[x.Length];
                for (int other = 0; other < x.Length; other++)
                {
                    double[] key = Map(x[other], $"{attention}k_lin");
                    for (int i = 0; i < width; i++) shares[other] += query[(head * width) + i] * key[(head * width) + i];
                    shares[other] = Math.Exp(shares[other]);
                }
                double total = shares.Sum();
                for (int other = 0; other < x.Length; other++)
                {
                    double[] value = Map(x[other], $"{attention}v_lin");
                    double share = shares[other] / total * (dropout?.Factor($"{attention}weights", head, (other * x.Length) + token) ?? 1);
                    for (int i = 0; i < width; i++) context[token][(head * width) + i] += share * value[(head * width) + i];
                }
            }
            context[token] = Map(context[token], $"{attention}out_lin");
        }
        return context;
    }

    private double[] Drop(double[] x, string place, int token) =>
        dropout is null ? x : [.. x.Select((value, i) => value * dropout.Factor(place, (token * x.Length) + i))];

    private double[] Map(double[] x, string name) => LinearOracle.Rows(x, weights($"{name}.weight"), weights($"{name}.bias"));

    private double[] Norm(double[] x, string name) => new LayerNormOracle(x, weights($"{name}.weight"), weights($"{name}.bias"), Epsilon).Y;

    private static double[] Add(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];
}
