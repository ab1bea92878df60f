using QEngine.Layers;

namespace QEngine.Tests.Oracles;

/// <summary>Fine-tuning as the paper does it, number by number: BERT, head, score, cross-entropy, Adam.</summary>
/// <param name="configuration">Sizes of the encoder.</param>
/// <param name="outputs">k.</param>
/// <param name="quantum">The circuit and fidelity, or tanh(W u + b) and the cosine.</param>
internal sealed class ReplayOracle(BertConfiguration configuration, int outputs, bool quantum)
{
    private readonly Dictionary<string, double[]> _values = [], _first = [], _second = [];
    private readonly Dictionary<string, double> _rates = [];
    private readonly Dictionary<string, Scalar[]> _leaves = [];
    private ScalarTape _tape = new();
    private int _steps;

    /// <summary>Adds a parameter; a learning rate of 0 freezes it.</summary>
    public void Add(string name, double[] values, double rate)
    {
        (_values[name], _rates[name]) = (values, rate);
        (_first[name], _second[name]) = (new double[values.Length], new double[values.Length]);
    }

    /// <summary>One step of Adam (beta 0.9, 0.999, epsilon 1e-8); the loss before it.</summary>
    /// <param name="groups">Token ids of query, positive and negatives.</param>
    public double Step(int[][][] groups)
    {
        _tape = new ScalarTape();
        foreach ((string name, double[] values) in _values) _leaves[name] = Array.ConvertAll(values, _tape.Leaf);
        Scalar loss = _tape.Leaf(0);
        foreach (int[][] group in groups) loss += CrossEntropy(Array.ConvertAll(group, Represent)) * (1.0 / groups.Length);
        double[] gradients = _tape.Gradients(loss);
        _steps++;
        foreach ((string name, double[] values) in _values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                double gradient = gradients[_leaves[name][i].Index];
                double first = _first[name][i] = (0.9 * _first[name][i]) + (0.1 * gradient), second = _second[name][i] = (0.999 * _second[name][i]) + (0.001 * gradient * gradient);
                values[i] -= _rates[name] * (first / (1 - Math.Pow(0.9, _steps))) / (Math.Sqrt(second / (1 - Math.Pow(0.999, _steps))) + 1e-8);
            }
        }
        return loss.Value;
    }

    private Scalar CrossEntropy(Scalar[][] rows)
    {
        Scalar sum = _tape.Leaf(0), positive = Score(rows[0], rows[1]);
        for (int i = 1; i < rows.Length; i++) sum += Score(rows[0], rows[i]).Exp();
        return sum.Log() - positive;
    }

    private Scalar Score(Scalar[] a, Scalar[] b)
    {
        if (!quantum) return Dot(a, b) / (Dot(a, a) * Dot(b, b)).Sqrt() * 20;
        Scalar fidelity = _tape.Leaf(20);
        for (int qubit = 0; qubit < a.Length / 2; qubit++)
        {
            Scalar overlap = (a[2 * qubit] * b[2 * qubit]) + (a[(2 * qubit) + 1] * b[(2 * qubit) + 1]);
            fidelity *= overlap * overlap;
        }
        return fidelity;
    }

    private Scalar[] Represent(int[] ids)
    {
        Scalar[][] tokens = Encode(ids);
        Scalar[] pooled = Vector(configuration.HiddenSize, i => Mean(Array.ConvertAll(tokens, token => token[i])));
        return quantum ? ScalarCircuit.Compress(_tape, pooled, ComplexCircuit.Widths(pooled.Length, outputs), name => _leaves[name]) : Array.ConvertAll(Linear(pooled, "linear"), x => x.Tanh());
    }

    private Scalar[][] Encode(int[] ids)
    {
        int hidden = configuration.HiddenSize;
        Scalar[][] x = new Scalar[ids.Length][];
        for (int token = 0; token < ids.Length; token++)
        {
            int id = ids[token], place = token;
            x[token] = Normalize(Vector(hidden, i => Leaf("embeddings.word_embeddings", (id * hidden) + i) + Leaf("embeddings.position_embeddings", (place * hidden) + i) + Leaf("embeddings.token_type_embeddings", i)), "embeddings.LayerNorm");
        }
        for (int layer = 0; layer < configuration.Layers; layer++) x = Block(x, $"encoder.layer.{layer}");
        return x;
    }

    private Scalar[][] Block(Scalar[][] x, string name)
    {
        Scalar[][] query = Map(x, t => Linear(t, $"{name}.attention.self.query")), key = Map(x, t => Linear(t, $"{name}.attention.self.key")), value = Map(x, t => Linear(t, $"{name}.attention.self.value"));
        Scalar[][] y = new Scalar[x.Length][];
        for (int token = 0; token < x.Length; token++)
        {
            Scalar[] context = Attend(query[token], key, value);
            Scalar[] middle = Normalize(Sum(Linear(context, $"{name}.attention.output.dense"), x[token]), $"{name}.attention.output.LayerNorm");
            Scalar[] wide = Array.ConvertAll(Linear(middle, $"{name}.intermediate.dense"), a => a.Gelu());
            y[token] = Normalize(Sum(Linear(wide, $"{name}.output.dense"), middle), $"{name}.output.LayerNorm");
        }
        return y;
    }

    private Scalar[] Attend(Scalar[] query, Scalar[][] keys, Scalar[][] values)
    {
        int width = configuration.HiddenSize / configuration.Heads;
        Scalar[] context = new Scalar[query.Length];
        for (int head = 0; head < configuration.Heads; head++)
        {
            Range part = (head * width)..((head + 1) * width);
            Scalar[] weights = Array.ConvertAll(keys, key => (Dot(query[part], key[part]) * (1 / Math.Sqrt(width))).Exp());
            Scalar total = Mean(weights) * weights.Length;
            for (int i = head * width; i < (head + 1) * width; i++)
            {
                int column = i;
                context[i] = Dot(weights, Array.ConvertAll(values, value => value[column])) / total;
            }
        }
        return context;
    }

    private Scalar[] Linear(Scalar[] x, string name)
    {
        Scalar[] weight = _leaves[$"{name}.weight"], bias = _leaves[$"{name}.bias"];
        return Vector(bias.Length, o => Dot(weight[(o * x.Length)..((o + 1) * x.Length)], x) + bias[o]);
    }

    private Scalar[] Normalize(Scalar[] x, string name)
    {
        Scalar mean = Mean(x);
        Scalar[] centred = Array.ConvertAll(x, value => value - mean);
        Scalar deviation = (Mean(Array.ConvertAll(centred, value => value * value)) + configuration.LayerNormEpsilon).Sqrt();
        return Vector(x.Length, i => (centred[i] / deviation * Leaf(name, i)) + _leaves[$"{name}.bias"][i]);
    }

    private Scalar Leaf(string name, int i) => _leaves[$"{name}.weight"][i];

    private static Scalar Dot(Scalar[] a, Scalar[] b)
    {
        Scalar sum = a[0] * b[0];
        for (int i = 1; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static Scalar Mean(Scalar[] x)
    {
        Scalar sum = x[0];
        for (int i = 1; i < x.Length; i++) sum += x[i];
        return sum * (1.0 / x.Length);
    }

    private static Scalar[] Sum(Scalar[] a, Scalar[] b) => Vector(a.Length, i => a[i] + b[i]);

    private static Scalar[] Vector(int length, Func<int, Scalar> element) => [.. Enumerable.Range(0, length).Select(element)];

    private static Scalar[][] Map(Scalar[][] x, Converter<Scalar[], Scalar[]> f) => Array.ConvertAll(x, f);
}
