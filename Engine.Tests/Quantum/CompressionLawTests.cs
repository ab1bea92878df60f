using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum;

/// <summary>What holds of every compression, whatever its angles and embeddings.</summary>
public sealed class CompressionLawTests
{
    [Property]
    public bool Measured_qubits_are_unit_vectors_with_positive_x(int seed, byte a, byte b, bool cnot, bool effective)
    {
        (Random random, Head<float> single) = Draw<float>(seed, a, b, cnot, effective);
        float[] states = single.States(Samples.Normal<float>(random, 3 * single.Cascade.InputQubits, 2));
        int k = single.Cascade.OutputQubits, measured = single.Cascade.Widths.IsEmpty ? 0 : single.Cascade.Widths[^1];
        foreach (float[] row in states.Chunk(2 * k))
        {
            for (int i = 0; i < k; i++)
            {
                double x = row[i], z = row[k + i];
                // Only the last step's targets, the highest qubits left, are sure to be measured: a short single step leaves the low ones.
                if ((i >= k - measured && x < 0) || Math.Abs((x * x) + (z * z) - 1) > 1e-6) return false;
            }
        }
        return true;
    }

    [Property]
    public bool A_cnot_multiplies_expectations(int seed, byte width)
    {
        int w = 1 + (width % 40);
        Random random = new(seed);
        Head<double> head = Head<double>.Random(random, 2 * w, w, CompressionGate.Cnot);
        double[] u = Samples.Normal<double>(random, 2 * w), z = head.States(u)[w..], c = head.Coefficients;
        for (int j = 0; j < w; j++)
        {
            double theta = Math.PI / 2 * (1 + Math.Tanh(u[j])), control = Math.PI / 2 * (1 + Math.Tanh(u[w + j]));
            double z0 = (c[j] * -Math.Sin(theta)) + (c[w + j] * Math.Cos(theta));
            double zc = (c[(4 * w) + j] * -Math.Sin(control)) + (c[(5 * w) + j] * Math.Cos(control));
            if (Math.Abs(z[j] - (zc * z0)) > 1e-14) return false;
        }
        return true;
    }

    [Property]
    public bool Phases_and_last_turns_of_control_and_controlled_have_exactly_no_gradient(int seed, byte a, byte b, bool cnot)
    {
        (Random random, Head<double> head) = Draw<double>(seed, a, b, cnot);
        double[] gradient = RawGradient(head, random);
        int tensors = cnot ? 2 : 3, start = 0;
        foreach (int width in head.Cascade.Widths)
        {
            for (int tensor = 0; tensor < tensors; tensor++)
            {
                ReadOnlySpan<double> rows = gradient.AsSpan(start + (4 * tensor * width), 4 * width);
                bool target = tensor == 1;
                // A target's beta turns about z before the controlled unitary; before a CNOT it changes no probability.
                if (rows[..width].ContainsAnyExcept(0.0) || ((!target || cnot) && rows.Slice(width, width).ContainsAnyExcept(0.0))) return false;
            }
            start += 4 * tensors * width;
        }
        return start == gradient.Length;
    }

    [Property]
    public bool The_targets_beta_acts_through_its_sum_with_the_controlleds_delta(int seed, byte width, double turn)
    {
        int w = 1 + (width % 20), beta = 5 * w, delta = 11 * w;
        Random random = new(seed);
        Head<double> head = Head<double>.Random(random, 2 * w, w, CompressionGate.ControlledU);
        double[] embeddings = Samples.Normal<double>(random, 4 * w), moved = [.. head.Raw];
        for (int j = 0; j < w; j++)
        {
            // A tenth of the way to the nearer end of (0, 4 pi), for either angle: the sum of the angles stays.
            double first = Math.Tanh(moved[beta + j]), second = Math.Tanh(moved[delta + j]);
            double shift = Math.Sin(double.IsFinite(turn) ? turn : 1) * 0.1 * Math.Min(1 - Math.Abs(first), 1 - Math.Abs(second));
            (moved[beta + j], moved[delta + j]) = (Math.Atanh(first + shift), Math.Atanh(second - shift));
        }
        double error = Near.LargestError(new Head<double>(head.Cascade, moved).States(embeddings), head.States(embeddings));

        double[] gradient = RawGradient(head, random);
        double Slope(int i) => 1 - (Math.Tanh(head.Raw[i]) * Math.Tanh(head.Raw[i]));
        for (int j = 0; j < w; j++)
            error = Math.Max(error, Math.Abs((gradient[beta + j] * Slope(delta + j)) - (gradient[delta + j] * Slope(beta + j))) / (1 + Math.Abs(gradient[beta + j])));
        return error < 1e-9;
    }

