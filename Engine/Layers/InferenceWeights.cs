using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The weights of a linear map as Gemm reads them, kept from one inference to the next: a second copy of the weights,
/// made when it is first needed and again after they have changed. Safe from many threads.
/// </summary>
internal sealed class InferenceWeights<T>(IReadOnlyList<Parameter<T>> parameters)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock _making = new();
    private PackedMatrix<T>? _packed;
    private int _version = -1;

    /// <summary>The packed transpose of the weights; null in training for those that change after every use.</summary>
    /// <param name="tape">Says whether it records, and has the threads.</param>
    /// <param name="weight">[outputs, inputs], the current values of the parameters together.</param>
    public PackedMatrix<T>? For(Tape<T> tape, Tensor<T> weight)
    {
        if (tape.Recording) return null;
        int version = 0;
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter<T> parameter = parameters[i];
            if (tape.ForTraining && !parameter.Frozen) return null;
            version += parameter.Version;
        }
        if (Volatile.Read(ref _version) == version) return _packed;
        lock (_making)
        {
            if (_version == version) return _packed;
            MatrixView<T> transposed = new MatrixView<T>(weight.Span, weight.Rows, weight.Columns).Transposed;
            if (_packed is null) _packed = new PackedMatrix<T>(tape.Workers, transposed);
            else _packed.Pack(tape.Workers, transposed);
            Volatile.Write(ref _version, version);
            return _packed;
        }
    }
}
