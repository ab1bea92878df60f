using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Ops;

/// <summary>Laws of single ops, on random shapes and values.</summary>
internal sealed class OpLaws
{
    private const double Rounding = 1e-11;

    [Property]
    public bool Cross_entropy_is_not_negative_and_its_gradient_sums_to_0_in_each_row(ulong seed, byte rows, byte columns, byte spread)
    {
        Draws draws = new(seed);
        Shape shape = new(1 + (rows % 6), 1 + (columns % 20));
        // Up to hundreds: the exponentials alone would overflow.
        double[] logits = [.. draws.Normal(shape.Length).Select(x => x * spread * 4)];
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf(logits, shape), loss = SoftmaxCrossEntropy.Apply(tape, x, draws.Indices(shape.Rows, shape.Columns));

        double[] gradient = tape.Backward(loss)[x].ToArray();

        return loss.Span[0] >= -Rounding && double.IsFinite(loss.Span[0]) && gradient.Chunk(shape.Columns).All(row => Math.Abs(row.Sum()) < Rounding);
    }

    [Property]
    public bool Cross_entropy_does_not_see_a_shift_of_a_row(ulong seed, byte columns, short shift)
    {
        Draws draws = new(seed);
        Shape shape = new(2, 1 + (columns % 20));
        double[] logits = draws.Normal(shape.Length), moved = [.. logits.Select((x, i) => i < shape.Columns ? x + shift : x)];
        int[] labels = draws.Indices(2, shape.Columns);

        return Near(Value(tape => SoftmaxCrossEntropy.Apply(tape, new(moved, shape), labels)), Value(tape => SoftmaxCrossEntropy.Apply(tape, new(logits, shape), labels)));
    }

    [Property]
    public bool Excluded_candidates_get_exactly_zero_gradient(ulong seed, byte queries, byte width, bool fidelity)
    {
        Draws draws = new(seed);
        int q = 1 + (queries % 5), w = 2 + (width % 6), rows = 9;
        CandidateList list = draws.Candidates(q, w, rows);
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> states = tape.Leaf([.. draws.Normal(rows * 6).Select(x => 0.3 * x)], new Shape(rows, 6));
        Tensor<double> raw = fidelity ? LogFidelity.Apply(tape, states, list) : CandidateScores.Apply(tape, states, list);
        Tensor<double> scores = ExcludeAbsent.Apply(tape, Activations.ScaledExp(tape, raw, 20.0, 1.0), list);
        double[] ofStates = tape.Backward(SoftmaxCrossEntropy.Apply(tape, scores, list.Labels))[states].ToArray();
        Tape<double> loss = new(WorkerPool.Single, recording: true);
        Tensor<double> leaf = loss.Leaf(scores.Span, scores.Shape);
        double[] ofScores = loss.Backward(SoftmaxCrossEntropy.Apply(loss, leaf, list.Labels))[leaf].ToArray();

        HashSet<int> used = [.. list.QueryRows.ToArray(), .. list.CandidateRows.ToArray()];
        return list.CandidateRows.ToArray().Select((row, i) => row >= 0 || ofScores[i] == 0).All(zero => zero)
            && ofStates.All(double.IsFinite)
            && Enumerable.Range(0, rows).All(row => used.Contains(row) || ofStates[(6 * row)..(6 * (row + 1))].All(g => g == 0));
    }

    [Property]
    public bool LayerNorm_does_not_see_shift_and_scale_of_its_input(ulong seed, byte columns, sbyte shift, byte scale)
    {
        Draws draws = new(seed);
        Shape shape = new(3, 2 + (columns % 40)), vector = Shape.Vector(2 + (columns % 40));
        double[] x = draws.Normal(shape.Length), moved = [.. x.Select(value => ((1 + scale) * value) + shift)];
        Tensor<double> gamma = new(draws.Normal(vector.Length), vector), beta = new(draws.Normal(vector.Length), vector);

        double[] Norm(double[] values) => Value(tape => AddLayerNorm.Apply(tape, new(values, shape), null, gamma, beta, 0));
        return Numbers.Error(Norm(moved), Norm(x)) < 1e-8;
    }

    [Property]
    public bool LayerNorm_gradient_is_orthogonal_to_shift_and_scale(ulong seed, byte columns)
    {
        Draws draws = new(seed);
        Shape shape = new(3, 3 + (columns % 40)), vector = Shape.Vector(shape.Columns);
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf(draws.Normal(shape.Length), shape);
        Tensor<double> y = AddLayerNorm.Apply(tape, x, null, new(draws.Normal(vector.Length), vector), new(draws.Normal(vector.Length), vector), 0);

        double[] gradient = tape.Backward(y, draws.Normal(shape.Length))[x].ToArray(), values = x.Span.ToArray();
        double size = 1 + gradient.Max(Math.Abs);
        return gradient.Chunk(shape.Columns).Zip(values.Chunk(shape.Columns), (g, v) => Math.Abs(g.Sum()) < 1e-9 * size && Math.Abs(Dot(g, v)) < 1e-9 * size).All(zero => zero);
    }