    [Property]
    public bool A_head_of_all_angles_is_that_of_its_effective_ones(int seed, byte a, byte b, bool cnot)
    {
        (Random random, Head<double> all) = Draw<double>(seed, a, b, cnot);
        Cascade plan = new(all.Cascade.InputQubits, all.Cascade.OutputQubits, all.Cascade.Gate, PairAngles.Effective);
        Head<double> effective = new(plan, AngleSets.Effective(all.Cascade, all.Raw)), back = new(all.Cascade, AngleSets.All(plan, effective.Raw, seed));
        double[] embeddings = Samples.Normal<double>(random, 3 * plan.InputQubits), states = all.States(embeddings);
        return 2 * plan.Parameters == all.Cascade.Parameters
            && Near.LargestError(effective.States(embeddings), states) < 1e-10
            && Near.LargestError(back.States(embeddings), states) < 1e-10;
    }

    [Property]
    public bool A_batch_is_its_rows_to_the_bit(int seed, byte a, byte b, byte rows, bool cnot, bool effective)
    {
        (Random random, Head<float> head) = Draw<float>(seed, a, b, cnot, effective);
        int count = 1 + (rows % 20), d = head.Cascade.InputQubits, k = head.Cascade.OutputQubits;
        float[] embeddings = Samples.Normal<float>(random, count * d), upstream = Samples.Normal<float>(random, count * 2 * k);
        float[] states = head.States(embeddings), gradient = head.Backward(embeddings, upstream).Embeddings;
        return Enumerable.Range(0, count).All(row =>
        {
            float[] alone = embeddings[(row * d)..((row + 1) * d)], its = upstream[(row * 2 * k)..((row + 1) * 2 * k)];
            return head.States(alone).AsSpan().SequenceEqual(states.AsSpan(row * 2 * k, 2 * k))
                && head.Backward(alone, its).Embeddings.AsSpan().SequenceEqual(gradient.AsSpan(row * d, d));
        });
    }

    [TestCase(768, 256, 1)]
    [TestCase(768, 256, 64)]
    [TestCase(768, 768, 33)]
    [TestCase(101, 17, 200)]
    public void Two_threads_compute_the_bits_of_one(int input, int output, int rows)
    {
        Random random = new(rows);
        using WorkerPool pool = new(2);
        Head<float> head = Head<float>.Random(random, input, output, CompressionGate.ControlledU);
        float[] embeddings = Samples.Normal<float>(random, rows * input), upstream = Samples.Normal<float>(random, rows * 2 * output);
        float[] states = head.States(embeddings);
        (float[] dembeddings, float[] draw) = head.Backward(embeddings, upstream);

        for (int repeat = 0; repeat < 5; repeat++)
        {
            float[] shared = head.States(embeddings, pool);
            (float[] sharedEmbeddings, float[] sharedRaw) = head.Backward(embeddings, upstream, pool);

            Assert.That(shared.AsSpan().SequenceEqual(states), "states");
            Assert.That(sharedEmbeddings.AsSpan().SequenceEqual(dembeddings), "gradient of the embeddings");
            Assert.That(sharedRaw.AsSpan().SequenceEqual(draw), "gradient of the raw angles");
        }
    }

    private static double[] RawGradient(Head<double> head, Random random) => head.Backward(
        Samples.Normal<double>(random, 3 * head.Cascade.InputQubits), Samples.Normal<double>(random, 6 * head.Cascade.OutputQubits)).Raw;

    private static (Random Random, Head<T> Head) Draw<T>(int seed, byte a, byte b, bool cnot, bool effective = false)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed);
        (int small, int large) = (1 + (Math.Min(a, b) % 80), 1 + (Math.Max(a, b) % 80));
        CompressionGate gate = cnot ? CompressionGate.Cnot : CompressionGate.ControlledU;
        PairAngles angles = effective ? PairAngles.Effective : PairAngles.All;
        return (random, Head<T>.Random(random, Math.Max(small, large), Math.Min(small, large), gate, angles));
    }
}
