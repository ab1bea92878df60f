using System.Numerics.Tensors;

namespace QEngine.Models;

/// <summary>
/// The leading numbers of an embedding, of a model that was trained to work with them alone (Kusupati et al., "Matryoshka Representation
/// Learning", arXiv 2205.13147).
/// </summary>
internal static class LeadingNumbers
{
    /// <summary>
    /// Leading numbers; of a unit vector they are made one of unit length again, as by sentence-transformers' truncate_dim with
    /// normalisation.
    /// </summary>
    /// <param name="embedding">The embedding, which is changed.</param>
    /// <param name="dimension">How many.</param>
    /// <param name="head">The head that made it.</param>
    public static Span<float> Take(Span<float> embedding, int dimension, HeadConfiguration head)
    {
        Span<float> leading = embedding[..dimension];
        if (dimension == embedding.Length || head.Modules is not [.., NormalizeModule]) return leading;
        float length = TensorPrimitives.Norm<float>(leading);
        if (length > 0) TensorPrimitives.Divide(leading, length, leading);
        return leading;
    }
}