    [Property]
    public bool Cosine_scores_do_not_see_the_length_of_rows(ulong seed, byte columns, byte first, byte second)
    {
        Draws draws = new(seed);
        Shape shape = new(6, 2 + (columns % 20));
        double[] rows = draws.Normal(shape.Length);
        double[] scaled = [.. rows.Select((x, i) => (i / shape.Columns) switch { 0 => x * (1 + first), 3 => x / (1 + second), _ => x })];
        CandidateList list = draws.Candidates(3, 4, 6);

        double[] Cosines(double[] values) => Value(tape => CandidateScores.Apply(tape, Normalize.Apply(tape, new(values, shape)), list));
        double[] cosines = Cosines(rows);
        return Near(Cosines(scaled), cosines) && cosines.All(cosine => cosine is double.NegativeInfinity or (>= -1 - Rounding and <= 1 + Rounding));
    }

    [Property]
    public bool Fidelity_of_equal_states_is_1_and_no_other_is_above(ulong seed, byte qubits)
    {
        Draws draws = new(seed);
        int k = 1 + (qubits % 70);
        double[] states = draws.States(4, k);
        CandidateList list = new();
        list.Reset(4, 4);
        for (int i = 0; i < 16; i++) list.SetCandidate(i / 4, i % 4, i % 4);
        for (int i = 0; i < 4; i++) list.SetQuery(i, i);

        double[] scores = Value(tape => LogFidelity.Apply(tape, new(states, new Shape(4, 2 * k)), list));
        return scores.All(score => score <= 0) && Enumerable.Range(0, 4).All(i => scores[5 * i] == 0)
            && Enumerable.Range(0, 16).All(i => scores[i] == scores[(i % 4 * 4) + (i / 4)]);
    }

    [Property]
    public bool Compressed_states_are_unit_vectors(ulong seed, byte inputs, byte outputs, bool cnot)
    {
        Draws draws = new(seed);
        int d = 1 + (inputs % 40), k = 1 + (outputs % d);
        Cascade cascade = new(d, k, cnot ? CompressionGate.Cnot : CompressionGate.ControlledU);
        double[] y = Value(tape => QuantumCompression.Apply(
            tape, cascade, new([.. draws.Normal(3 * d).Select(x => 5 * x)], new Shape(3, d)), new(draws.Normal(cascade.Parameters), Shape.Vector(cascade.Parameters))));

        return y.Chunk(2 * k).All(state => Enumerable.Range(0, k).All(i => Math.Abs((state[i] * state[i]) + (state[k + i] * state[k + i]) - 1) < Rounding));
    }

    [Property]
    public bool A_factor_of_all_numbers_is_taken_up_by_the_scale(ulong seed, byte inputs, byte outputs, sbyte factor)
    {
        Draws draws = new(seed);
        int d = 1 + (inputs % 40), k = 1 + (outputs % d);
        double log = factor / 16.0;
        double[] x = draws.Normal(3 * d), raw = draws.Normal(12 * (d - k)), scales = draws.Normal(d);

        return Near(
            Compressed(d, k, [.. x.Select(value => value * Math.Exp(log))], raw, [.. scales.Select(scale => scale + log)]), Compressed(d, k, x, raw, scales));
    }

    [Property]
    public bool Equal_scales_of_all_inputs_are_one_scale_and_a_scale_of_1_is_none_to_the_bit(ulong seed, byte inputs, byte outputs, sbyte log)
    {
        Draws draws = new(seed);
        int d = 1 + (inputs % 40), k = 1 + (outputs % d);
        double[] x = draws.Normal(3 * d), raw = draws.Normal(12 * (d - k)), equal = [.. Enumerable.Repeat(log / 16.0, d)];

        return Compressed(d, k, x, raw, equal).SequenceEqual(Compressed(d, k, x, raw, [log / 16.0]))
            && Compressed(d, k, x, raw, [0]).SequenceEqual(Compressed(d, k, x, raw, null));
    }

