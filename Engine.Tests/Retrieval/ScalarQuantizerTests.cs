using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

public sealed class ScalarQuantizerTests
{
    private static readonly CodeBits[] AllBits = [CodeBits.One, CodeBits.Four, CodeBits.Eight];

    [Property(MaxTest = 60)]
    public void Eight_bits_are_right_to_half_a_step(int seed)
    {
        SearchCase made = new(seed, (byte)seed, Similarity.Fidelity);
        if (made.Documents.Length == 0) return;
        ScalarQuantizer quantizer = ScalarQuantizer.Train(CodeBits.Eight, made.Dimension, made.Documents);

        foreach ((float[] row, float[] decoded) in RoundTrips(quantizer, made.Documents))
        {
            for (int i = 0; i < row.Length; i++)
                Assert.That(decoded[i], Is.EqualTo(row[i]).Within((0.501 * quantizer.Steps[i]) + 1e-6), $"column {i}");
        }
    }

    [Test]
    public void Fewer_bits_stand_for_the_nearest_of_their_numbers()
    {
        float[] rows = Samples.Uniform<float>(4, 500 * 3, -2, 1);
        foreach (CodeBits bits in AllBits)
        {
            ScalarQuantizer quantizer = ScalarQuantizer.Train(bits, 3, rows);
            int least = bits == CodeBits.Eight ? -128 : 0, most = bits == CodeBits.Eight ? 127 : (1 << (int)bits) - 1;

            foreach ((float[] row, float[] decoded) in RoundTrips(quantizer, rows))
            {
                for (int i = 0; i < 3; i++)
                {
                    double nearest = Enumerable.Range(least, most - least + 1).Min(value => Math.Abs(row[i] - (quantizer.Bases[i] + ((double)quantizer.Steps[i] * value))));
                    Assert.That(Math.Abs(row[i] - decoded[i]), Is.EqualTo(nearest).Within(1e-6), $"{bits}");
                }
            }
        }
    }

    [TestCase(0)]
    [TestCase(255)]
    [TestCase(256)]
    [TestCase(300)]
    [TestCase(599)]
    public void The_residual_of_a_block_is_that_of_its_farthest_row_wherever_it_is(int place)
    {
        // Close rows and a far one, whose numbers four bits take to the ends of their ranges.
        float[] rows = Samples.Uniform<float>(4, 600 * 3, 0.9, 1.1);
        rows.AsSpan(3 * place, 3).Fill(3);
        ScalarQuantizer quantizer = ScalarQuantizer.Train(CodeBits.Four, 3, rows);
        using WorkerPool pool = new(2);

        CodeBlock codes = CodeBlock.Encode(quantizer, new EmbeddingBlock(Similarity.Fidelity, 3, rows, 0, pool), pool);

        double[] distances = [.. RoundTrips(quantizer, rows).Select(pair => Distance(pair.Row, pair.Decoded))];
        Assert.That(Array.IndexOf(distances, distances.Max()), Is.EqualTo(place));
        Assert.That(codes.Residual, Is.EqualTo(distances.Max()).Within(1e-5));

        static double Distance(float[] row, float[] decoded) => Math.Sqrt(row.Zip(decoded, (x, y) => Math.Pow((double)x - y, 2)).Sum());
    }

    [Test]
    public void Bytes_a_row_are_the_bits_rounded_up()
    {
        Assert.That(AllBits.Select(bits => ScalarQuantizer.Train(bits, 257, new float[257]).BytesPerRow), Is.EqualTo(new[] { 33, 129, 257 }));
    }

    [Test]
    public void Columns_that_are_constant_are_kept_as_they_are()
    {
        foreach (CodeBits bits in AllBits)
        {
            ScalarQuantizer quantizer = ScalarQuantizer.Train(bits, 2, [0.25f, 1, 0.25f, 2, 0.25f, 3]);

            foreach ((float[] row, float[] decoded) in RoundTrips(quantizer, [0.25f, 1.5f])) Assert.That(decoded[0], Is.EqualTo(row[0]), $"{bits}");
            Assert.That(quantizer.Steps[0], Is.Zero);
        }
    }

