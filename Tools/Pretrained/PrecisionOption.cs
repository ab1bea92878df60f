using QEngine.Layers;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Pretrained;

/// <summary>The option <c>--precision</c> of commands that embed with a model.</summary>
internal static class PrecisionOption
{
    /// <summary>Defines the option.</summary>
    public static ChoiceOption<EncoderPrecision?> Create() => new(
        "--precision", ("float32", EncoderPrecision.Float32), ("int8", EncoderPrecision.Int8))
    {
        Description = "In which numbers the encoder computes: as the model's folder is if left out. int8 is faster and takes a quarter of "
            + "the memory; its vectors differ a little.",
    };

    /// <summary>What the option and results call a precision.</summary>
    public static string NameOf(EncoderPrecision precision) => precision == EncoderPrecision.Int8 ? "int8" : "float32";
}
