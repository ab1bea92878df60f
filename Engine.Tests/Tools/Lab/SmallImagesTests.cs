using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Lab;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Lab;

/// <summary>Images of ten classes, made or read.</summary>
public sealed class SmallImagesTests : CommandFixture
{
    [Test]
    public void Glyphs_are_images_of_all_digits_and_the_same_every_time()
    {
        LabelledImages images = GlyphImages.Create(25, new SplittableRandom(1)), again = GlyphImages.Create(25, new SplittableRandom(1));

        Assert.That((images.Count, images.Extents.Length), Is.EqualTo((25, 64)));
        Assert.That(images.Labels, Is.EqualTo(Enumerable.Range(0, 25).Select(i => i % 10)));
        Assert.That(images.Pixels, Has.All.InRange(0f, 1f));
        Assert.That(images.Pixels, Is.EqualTo(again.Pixels));
        Assert.That(GlyphImages.Create(25, new SplittableRandom(2)).Pixels, Is.Not.EqualTo(images.Pixels));
    }

    // A 1 has 10 dots and an 8 has 17 of 64, of half to full brightness; noise that is cut off at 0 adds 0.08 to a dark pixel.
    [Test]
    public void Glyphs_are_as_bright_as_their_dots()
    {
        LabelledImages images = GlyphImages.Create(2000, new SplittableRandom(3));
        Assert.That(Mean(8) - Mean(1), Is.EqualTo(7 * (0.75 - 0.08)).Within(0.5));

        double Mean(int digit) => Enumerable.Range(0, images.Count).Where(i => images.Labels[i] == digit)
            .Average(i => images.Pixels.AsSpan(i * 64, 64).ToArray().Sum(pixel => (double)pixel));
    }

    [Test]
    public void A_network_learns_to_tell_glyphs_apart()
    {
        SmallImages images = SmallImages.Of(new LabSetting(true, null));
        LabModel model = images.ModelOfRows("mlp", new LabTraining(30, 30, 5e-3), store =>
        {
            Mlp mlp = new(store, "mlp", 64, 32, 10);
            return (tape, x, _) => mlp.Forward(tape, x);
        });
        LabOutcome outcome = model.Train(new LabRun(1, WorkerPool.Shared, _ => { }));

        Assert.That(outcome.Value, Is.GreaterThan(0.4), "ten classes by chance are 0.1");
        Assert.That(outcome.Parameters, Is.EqualTo((64 * 32) + 32 + (32 * 10) + 10));
    }

    [Test]
    public void Digits_are_read_from_the_folder()
    {
        string line = $"{string.Join(',', Enumerable.Repeat("8", 64))},";
        Write("digits.csv", string.Concat(Enumerable.Range(0, 1350).Select(i => $"{line}{i % 10}\n")));
        SmallImages images = SmallImages.Of(new LabSetting(false, Folder));

        Assert.That((images.Training.Count, images.Test.Count), Is.EqualTo((1347, 3)));
        Assert.That(images.Test.Labels, Is.EqualTo(new[] { 7, 8, 9 }));
        Assert.That(images.Test.Pixels, Has.All.EqualTo(0.5f));
    }

    [Test]
    public void Columns_are_moved_and_stretched_alike_in_both_tables()
    {
        float[] first = [1, 7, 3, 7, 5, 7], second = [3, 8, 7, 6];
        Columns.Standardize(first, second, 2);

        float step = (float)Math.Sqrt(1.5);
        Assert.That(first, Is.EqualTo(new[] { -step, 0, 0, 0, step, 0 }).Within(1e-6));
        Assert.That(second, Is.EqualTo(new[] { 0, 1, 2 * step, -1 }).Within(1e-6));
    }

    [Test]
    public void A_folder_without_digits_or_with_too_few_is_refused_in_one_line()
    {
        CommandLine.Run("lab", "run", "kat", "--data", In("none")).Failed(1, "expected the folder of --data, found none");
        CommandLine.Run("lab", "run", "kat", "--data", Folder).Failed(1, "expected digits.csv or digits.csv.gz", Folder);
        Write("digits.csv", $"{string.Join(',', Enumerable.Repeat("0", 65))}\n");
        CommandLine.Run("lab", "run", "kat", "--data", Folder).Failed(1, "expected more than 1347 images, found 1");
        Write("digits.csv", "1,2\n");
        CommandLine.Run("lab", "run", "kat", "--data", Folder).Failed(1, "expected a comma");
    }
}