    [Property]
    public bool The_gradient_of_one_scale_is_the_sum_of_all_inputs_and_minus_x_times_that_of_x(ulong seed, byte inputs, byte outputs, byte rows)
    {
        Draws draws = new(seed);
        int d = 1 + (inputs % 40), k = 1 + (outputs % d), n = 1 + (rows % 40);
        Cascade cascade = new(d, k, CompressionGate.ControlledU);
        double[] x = draws.Normal(n * d), raw = draws.Normal(cascade.Parameters), target = draws.Normal(n * 2 * k);
        (double[] dx, double[] one) = Gradients([0.3]);
        (_, double[] each) = Gradients([.. Enumerable.Repeat(0.3, d)]);

        return Near(each, [.. Enumerable.Range(0, d).Select(i => -Enumerable.Range(0, n).Sum(row => x[(row * d) + i] * dx[(row * d) + i]))])
            && Math.Abs(one[0] - each.Sum()) < Rounding * Math.Max(1, each.Sum(Math.Abs));

        (double[] X, double[] Scales) Gradients(double[] logScale)
        {
            Tape<double> tape = new(WorkerPool.Single, recording: true);
            Tensor<double> input = tape.Leaf(x, new Shape(n, d)), scale = tape.Leaf(logScale, Shape.Vector(logScale.Length));
            Tensor<double> y = QuantumCompression.Apply(tape, cascade, input, new(raw, Shape.Vector(raw.Length)), scale);
            Gradients<double> gradients = tape.Backward(y, target);
            return (gradients[input].ToArray(), gradients[scale].ToArray());
        }
    }

    /// <summary>The inner product of Gather x with y is that of x with Scatter y.</summary>
    [Property]
    public bool Scatter_is_the_adjoint_of_gather(ulong seed, byte entries, byte count, byte columns)
    {
        Draws draws = new(seed);
        Shape shape = new(1 + (entries % 8), 1 + (columns % 70));
        int[] indices = draws.Indices(count % 12, shape.Rows);
        return IsAdjoint(draws, shape, (tape, x) => Gather.Apply(tape, x, indices), affine: false);
    }

    [Property]
    public bool Linear_has_the_adjoint_of_its_map(ulong seed, byte rows, byte inputs, byte outputs)
    {
        Draws draws = new(seed);
        Shape x = new(rows % 8, 1 + (inputs % 40)), w = new(1 + (outputs % 40), x.Columns);
        Tensor<double> weight = new(draws.Normal(w.Length), w), bias = new(draws.Normal(w.Rows), Shape.Vector(w.Rows)), input = new(draws.Normal(x.Length), x);
        return IsAdjoint(draws, x, (tape, leaf) => Linear.Apply(tape, leaf, weight, bias), affine: true)
            && IsAdjoint(draws, w, (tape, leaf) => Linear.Apply(tape, input, leaf, bias), affine: true)
            && IsAdjoint(draws, bias.Shape, (tape, leaf) => Linear.Apply(tape, input, weight, leaf), affine: true);
    }

    [Property]
    public bool Pooling_has_the_adjoint_of_its_map(ulong seed, byte tokens, byte columns)
    {
        Draws draws = new(seed);
        Shape shape = new(1 + (tokens % 9), 1 + (columns % 20));
        int[] offsets = draws.Offsets(shape.Rows);
        return IsAdjoint(draws, shape, (tape, x) => MeanPool.Apply(tape, x, offsets), affine: false)
            && IsAdjoint(draws, shape, (tape, x) => MeanPool.Apply(tape, x, offsets, MeanDivisor.SquareRootOfLength), affine: false);
    }

    [Property]
    public bool Cutting_columns_has_the_adjoint_of_its_map(ulong seed, byte rows, byte columns, byte kept)
    {
        Draws draws = new(seed);
        Shape shape = new(rows % 9, 1 + (columns % 20));
        return IsAdjoint(draws, shape, (tape, x) => LeadingColumns.Apply(tape, x, 1 + (kept % shape.Columns)), affine: false);
    }

    /// <summary>For f(x) = A x + c: y . (f(x) - f(0)) = x . A^T y, where backward computes A^T y.</summary>
    private static bool IsAdjoint(Draws draws, Shape shape, Func<Tape<double>, Tensor<double>, Tensor<double>> map, bool affine)
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf(draws.Normal(shape.Length), shape), image = map(tape, x);
        double[] y = draws.Normal(image.Shape.Length), back = tape.Backward(image, y)[x].ToArray();
        double[] origin = affine ? Value(other => map(other, new(new double[shape.Length], shape))) : new double[y.Length];
        double[] difference = [.. image.Span.ToArray().Zip(origin, (a, b) => a - b)];
        double left = Dot(difference, y), right = Dot(x.Span.ToArray(), back);
        return Math.Abs(left - right) <= Rounding * (1 + difference.Zip(y, (a, b) => Math.Abs(a * b)).Sum());
    }

    private static double[] Compressed(int d, int k, double[] x, double[] raw, double[]? logScale) => Value(tape => QuantumCompression.Apply(
        tape, new Cascade(d, k, CompressionGate.ControlledU), new(x, new Shape(x.Length / d, d)), new(raw, Shape.Vector(raw.Length)),
        logScale is null ? null : new Tensor<double>(logScale, Shape.Vector(logScale.Length))));

    private static double[] Value(Func<Tape<double>, Tensor<double>> function) => function(new Tape<double>(WorkerPool.Single, recording: false)).Span.ToArray();

    private static bool Near(double[] found, double[] expected) => Numbers.Error(found, expected) < Rounding;

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
