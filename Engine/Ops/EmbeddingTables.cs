using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The parameters of a BERT encoder's input.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Words">[vocabulary, hidden].</param>
/// <param name="Positions">[longest sequence, hidden].</param>
/// <param name="Types">[token types, hidden]; the first row is used. Null for an encoder without token types.</param>
/// <param name="Gamma">[1, hidden], factor of the normalised sum.</param>
/// <param name="Beta">[1, hidden], added to it.</param>
public readonly record struct EmbeddingTables<T>(Tensor<T> Words, Tensor<T> Positions, Tensor<T>? Types, Tensor<T> Gamma, Tensor<T> Beta)
    where T : unmanaged
{
    /// <summary>Storage for a result of these tables.</summary>
    internal Tensor<T> Output(Tape<T> tape, Shape shape) => tape.Output(shape, Words, Positions, Types.GetValueOrDefault(), Gamma, Beta);

    /// <summary>Checks shapes and indices.</summary>
    internal void Check(string operation, Shape words, ReadOnlySpan<int> ids, ReadOnlySpan<int> positions)
    {
        Guard.Columns(operation, Positions.Shape, words.Columns);
        if (Types is { } types)
        {
            Guard.Columns(operation, types.Shape, words.Columns, "Types.Shape");
            Guard.AtLeast(operation, types.Rows, 1, "Types.Rows");
        }
        Guard.Same(operation, Gamma.Shape, Shape.Vector(words.Columns));
        Guard.Same(operation, Beta.Shape, Gamma.Shape);
        Guard.Length(operation, positions.Length, ids.Length);
        Guard.Indices(operation, ids, words.Rows);
        Guard.Indices(operation, positions, Positions.Rows);
    }
}
