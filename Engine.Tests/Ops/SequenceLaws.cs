using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Ops;

/// <summary>Laws of what works on sequences: attention does not know order, no sequence knows another.</summary>
internal sealed class SequenceLaws
{
    private const int Heads = 2;

    [Property]
    public bool Permuting_tokens_permutes_what_they_attend_to(ulong seed, byte tokens, byte width)
    {
        Draws draws = new(seed);
        int n = 1 + (tokens % 20), hidden = Heads * (1 + (width % 9));
        double[] qkv = draws.Normal(n * 3 * hidden);
        int[] order = draws.Permutation(n);

        double[] permuted = Attend(Rows(qkv, 3 * hidden, order), [0, n]);

        return Numbers.Error(permuted, Rows(Attend(qkv, [0, n]), hidden, order)) < 1e-12;

        double[] Attend(double[] values, int[] offsets) => Run(tape => SelfAttention.Apply(tape, new(values, new Shape(n, 3 * hidden)), offsets, Heads, Dropout.None));
    }

    [Property]
    public bool A_batch_is_its_sequences_one_by_one_bit_for_bit(ulong seed, byte first, byte second, byte third)
    {
        Draws draws = new(seed);
        int[] lengths = [1 + (first % 20), 1 + (second % 20), 1 + (third % 20)];
        const int Hidden = 6;
        double[] x = draws.Normal(lengths.Sum() * Hidden), weight = draws.Normal(3 * Hidden * Hidden), bias = draws.Normal(3 * Hidden);

        return Bits.Same<double>(
            Network(x, lengths),
            [.. lengths.SelectMany((length, i) => Network(x[(Hidden * lengths[..i].Sum())..(Hidden * lengths[..(i + 1)].Sum())], [length]))]);

        double[] Network(double[] values, int[] sequences) => Run(tape =>
        {
            int[] offsets = [0, .. sequences.Select((_, i) => sequences[..(i + 1)].Sum())];
            Tensor<double> input = new(values, new Shape(offsets[^1], Hidden));
            Tensor<double> qkv = Linear.Apply(tape, input, new(weight, new Shape(3 * Hidden, Hidden)), new(bias, Shape.Vector(3 * Hidden)));
            Tensor<double> attended = SelfAttention.Apply(tape, qkv, offsets, Heads, Dropout.None);
            Tensor<double> gamma = new(bias, Shape.Vector(Hidden));
            return MeanPool.Apply(tape, Activations.Gelu(tape, AddLayerNorm.Apply(tape, attended, input, gamma, gamma, 1e-5)), offsets);
        });
    }

    [Property]
    public bool Equal_values_are_attended_to_as_they_are(ulong seed, byte tokens)
    {
        Draws draws = new(seed);
        int n = 1 + (tokens % 20), hidden = 2 * Heads;
        double[] value = draws.Normal(hidden);
        double[] qkv = [.. Enumerable.Range(0, n).SelectMany(_ => draws.Normal(2 * hidden).Concat(value))];

        double[] y = Run(tape => SelfAttention.Apply(tape, new(qkv, new Shape(n, 3 * hidden)), new[] { 0, n }, Heads, Dropout.None));

        return Numbers.Error(y, [.. Enumerable.Repeat(value, n).SelectMany(row => row)]) < 1e-12;
    }

    [Property]
    public bool Pooling_does_not_see_the_order_of_tokens(ulong seed, byte tokens, byte columns)
    {
        Draws draws = new(seed);
        int n = 1 + (tokens % 20), c = 1 + (columns % 20);
        double[] x = draws.Normal(n * c), permuted = Rows(x, c, draws.Permutation(n));
        int[] offsets = [0, n];

        return Numbers.Error(Mean(permuted, MeanDivisor.Length), Mean(x, MeanDivisor.Length)) < 1e-12
            && Numbers.Error(Mean(permuted, MeanDivisor.SquareRootOfLength), Mean(x, MeanDivisor.SquareRootOfLength)) < 1e-12
            && Numbers.Error(Max(permuted), Max(x)) == 0;

        double[] Mean(double[] values, MeanDivisor divisor) => Run(tape => MeanPool.Apply(tape, new(values, new Shape(n, c)), offsets, divisor));
        double[] Max(double[] values) => Run(tape => MaxPool.Apply(tape, new(values, new Shape(n, c)), offsets));
    }

    [Property]
    public bool The_gradient_of_a_maximum_goes_to_the_first_token_that_has_it(ulong seed, byte tokens)
    {
        Draws draws = new(seed);
        int n = 2 + (tokens % 20);
        const int Columns = 19;
        // Few distinct values: most columns have their maximum more than once.
        double[] x = [.. draws.Indices(n * Columns, below: 3).Select(value => (double)value)], upstream = draws.Normal(Columns);
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> leaf = tape.Leaf(x, new Shape(n, Columns));

        double[] gradient = tape.Backward(MaxPool.Apply(tape, leaf, new[] { 0, n }), upstream)[leaf].ToArray();

        double[] expected = new double[x.Length];
        for (int c = 0; c < Columns; c++)
        {
            int first = Enumerable.Range(0, n).MaxBy(token => x[(token * Columns) + c]);
            expected[(first * Columns) + c] = upstream[c];
        }
        return gradient.SequenceEqual(expected);
    }

    /// <summary>The pooling of the first token, [CLS] in BERT, needs no op of its own.</summary>
    [Property]
    public bool First_tokens_are_gathered_where_sequences_start(ulong seed, byte first, byte second, byte columns)
    {
        Draws draws = new(seed);
        int c = 1 + (columns % 20);
        int[] lengths = [1 + (first % 20), 1 + (second % 20)];
        ReadOnlyMemory<int> offsets = new[] { 0, lengths[0], lengths.Sum() };
        double[] x = draws.Normal(lengths.Sum() * c);

        double[] y = Run(tape => Gather.Apply(tape, new(x, new Shape(lengths.Sum(), c)), offsets[..^1]));

        return y.SequenceEqual([.. x[..c], .. x[(lengths[0] * c)..((lengths[0] + 1) * c)]]);
    }

    private static double[] Run(Func<Tape<double>, Tensor<double>> function) => function(new Tape<double>(WorkerPool.Single, recording: false)).Span.ToArray();

    private static double[] Rows(double[] values, int columns, int[] order) => [.. order.SelectMany(row => values[(row * columns)..((row + 1) * columns)])];
}
