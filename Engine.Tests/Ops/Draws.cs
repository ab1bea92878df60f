using QEngine.Tensors;

namespace QEngine.Tests.Ops;

/// <summary>Random values for laws, from one seed.</summary>
internal sealed class Draws(ulong seed)
{
    private readonly RandomInputs _inputs = new(seed);

    public double[] Normal(int count) => _inputs.Normal("", 1, count).Values;

    public int[] Indices(int count, int below) => _inputs.Indices(count, below);

    public int[] Offsets(int tokens) => _inputs.Offsets(tokens);

    public CandidateList Candidates(int queries, int width, int rows) => _inputs.Candidates(queries, width, rows);

    /// <summary>Unit vectors of k qubits a row: first all x, then all z.</summary>
    public double[] States(int rows, int k)
    {
        double[] angles = Normal(rows * k);
        return [.. angles.Chunk(k).SelectMany(row => row.Select(Math.Sin).Concat(row.Select(Math.Cos)))];
    }

    public ulong Seed() => _inputs.Seed();

    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new SplittableRandom(Seed()).Shuffle(order.AsSpan());
        return order;
    }
}
