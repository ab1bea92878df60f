using QEngine.Layers;

namespace QEngine.Tests.Oracles;

/// <summary>BERT for one sequence in double precision, one loop per sum, as its paper and Hugging Face's BertModel define it.</summary>
/// <param name="configuration">Sizes.</param>
/// <param name="weights">Parameters by name.</param>
/// <param name="dropout">Factors of the dropouts, or null for none.</param>
internal sealed class NaiveBert(BertConfiguration configuration, Func<string, double[]> weights, NaiveDropout? dropout = null)
{
    private readonly int _hidden = configuration.HiddenSize;

    /// <summary>The last hidden state of every token.</summary>
    public double[][] Forward(ReadOnlySpan<int> ids)
    {
        double[][] x = new double[ids.Length][];
        for (int token = 0; token < ids.Length; token++)
        {
            x[token] = new double[_hidden];
            for (int i = 0; i < _hidden; i++)
            {
                x[token][i] = weights("embeddings.word_embeddings.weight")[(ids[token] * _hidden) + i]
                    + weights("embeddings.position_embeddings.weight")[(token * _hidden) + i]
                    + weights("embeddings.token_type_embeddings.weight")[i];
            }
            x[token] = Drop(LayerNorm(x[token], "embeddings.LayerNorm"), "embeddings", token);
        }
        for (int layer = 0; layer < configuration.Layers; layer++) x = Block(x, $"encoder.layer.{layer}");
        return x;
    }

    /// <summary>The mean of the token vectors.</summary>
    public static double[] Mean(double[][] tokens)
    {
        double[] mean = new double[tokens[0].Length];
        foreach (double[] token in tokens)
        {
            for (int i = 0; i < mean.Length; i++) mean[i] += token[i] / tokens.Length;
        }
        return mean;
    }

    private double[][] Block(double[][] x, string name)
    {
        double[][] context = Attention(
            Map(x, t => Linear(t, $"{name}.attention.self.query")),
            Map(x, t => Linear(t, $"{name}.attention.self.key")),
            Map(x, t => Linear(t, $"{name}.attention.self.value")),
            $"{name}.attention.self");
        double[][] y = new double[x.Length][];
        for (int token = 0; token < x.Length; token++)
        {
            double[] self = Drop(Linear(context[token], $"{name}.attention.output.dense"), $"{name}.attention.output", token);
            double[] middle = LayerNorm(Sum(self, x[token]), $"{name}.attention.output.LayerNorm");
            double[] wide = Array.ConvertAll(Linear(middle, $"{name}.intermediate.dense"), FormulaOracle.Gelu);
            double[] half = Drop(Linear(wide, $"{name}.output.dense"), $"{name}.output", token);
            y[token] = LayerNorm(Sum(half, middle), $"{name}.output.LayerNorm");
        }
        return y;
    }

    private double[] Drop(double[] x, string place, int token) =>
        dropout is null ? x : [.. x.Select((value, i) => value * dropout.Factor(place, (token * x.Length) + i))];

    private double[][] Attention(double[][] query, double[][] key, double[][] value, string place)
    {
        int width = _hidden / configuration.Heads;
        double[][] y = Map(query, _ => new double[_hidden]);
        for (int head = 0; head < configuration.Heads; head++)
        {
            for (int token = 0; token < query.Length; token++)
            {
                double[] weight = new double[query.Length];
                double total = 0;
                for (int other = 0; other < query.Length; other++)
                {
                    double dot = 0;
                    for (int i = head * width; i < (head + 1) * width; i++) dot += query[token][i] * key[other][i];
                    weight[other] = Math.Exp(dot / Math.Sqrt(width));
                    total += weight[other];
                }
                for (int other = 0; other < query.Length; other++)
                {
                    double share = weight[other] / total * (dropout?.Factor(place, head, (other * query.Length) + token) ?? 1);
                    for (int i = head * width; i < (head + 1) * width; i++) y[token][i] += share * value[other][i];
                }
            }
        }
        return y;
    }

    private double[] Linear(double[] x, string name) => LinearOracle.Rows(x, weights($"{name}.weight"), weights($"{name}.bias"));

    private double[] LayerNorm(double[] x, string name) =>
        new LayerNormOracle(x, weights($"{name}.weight"), weights($"{name}.bias"), configuration.LayerNormEpsilon).Y;

    private static double[] Sum(double[] a, double[] b)
    {
        double[] y = new double[a.Length];
        for (int i = 0; i < y.Length; i++) y[i] = a[i] + b[i];
        return y;
    }

    private static double[][] Map(double[][] x, Converter<double[], double[]> f) => Array.ConvertAll(x, f);
}
