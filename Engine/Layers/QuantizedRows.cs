using System.Numerics.Tensors;
using QEngine.Kernels;

namespace QEngine.Layers;

/// <summary>A matrix in eight bits of which parameters are parts; made when a part is first set.</summary>
/// <param name="make">Makes it.</param>
/// <param name="hasUnevenInputs">
/// Whether its inputs are normalised vectors, a few of whose numbers are always much larger than the others: those may have scales.
/// </param>
internal sealed class QuantizedRows(Func<IInt8Rows> make, bool hasUnevenInputs)
{
    // A number that is hardly ever there has no smaller share of the range than this.
    private const float LeastShare = 1f / (1 << 14);

    private IInt8Rows? _rows;
    private float[]? _largest;

    /// <summary>The matrix.</summary>
    public IInt8Rows Rows => _rows ??= make();

    /// <summary>Makes the matrix, if it is not there, before several threads set its rows.</summary>
    public void Make() => _ = Rows;

    /// <summary>Whether its inputs may have scales.</summary>
    public bool HasUnevenInputs => hasUnevenInputs;

    /// <summary>The scales of its inputs, see <see cref="PackedInt8Matrix.InputScales"/>; empty for none.</summary>
    public ReadOnlySpan<float> InputScales
    {
        get => hasUnevenInputs ? ((PackedInt8Matrix)Rows).InputScales : [];
        set => ((PackedInt8Matrix)Rows).InputScales = value;
    }

    /// <summary>Takes the matrix of another in the place of one of its own.</summary>
    public void Share(QuantizedRows other) => _rows = other.Rows;

    /// <summary>Begins to note how large each input becomes.</summary>
    public void BeginObserving() => _largest = new float[Rows.Columns];

    /// <summary>Notes how large each input is, while it is to be noted.</summary>
    /// <param name="x">[rows, columns].</param>
    public void Observe(ReadOnlySpan<float> x)
    {
        if (_largest is null) return;
        for (int row = 0; row < x.Length; row += _largest.Length)
            TensorPrimitives.MaxMagnitude(x.Slice(row, _largest.Length), _largest, _largest);
    }

    /// <summary>
    /// Ends that and sets the scales: the square root of an input's largest magnitude, so that what is too much for a row's range of codes
    /// is shared between the rows and the weights (Xiao et al., arXiv 2211.10438, whose alpha is 0.5, without the weights' part).
    /// </summary>
    public void EndObserving()
    {
        float[] scales = _largest!;
        _largest = null;
        TensorPrimitives.Abs(scales, scales);
        float least = TensorPrimitives.Max<float>(scales) * LeastShare;
        for (int i = 0; i < scales.Length; i++) scales[i] = MathF.Sqrt(MathF.Max(scales[i], least));
        // Where all inputs are zeros there is nothing to share, and where one is not finite nothing to be had.
        if (!(least > 0 && float.IsFinite(least))) Array.Fill(scales, 1);
        InputScales = scales;
    }
}
