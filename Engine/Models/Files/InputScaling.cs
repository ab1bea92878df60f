using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>Chooses the scales of an encoder's inputs when it is quantised, by how large they become.</summary>
/// <remarks>
/// A few numbers of the normalised vectors are much larger than the others, and take most of a row's range of codes. Which they are is the
/// model's doing far more than a text's: sequences of random pieces show it as well as texts do, so none are needed, and the model in
/// eight bits as well as the exact one.
/// </remarks>
internal static class InputScaling
{
    private const int Sequences = 2, Tokens = 32;
    private const ulong Seed = 1;

    /// <summary>Sets the scales; the matrices are to be quantised again afterwards.</summary>
    /// <param name="encoder">The encoder, quantised without scales.</param>
    /// <param name="uneven">Its matrices that may have some.</param>
    /// <param name="workers">The threads to use.</param>
    public static void Choose(BertEncoder<float> encoder, IReadOnlyList<QuantizedParameter> uneven, WorkerPool workers)
    {
        BertConfiguration sizes = encoder.Configuration;
        SplittableRandom random = new(Seed);
        PackedSequences batch = new();
        int[] ids = new int[Math.Min(Tokens, sizes.MaximumPositions)];
        for (int sequence = 0; sequence < Sequences; sequence++)
        {
            foreach (ref int id in ids.AsSpan()) id = random.NextInt(sizes.VocabularySize);
            batch.Add(ids);
        }
        foreach (QuantizedParameter parameter in uneven) parameter.Matrix.BeginObserving();
        encoder.Forward(new Tape<float>(workers, recording: false), batch, DropoutSequence.None);
        foreach (QuantizedParameter parameter in uneven)
            if (parameter.IsFirst) parameter.Matrix.EndObserving();
    }
}