    [Test]
    public void One_made_of_its_numbers_makes_the_same_codes()
    {
        float[] rows = Samples.Uniform<float>(4, 50 * 17, 0, 3);
        foreach (CodeBits bits in AllBits)
        {
            ScalarQuantizer trained = ScalarQuantizer.Train(bits, 17, rows), read = new(bits, trained.Bases, trained.Steps);

            Assert.That(RoundTrips(read, rows).Select(pair => pair.Decoded), Is.EqualTo(RoundTrips(trained, rows).Select(pair => pair.Decoded)));
        }
    }

    [Test]
    public void Numbers_that_do_not_fit_are_refused()
    {
        Assert.That(() => new ScalarQuantizer((CodeBits)3, [0], [1]), Failure("1, 4 or 8 bits, found 3"));
        Assert.That(() => new ScalarQuantizer(CodeBits.Four, [0, 1], [1]), Failure("found 2 and 1"));
        Assert.That(() => new ScalarQuantizer(CodeBits.Four, [], []), Failure("found 0 and 0"));
        Assert.That(() => new ScalarQuantizer(CodeBits.Four, [0, float.NaN], [1, 1]), Failure("finite bases, found NaN in column 1"));
        Assert.That(() => new ScalarQuantizer(CodeBits.Four, [0, 0], [1, -1]), Failure("steps of at least 0, found -1 in column 1"));
        Assert.That(() => ScalarQuantizer.Train(CodeBits.Four, 2, [1]), BadArgument.Named("rows", "found 1 numbers"));
        Assert.That(() => ScalarQuantizer.Train(CodeBits.Four, 2, []), BadArgument.Named("rows", "found 0 numbers"));
        Assert.That(() => new ScalarQuantizer(CodeBits.Four, [0], [1]).Encode([1, 2], new byte[1]), Throws.ArgumentException.With.Message.Contains("found 2 and 1"));
        Assert.That(() => new ScalarQuantizer(CodeBits.Four, [0], [1]).Decode(new byte[2], new float[1]), Throws.ArgumentException.With.Message.Contains("found 1 and 2"));
        ScalarQuantizer quantizer = new(CodeBits.Eight, [0], [1]);
        Assert.That(() => new CodeBlock(quantizer, new byte[3], -1, [0], [0], WorkerPool.Single), Failure("residual of at least 0, found -1"));
        Assert.That(() => new CodeBlock(quantizer, new byte[3], double.NaN, [0], [0], WorkerPool.Single), Failure("found NaN"));
        Assert.That(() => new CodeBlock(quantizer, new byte[3], 0, [0, 0], [0], WorkerPool.Single), Failure("found 2 and 1"));
        Assert.That(() => new CodeBlock(new ScalarQuantizer(CodeBits.Eight, [0, 0], [1, 1]), new byte[3], 0, [0, 0], [0, 0], WorkerPool.Single), Failure("found 3 bytes"));
        Assert.That(() => new EmbeddingBlock(Similarity.Fidelity, 1, new float[2], 0, new CodeBlock(quantizer, new byte[3], 0, [0], [0], WorkerPool.Single)), BadArgument.Named("codes", "codes of 2 rows of 1 numbers, found 3 of 1"));
    }

    private static IEnumerable<(float[] Row, float[] Decoded)> RoundTrips(ScalarQuantizer quantizer, float[] rows)
    {
        foreach (float[] row in rows.Chunk(quantizer.Dimension))
        {
            byte[] codes = new byte[quantizer.BytesPerRow];
            float[] decoded = new float[row.Length];
            quantizer.Encode(row, codes);
            quantizer.Decode(codes, decoded);
            yield return (row, decoded);
        }
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Failure(string part) =>
        Throws.TypeOf<QEngineException>().With.Message.Contains(part).And.Message.Not.Contains("\n");
}
