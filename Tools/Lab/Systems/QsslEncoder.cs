using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Training;

namespace QEngine.Tools.Lab;

/// <summary>Declares a representation network.</summary>
internal delegate Func<Tape<float>, Tensor<float>, Tensor<float>> Representation(ParameterStore<float> store);

/// <summary>
/// The networks of QSSL's pretraining (arXiv 2103.14653): an encoder to eight numbers, a representation network, and a projection that is
/// left out afterwards.
/// </summary>
internal sealed class QsslEncoder
{
    /// <summary>Numbers of a representation, and qubits.</summary>
    public const int Width = 8;

    private const int Pixels = SmallImages.Side * SmallImages.Side, Hidden = 32, Batch = 100;
    private const double Temperature = 0.07, Rate = 1e-3;
    private const ulong ViewPart = 2;

    private readonly LabRun _run;
    private readonly LabNetwork _network;
    private QsslProjection _projection = null!;

    /// <summary>Declares and initialises the networks.</summary>
    /// <param name="run">Seed and threads.</param>
    /// <param name="represent">The representation network.</param>
    public QsslEncoder(LabRun run, Representation represent)
    {
        _run = run;
        _network = new(run, store =>
        {
            Mlp encoder = new(store, "encoder", Pixels, Hidden, Width);
            Func<Tape<float>, Tensor<float>, Tensor<float>> representation = represent(store);
            _projection = new(store, Width);
            return (tape, x, _) => representation(tape, encoder.Forward(tape, x));
        });
    }

    /// <summary>Numbers that pretraining moves.</summary>
    public int Trainable => _network.Trainable;

    /// <summary>Learns without labels that two views of an image belong together.</summary>
    /// <param name="images">The images.</param>
    /// <param name="epochs">Passes over them.</param>
    /// <returns>The mean loss of every epoch.</returns>
    public double[] Pretrain(LabelledImages images, int epochs)
    {
        NtXentLoss<float> loss = new(Temperature);
        SplittableRandom random = new SplittableRandom(_run.Seed).Split(ViewPart);
        return _network.Train(images.Count, new LabTraining(epochs, Batch, Rate), (tape, chosen, dropout) =>
        {
            Tensor<float> views = tape.Save(new Shape(2 * chosen.Length, Pixels));
            for (int i = 0; i < 2 * chosen.Length; i++)
                View(images.Pixels.AsSpan(chosen[i % chosen.Length] * Pixels, Pixels), ref random, views.Span.Slice(i * Pixels, Pixels));
            return loss.Apply(tape, _projection.Forward(tape, _network.Forward(tape, views, dropout)));
        });
    }

    /// <summary>What the encoder and the representation network make of images.</summary>
    /// <param name="pixels">[images, 64].</param>
    /// <returns>[images, 8].</returns>
    public float[] Represent(float[] pixels) => _network.Predict(pixels, Pixels);

    /// <summary>An image moved by up to a pixel either way, of 0.6 to 1.4 times its brightness, with noise.</summary>
    private static void View(ReadOnlySpan<float> image, ref SplittableRandom random, Span<float> view)
    {
        (int down, int right) = (random.NextInt(3) - 1, random.NextInt(3) - 1);
        double brightness = 0.6 + (0.8 * random.NextDouble());
        for (int i = 0; i < view.Length; i++)
        {
            (int row, int column) = ((i / SmallImages.Side) - down, (i % SmallImages.Side) - right);
            bool isInside = row is >= 0 and < SmallImages.Side && column is >= 0 and < SmallImages.Side;
            double pixel = isInside ? image[(row * SmallImages.Side) + column] : 0;
            view[i] = (float)((brightness * pixel) + (0.1 * random.NextGaussian()));
        }
    }
}
