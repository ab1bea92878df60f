using QEngine.Layers;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>Images of 8 x 8 pixels of ten classes: the handwritten digits where --data has them, else <see cref="GlyphImages"/>.</summary>
/// <param name="Training">To learn from.</param>
/// <param name="Test">To be measured on.</param>
internal sealed record SmallImages(LabelledImages Training, LabelledImages Test)
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Side = 8;

    /// <summary>What --data has to hold.</summary>
    public const string Files = "the handwritten digits of 8 x 8 pixels (digits.csv of scikit-learn)";

    /// <summary>What there is without.</summary>
    public const string Made = "dot-matrix digits of 8 x 8 pixels, moved, dimmed and with noise";

    // The publication's digits are in no order; the last quarter is of other writers.
    private const int DigitsToLearn = 1347, GlyphsToLearn = 1000, QuickImages = 300;
    private const ulong GlyphSeed = 42;

    /// <summary>Reads or makes them; as many to be measured on at most as to learn from.</summary>
    /// <exception cref="QEngineException">The file is not there, or malformed.</exception>
    public static SmallImages Of(LabSetting setting)
    {
        if (setting.Folder is not { } folder)
        {
            SplittableRandom random = new(GlyphSeed);
            int count = setting.Pick(QuickImages, GlyphsToLearn);
            return new(GlyphImages.Create(count, random.Split(0)), GlyphImages.Create(count, random.Split(1)));
        }
        string file = DigitsFile.Find(folder)
            ?? throw new QEngineException($"expected digits.csv or digits.csv.gz in the folder of --data, found neither: {folder}");
        LabelledImages all = DigitsFile.Read(file);
        if (all.Count <= DigitsToLearn) throw new QEngineException($"expected more than {DigitsToLearn} images, found {all.Count}: {file}");
        return new(
            all.Part(0, setting.Pick(QuickImages, DigitsToLearn)), all.Part(DigitsToLearn, setting.Pick(QuickImages, all.Count)));
    }

    /// <summary>Images as examples of one row.</summary>
    public static Examples AsRows(LabelledImages images) => Examples.ToClassify(images.Pixels, new Shape(1, Side * Side), images.Labels);

    /// <summary>Images as examples of eight rows of eight pixels.</summary>
    public static Examples AsStripes(LabelledImages images) => Examples.ToClassify(images.Pixels, new Shape(Side, Side), images.Labels);

    /// <summary>A network that classifies images as one row.</summary>
    public LabModel ModelOfRows(string name, LabTraining how, Func<ParameterStore<float>, Forward> build) =>
        LabModel.Of(name, AsRows(Training), AsRows(Test), how, build);

    /// <summary>A network that classifies images as eight rows.</summary>
    public LabModel ModelOfStripes(string name, LabTraining how, Func<ParameterStore<float>, Forward> build) =>
        LabModel.Of(name, AsStripes(Training), AsStripes(Test), how, build);
}
