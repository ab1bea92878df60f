using QEngine.Workers;

namespace QEngine.Layers;

/// <summary>Where the values of a loaded model's matrices are while it only computes: one or more of them, one below the other.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface IPackedParameters<T>
    where T : unmanaged
{
    /// <summary>Elements of all together.</summary>
    int Length { get; }

    /// <summary>Takes the values of all together.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="values">Row-major; copied.</param>
    void Pack(WorkerPool workers, ReadOnlySpan<T> values);

    /// <summary>Reads the values of some rows.</summary>
    /// <param name="row">The first of them.</param>
    /// <param name="values">[rows, columns], row-major; filled.</param>
    /// <returns>False if there are none, for the parameters have values of their own.</returns>
    bool TryCopyTo(int row, Span<T> values);

    /// <summary>Gives the values up: the parameters have got values of their own.</summary>
    void Forget();
}

/// <summary>A parameter's place in what is packed.</summary>
/// <param name="Weights">What is packed.</param>
/// <param name="Row">Its first row.</param>
internal readonly record struct PackedPart<T>(IPackedParameters<T> Weights, int Row)
    where T : unmanaged;
