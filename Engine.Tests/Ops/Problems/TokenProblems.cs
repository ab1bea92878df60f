using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tests.Ops.Problems;

internal sealed class GatherProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("table", size.Rows, size.Columns))
{
    private readonly int[] _indices = random.Indices(size.Rows + 3, size.Rows);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Gather.Apply(tape, inputs[0], _indices);

    public override double[] Oracle(double[][] inputs) =>
        [.. _indices.SelectMany(index => inputs[0].Skip(index * Size(0).Columns).Take(Size(0).Columns))];
}

internal sealed class BertEmbeddingProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("words", size.Rows + 2, size.Columns),
    random.Normal("positions", size.Rows + 2, size.Columns),
    random.Normal("types", 2, size.Columns),
    random.Normal("gamma", 1, size.Columns, deviation: 0.5, mean: 1),
    random.Normal("beta", 1, size.Columns))
{
    private readonly int[] _ids = random.Indices(size.Rows + 1, size.Rows + 2), _places = random.Indices(size.Rows + 1, size.Rows + 2);

    public override bool NearKink => Norms.NearKink(Sums([.. Inputs.Select(input => input.Values)]), Size(0).Columns);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => BertEmbedding.Apply(
        tape, new EmbeddingTables<T>(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]), _ids, _places, T.CreateChecked(Norms.Epsilon));

    public override double[] Oracle(double[][] inputs) => Norms.Rows(Sums(inputs), inputs[3], inputs[4]);

    private double[] Sums(double[][] inputs)
    {
        int columns = Size(0).Columns;
        double[] sums = new double[_ids.Length * columns];
        for (int i = 0; i < sums.Length; i++)
        {
            int token = i / columns, column = i % columns;
            sums[i] = inputs[0][(_ids[token] * columns) + column] + inputs[1][(_places[token] * columns) + column] + inputs[2][column];
        }
        return sums;
    }
}

internal sealed class UntypedBertEmbeddingProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("words", size.Rows + 2, size.Columns),
    random.Normal("positions", size.Rows + 2, size.Columns),
    random.Normal("gamma", 1, size.Columns, deviation: 0.5, mean: 1),
    random.Normal("beta", 1, size.Columns))
{
    private readonly int[] _ids = random.Indices(size.Rows + 1, size.Rows + 2), _places = random.Indices(size.Rows + 1, size.Rows + 2);

    public override bool NearKink => Norms.NearKink(Sums([.. Inputs.Select(input => input.Values)]), Size(0).Columns);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => BertEmbedding.Apply(
        tape, new EmbeddingTables<T>(inputs[0], inputs[1], null, inputs[2], inputs[3]), _ids, _places, T.CreateChecked(Norms.Epsilon));

    public override double[] Oracle(double[][] inputs) => Norms.Rows(Sums(inputs), inputs[2], inputs[3]);

    private double[] Sums(double[][] inputs)
    {
        int columns = Size(0).Columns;
        double[] sums = new double[_ids.Length * columns];
        for (int i = 0; i < sums.Length; i++)
            sums[i] = inputs[0][(_ids[i / columns] * columns) + (i % columns)] + inputs[1][(_places[i / columns] * columns) + (i % columns)];
        return sums;
    }
}

internal sealed class SelfAttentionProblem(OpSize size, RandomInputs random, float rate)
    : OpProblem(random.Normal("qkv", size.Rows, 6 * ((size.Columns + 1) / 2)))
{
    private const int Heads = 2;

    private readonly int[] _offsets = random.Offsets(size.Rows);
    private readonly Dropout _dropout = new(rate, random.Seed());

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => SelfAttention.Apply(tape, inputs[0], _offsets, Heads, _dropout);

    public override double[] Oracle(double[][] inputs)
    {
        int hidden = Size(0).Columns / 3;
        double[] y = new double[Size(0).Rows * hidden];
        for (int sequence = 0; sequence + 1 < _offsets.Length; sequence++)
            for (int head = 0; head < Heads; head++) Head(inputs[0], y, sequence, head, hidden);
        return y;
    }

    private void Head(double[] qkv, double[] y, int sequence, int head, int hidden)
    {
        int first = _offsets[sequence], length = _offsets[sequence + 1] - first, width = hidden / Heads;
        double At(int part, int token, int i) => qkv[((first + token) * 3 * hidden) + (part * hidden) + (head * width) + i];
        for (int query = 0; query < length; query++)
        {
            double[] weights = new double[length];
            for (int key = 0; key < length; key++)
            {
                double dot = 0;
                for (int i = 0; i < width; i++) dot += At(0, query, i) * At(1, key, i);
                weights[key] = Math.Exp(dot / Math.Sqrt(width));
            }
            double sum = weights.Sum();
            for (int key = 0; key < length; key++)
            {
                double kept = _dropout.Active ? DropoutMask.Factor(_dropout, (uint)((sequence * Heads) + head), (key * length) + query) : 1;
                for (int i = 0; i < width; i++) y[((first + query) * hidden) + (head * width) + i] += kept * weights[key] / sum * At(2, key, i);
            }
        }
    }
}
