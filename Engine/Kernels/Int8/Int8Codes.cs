using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Quantisation of rows to eight bits.</summary>
/// <remarks>
/// Weights are symmetric: code = x (127 / max|x|), from -127 to 127, scale = max|x| / 127. Rows that are multiplied with them take their
/// range from 0, or their minimum below it, to 0 or their maximum above it, since after GELU hardly anything is negative: code = x (254 /
/// range) + zero, zero = -min (254 / range), from 0 to 255, scale = range / 254; as in ONNX's DynamicQuantizeLinear, but for every row, and
/// with 254 in the place of 255, so that two roundings upwards do not leave eight bits. Codes are rounded to the nearest whole number, ties
/// to even. All are single operations of IEEE arithmetic in single precision, none fused, so codes and scales are the same bits on
/// every processor.
/// </remarks>
internal static class Int8Codes
{
    /// <summary>The largest code of a weight.</summary>
    public const int Max = 127;

    // Steps of a row's range.
    private const int Steps = 254;

    // Numbers that are converted at once; a row's codes are filled up to a multiple of them.
    private const int Chunk = 16;

    // 3 2^22: what is added to it is rounded to a whole number, which is then in the lowest bits.
    private const float Shift = 12582912f;

    // Below this a row counts as zeros: the inverse of its scale would not be finite.
    private const float MinRange = 1e-30f;

    /// <summary>The length of a row of codes, filled up.</summary>
    public static int Padded(int columns) => (columns + Chunk - 1) / Chunk * Chunk;

    /// <summary>Converts a row that is to be multiplied with weights.</summary>
    /// <param name="row">The numbers, at least one.</param>
    /// <param name="codes">Room for <see cref="Padded"/> codes as <typeparamref name="TProducts"/> multiplies them.</param>
    /// <returns>
    /// The scale, and the code of 0. The scale is NaN where a number or the range is not finite; then the codes mean nothing.
    /// </returns>
    public static (float Scale, int Zero) Encode<TLane, TProducts, TSums>(ReadOnlySpan<float> row, Span<byte> codes)
        where TLane : struct, ILane<TLane, float>
        where TProducts : struct, IByteProducts<TSums>
        where TSums : struct
    {
        RangeLoop<TLane> ends = new(row);
        LaneLoop<TLane, float>.Run(ref ends, 0, row.Length);
        float below = (TLane.Splat(0) - ends.Low).Max(), range = ends.High.Max() + below;
        bool usable = float.IsFinite(range) && range >= MinRange;
        float inverse = usable ? Steps / range : 0;
        float shift = Shift + (usable ? MathF.Round(below * inverse, MidpointRounding.ToEven) : 0);

        Span<float> numbers = Scratch<Numbers, float>.Rent(Padded(row.Length));
        numbers[row.Length..].Fill(Shift);
        Pointwise<TLane, float>.Apply(new Whole(inverse, shift), row, numbers[..row.Length]);
        int size = codes.Length / numbers.Length;
        ref int whole = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(numbers));
        ref byte target = ref MemoryMarshal.GetReference(codes);
        for (int i = 0; i < numbers.Length; i += Chunk)
            TProducts.Encode(ref Unsafe.Add(ref whole, i), ref Unsafe.Add(ref target, i * size));
        return (usable ? range / Steps : float.IsFinite(range) ? 0 : float.NaN, (int)(shift - Shift));
    }

    /// <summary>Converts a row of weights.</summary>
    /// <param name="row">The numbers, finite.</param>
    /// <param name="codes">As many codes.</param>
    /// <returns>The scale.</returns>
    public static float Encode(ReadOnlySpan<float> row, Span<sbyte> codes)
    {
        Require.Elements<sbyte>(codes, row.Length);
        float max = 0;
        foreach (float x in row) max = MathF.Max(max, MathF.Abs(x));
        float inverse = max >= MinRange ? Max / max : 0;
        for (int i = 0; i < row.Length; i++) codes[i] = (sbyte)MathF.Round(row[i] * inverse, MidpointRounding.ToEven);
        return max >= MinRange ? max / Max : 0;
    }

    private readonly struct Numbers;

    /// <summary>The ends of a row's range; 0 is within, so that what is missing of a lane adds nothing.</summary>
    private ref struct RangeLoop<TLane>(ReadOnlySpan<float> row) : ILaneLoop<TLane, float>
        where TLane : struct, ILane<TLane, float>
    {
        private readonly ReadOnlySpan<float> _row = row;

        public TLane Low = TLane.Splat(0), High = TLane.Splat(0);

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run<TPart>(int from, int to)
            where TPart : struct, ILanePart<TLane, float>
        {
            ref float x = ref MemoryMarshal.GetReference(_row);
            TLane low = Low, high = High;
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane numbers = TPart.Take(ref Unsafe.Add(ref x, i), to - i);
                low = TLane.Min(low, numbers);
                high = TLane.Max(high, numbers);
            }
            (Low, High) = (low, high);
        }
    }

    /// <summary>x times a factor, rounded to a whole number in the lowest bits, and moved by another.</summary>
    private readonly struct Whole(float factor, float shift) : IUnary<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, float> => (x * TLane.Splat(factor)) + TLane.Splat(shift);
    }
}
