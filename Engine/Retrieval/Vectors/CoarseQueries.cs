using QEngine.Codes;

namespace QEngine.Retrieval;

/// <summary>
/// The whole numbers of <see cref="CodeQueries"/> once more in eight bits, for <see cref="CodePrefilter"/>: a multiple of a coarser scale
/// each.
/// </summary>
/// <remarks>
/// With w the whole numbers, rounded to c times a coarser scale s, a product differs by at most |w - s c| times the length of the values.
/// The scale is the finest for which sums of 16 bits hold what they have to: by Cauchy and Schwarz half a part's sum is at most the length
/// of its weights times that of its values.
/// </remarks>
internal sealed class CoarseQueries
{
    private const double Unit = 1.0 / (1 << 24);

    private sbyte[] _weights = [];
    private int[] _starts = [];
    private float[] _slopes = [], _limits = [];
    private double[] _scales = [], _errors = [];
    private int _used;

    /// <summary>Takes queries in.</summary>
    /// <param name="quantizer">What made the codes.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="longestHalf">The largest length of the values of half a part, of all rows.</param>
    public void Load(ScalarQuantizer quantizer, QueryChunk queries, double longestHalf)
    {
        int count = queries.Count, columns = CodeWeights.PaddedColumns(quantizer.Dimension),
            parts = CodeWeights.PartCount(quantizer.Dimension);
        _used = quantizer.Dimension;
        if (_weights.Length < count * columns) (_weights, _starts) = (new sbyte[count * columns], new int[count * parts]);
        if (_slopes.Length < count)
            (_slopes, _limits, _scales, _errors) = (new float[count], new float[count], new double[count], new double[count]);
        int stride = quantizer.Format.Columns(quantizer.Dimension);
        for (int query = 0; query < count; query++)
        {
            ReadOnlySpan<short> fine = queries.Coded.Weights(count * stride).Slice(query * stride, _used);
            Load(
                quantizer.Format, fine, query, Scale(quantizer.Format, fine, longestHalf), _weights.AsSpan(query * columns, columns),
                _starts.AsSpan(query * parts, parts));
            _slopes[query] = (float)(1 / (queries.Coded.Scale(query) * _scales[query]));
        }
    }

    /// <summary>The queries, to mark whatever has a computed excess within the limits.</summary>
    /// <remarks>
    /// Beside the error of a product there are the roundings of both slopes, weights and differences, and of products in single precision,
    /// which are at most 2^24.
    /// </remarks>
    /// <param name="queries">The queries.</param>
    /// <param name="limits">For each query.</param>
    /// <param name="longest">The largest length of a row's values.</param>
    /// <param name="maxWeight">The largest weight of a row.</param>
    public CodeWeights Within(QueryChunk queries, ReadOnlySpan<float> limits, double longest, double maxWeight)
    {
        int count = queries.Count;
        for (int query = 0; query < count; query++)
        {
            double scale = _scales[query], roundings = (16 * Unit * maxWeight / queries.Coded.Scale(query)) + 4 + (2 * scale);
            _limits[query] = float.BitIncrement((float)((limits[query] + (_errors[query] * longest) + roundings) / scale));
        }
        return new CodeWeights(
            _weights.AsSpan(0, count * CodeWeights.PaddedColumns(_used)), _starts, _slopes.AsSpan(0, count), _limits, _used);
    }

    /// <summary>s. Rounding adds half a unit a column at most.</summary>
    private static double Scale(ICodeFormat format, ReadOnlySpan<short> fine, double longestHalf)
    {
        double room = (short.MaxValue / Math.Max(1, longestHalf)) - (Math.Sqrt(CodeWeights.Part / 2) / 2), scale = 0;
        for (int first = 0; first < fine.Length; first += CodeWeights.Part)
        {
            (double one, double other) = CodeWeights.SquaredHalves(fine.Slice(first, Math.Min(CodeWeights.Part, fine.Length - first)));
            scale = Math.Max(scale, Math.Sqrt(Math.Max(one, other)) / room);
        }
        foreach (short weight in fine) scale = Math.Max(scale, Math.Abs((double)weight) / CodeWeights.MaxWeight(format));
        return Math.Max(1, scale);
    }

    private void Load(ICodeFormat format, ReadOnlySpan<short> fine, int query, double scale, Span<sbyte> weights, Span<int> starts)
    {
        double errors = 0;
        weights.Clear();
        for (int i = 0; i < fine.Length; i++)
        {
            weights[i] = (sbyte)Math.Round(fine[i] / scale);
            double error = fine[i] - (scale * weights[i]);
            errors += error * error;
        }
        for (int part = 0; part < starts.Length; part++)
        {
            int first = part * CodeWeights.Part;
            starts[part] = CodeWeights.StartingSums(format, weights.Slice(first, Math.Min(CodeWeights.Part, weights.Length - first)));
        }
        (_scales[query], _errors[query]) = (scale, Math.Sqrt(errors) * (1 + 1e-9));
    }
}
