using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// Square matrices, one a row that zeros complete, with eigenvalues and eigenvectors of their symmetric parts, for any number of
/// <see cref="Evolution"/>s, which take the gradient straight to the rows: eigenvectors have none where values meet.
/// </summary>
/// <param name="X">[rows, columns], of at most n n columns.</param>
/// <param name="Values">[rows, n].</param>
/// <param name="Vectors">[rows, n n].</param>
internal readonly record struct Spectra<T>(Tensor<T> X, Tensor<T> Values, Tensor<T> Vectors)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Decomposes matrices.</summary>
    /// <param name="tape">Storage; nothing is recorded.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="size">n, at least 1.</param>
    /// <exception cref="QEngineException">There are no columns or more than n n, or a number is not finite.</exception>
    public static Spectra<T> Of(Tape<T> tape, Tensor<T> x, int size)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(Evolution), x.Columns, 1);
        Guard.AtLeast(nameof(Evolution), size * size, x.Columns);
        Tensor<T> values = tape.Save(new Shape(x.Rows, size)), vectors = tape.Save(new Shape(x.Rows, size * size));
        SymmetricEvolution.Decompose(tape.Workers, size, x.Columns, x.Span, values.Span, vectors.Span);
        return new(x, values, vectors);
    }
}
