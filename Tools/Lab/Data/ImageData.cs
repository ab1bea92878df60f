using QEngine.Layers;
using QEngine.Storage;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>A set of images: some to learn from, others to be measured on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Training">To learn from.</param>
/// <param name="Test">To be measured on.</param>
internal sealed record ImageData(string Name, LabelledImages Training, LabelledImages Test)
{
    /// <summary>What --data may hold.</summary>
    public const string Files =
        "train-images-idx3-ubyte, train-labels-idx1-ubyte and the same of t10k (MNIST, Fashion-MNIST), or digits.csv (scikit-learn), "
        + "as they are or in .gz";

    /// <summary>Images of a step of training.</summary>
    public const int Batch = 50;

    // Images that a network sees at a time when it is measured, which bounds its memory.
    private const int Part = 100;

    /// <summary>The sets of --data, or without it <see cref="SmallImages"/> that are made.</summary>
    /// <param name="setting">Where they are.</param>
    /// <param name="training">Images to learn from, at most.</param>
    /// <param name="test">Images to be measured on, at most.</param>
    /// <exception cref="QEngineException">The folder has none, or a file is malformed.</exception>
    public static IReadOnlyList<ImageData> Of(LabSetting setting, int training, int test)
    {
        if (setting.Folder is not { } folder) return [Small("dot-matrix digits")];
        List<ImageData> found = [];
        if (IdxImages.AreIn(folder))
            found.Add(Of("images", IdxImages.Training(folder), IdxImages.Test(folder)));
        if (DigitsFile.Find(folder) is not null) found.Add(Small("digits"));
        if (found.Count == 0) throw new QEngineException($"expected {Files}, found none of them: {FileErrors.Name(folder)}");
        if (found.Find(data => data.Training.Count < 2) is { } few)
            throw new QEngineException(
                $"expected at least 2 images to learn from, found {few.Training.Count} of the {few.Name}: {FileErrors.Name(folder)}");
        return found;

        ImageData Small(string name)
        {
            SmallImages images = SmallImages.Of(setting);
            return Of(name, images.Training, images.Test);
        }

        ImageData Of(string name, LabelledImages all, LabelledImages others)
        {
            int count = Math.Min(training, all.Count);
            // Batch normalisation has no use for a last batch of one.
            return new(name, all.Part(0, count % Batch == 1 ? count - 1 : count), others.Part(0, test));
        }
    }

    /// <summary>A model that learns the classes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="how">How it is trained.</param>
    /// <param name="build">Declares its parameters.</param>
    public LabModel Model(string name, LabTraining how, Func<ParameterStore<float>, Forward> build) => new(name, run =>
    {
        LabNetwork network = new(run, build);
        double[] losses = network.Train(ToClassify(Training), how);
        return new(network.Trainable, Accuracy(network), losses);
    });

    private double Accuracy(LabNetwork network)
    {
        List<float> logits = [];
        for (int first = 0; first < Test.Count; first += Part)
            logits.AddRange(network.Predict(Test.Part(first, Part).Pixels, Test.Extents.Length));
        return ToClassify(Test).Accuracy([.. logits]);
    }

    private static Examples ToClassify(LabelledImages images) =>
        Examples.ToClassify(images.Pixels, Shape.Vector(images.Extents.Length), images.Labels);
}
