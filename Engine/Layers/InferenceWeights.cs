using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Layers;

/// <summary>
/// The weights of a linear map as Gemm reads them, kept from one inference to the next. Of a model that is loaded they are the only
/// copy, until somebody asks for the parameters' values; otherwise they are made when first needed and again after the parameters have
/// changed. Safe from many threads.
/// </summary>
internal sealed class InferenceWeights<T> : IPackedParameters<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock _making = new();
    private readonly ParameterBlock<T> _weights;
    private volatile Made? _made;

    /// <summary>Makes the parameters parts of this.</summary>
    /// <param name="weights">[outputs, inputs], the parameters together.</param>
    public InferenceWeights(ParameterBlock<T> weights)
    {
        _weights = weights;
        int row = 0;
        foreach (Parameter<T> parameter in weights.Parameters)
        {
            parameter.Packed = new PackedPart<T>(this, row);
            row += parameter.Shape.Rows;
        }
    }

    /// <inheritdoc/>
    public int Length => _weights.Shape.Length;

    /// <summary>The packed transpose of the weights; null in training for those that change after every use.</summary>
    /// <param name="tape">Says whether it records, and has the threads.</param>
    public PackedMatrix<T>? For(Tape<T> tape)
    {
        if (tape.Recording || (tape.ForTraining && !_weights.Parameters.AllFrozen())) return null;
        if (_made is { } made && made.Version == Version) return made.Matrix;
        lock (_making)
        {
            // First the values: where they are made now, that counts as a change.
            Tensor<T> weight = _weights.Tensor;
            made = _made;
            if (made is null || made.Version != Version) _made = made = Make(tape.Workers, weight.Span, made?.Matrix);
            return made.Matrix;
        }
    }

    /// <inheritdoc/>
    public void Pack(WorkerPool workers, ReadOnlySpan<T> values)
    {
        lock (_making) _made = Make(workers, values, null);
    }

    /// <inheritdoc/>
    public bool TryCopyTo(int row, Span<T> values)
    {
        if (_made is not { } made) return false;
        made.Matrix.CopyColumnsTo(row, values);
        return true;
    }

    /// <inheritdoc/>
    public void Forget() => _made = null;

    private int Version
    {
        get
        {
            int version = 0;
            for (int i = 0; i < _weights.Parameters.Count; i++) version += _weights.Parameters[i].Version;
            return version;
        }
    }

    private Made Make(WorkerPool workers, ReadOnlySpan<T> values, PackedMatrix<T>? old)
    {
        MatrixView<T> transposed = new MatrixView<T>(values, _weights.Shape.Rows, _weights.Shape.Columns).Transposed;
        int version = Version;
        if (old is null) return new Made(new PackedMatrix<T>(workers, transposed), version);
        old.Pack(workers, transposed);
        return new Made(old, version);
    }

    /// <summary>A packed matrix and the version of the parameters that it was made of.</summary>
    private sealed record Made(PackedMatrix<T> Matrix, int Version);
}
