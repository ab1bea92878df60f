using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Tests.Ops;

/// <summary>How large a problem of the catalog is; each op makes its own shapes of it.</summary>
internal readonly record struct OpSize(int Rows, int Columns)
{
    public override string ToString() => $"{Rows} x {Columns}";
}

/// <summary>A differentiable input.</summary>
internal sealed record OpInput(string Name, Shape Shape, double[] Values);

/// <summary>One call of one op on given inputs: how to make it in any precision, and what must come out.</summary>
internal abstract class OpProblem(params OpInput[] inputs)
{
    public OpInput[] Inputs { get; } = inputs;

    /// <summary>Set by the catalog: op, size and seed, for messages.</summary>
    public string Description { get; set; } = "";

    /// <summary>Whether the inputs lie where the op has no derivative or a wild one; the catalog then draws again.</summary>
    public virtual bool NearKink => false;

    /// <summary>Calls the op. Must not allocate.</summary>
    public abstract Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The formula, written for obviousness.</summary>
    public abstract double[] Oracle(double[][] inputs);

    public override string ToString() => Description;

    protected double[] Values(int input) => Inputs[input].Values;

    protected OpSize Size(int input) => new(Inputs[input].Shape.Rows, Inputs[input].Shape.Columns);
}

/// <summary>A row of the catalog.</summary>
/// <param name="Name">The op, and the variant where it has several.</param>
/// <param name="Op">The op's generic type; the elementwise ops share one.</param>
/// <param name="Activation">For an elementwise op, its name in Activations.</param>
/// <param name="Make">Draws a problem of a size.</param>
internal sealed record OpRow(string Name, Type Op, string? Activation, Func<OpSize, RandomInputs, OpProblem> Make)
{
    /// <summary>Largest relative error of the result against the oracle, in double.</summary>
    public double Tolerance { get; init; } = 1e-12;

    /// <summary>Largest relative error of results and gradients in float against double.</summary>
    public double FloatTolerance { get; init; } = 1e-5;

    /// <summary>Step of the differences its gradient is checked with.</summary>
    public double Step { get; init; } = 1e-5;

    /// <summary>Draws a problem.</summary>
    /// <param name="size">How large.</param>
    /// <param name="seed">Where to start drawing.</param>
    /// <param name="avoidKinks">Whether to draw again near a kink; a large problem has always one somewhere.</param>
    public OpProblem Problem(OpSize size, ulong seed, bool avoidKinks = true)
    {
        for (ulong attempt = 0; attempt < 1000; attempt++)
        {
            OpProblem problem = Make(size, new RandomInputs(seed + (1000 * attempt)));
            if (avoidKinks && problem.NearKink) continue;
            problem.Description = $"{Name}, {size}, seed {seed + (1000 * attempt)}";
            return problem;
        }
        throw new InvalidOperationException($"{Name}: every draw of size {size} lies near a kink");
    }

    public override string ToString() => Name;
}

/// <summary>Draws inputs. Their values are floats, so that a problem is the same in both precisions.</summary>
internal sealed class RandomInputs(ulong seed)
{
    private SplittableRandom _random = new(seed);

    public OpInput Normal(string name, int rows, int columns, double deviation = 1, double mean = 0) =>
        new(name, new Shape(rows, columns), Fill(rows * columns, () => mean + (deviation * _random.NextGaussian())));

    public OpInput Uniform(string name, int rows, int columns, double from, double to) =>
        new(name, new Shape(rows, columns), Fill(rows * columns, () => from + ((to - from) * _random.NextDouble())));

    public int[] Indices(int count, int below)
    {
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) indices[i] = _random.NextInt(below);
        return indices;
    }

    /// <summary>Splits tokens into up to three sequences of at least one token.</summary>
    public int[] Offsets(int tokens)
    {
        int sequences = Math.Min(3, tokens);
        int[] offsets = new int[sequences + 1];
        for (int i = 1; i < sequences; i++)
        {
            int fair = tokens * i / sequences;
            offsets[i] = Math.Max(offsets[i - 1] + 1, fair - _random.NextInt(2));
        }
        offsets[sequences] = tokens;
        return offsets;
    }

    /// <summary>Queries among rows; about a third of the candidates but the first are absent.</summary>
    public CandidateList Candidates(int queries, int width, int rows)
    {
        CandidateList list = new();
        list.Reset(queries, width);
        for (int query = 0; query < queries; query++)
        {
            list.SetQuery(query, _random.NextInt(rows));
            for (int place = 0; place < width; place++)
                if (place == 0 || _random.NextInt(3) > 0) list.SetCandidate(query, place, _random.NextInt(rows));
        }
        return list;
    }

    public ulong Seed() => _random.NextBits();

    private static double[] Fill(int count, Func<double> next)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) values[i] = (float)next();
        return values;
    }
}
