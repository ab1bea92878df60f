using System.Runtime.InteropServices;

namespace QEngine.Tests.Onnx;

/// <summary>A matrix in bytes: number = (byte - zero) * scale, with one scale or one for each column.</summary>
internal sealed class Quantizer
{
    private readonly int _columns;
    private readonly bool _signed;
    private readonly int[] _stored;
    private readonly float[] _scales;
    private readonly int[] _zeros;

    private Quantizer(int[] stored, int columns, bool signed, float[] scales, int[] zeros) =>
        (_stored, _columns, _signed, _scales, _zeros) = (stored, columns, signed, scales, zeros);

    /// <summary>Quantises rows; unsigned bytes over the whole range, signed ones around 0.</summary>
    public static Quantizer Of(float[] values, int rows, bool signed, bool perChannel)
    {
        int columns = values.Length / rows, groups = perChannel ? columns : 1;
        float[] scales = new float[groups];
        int[] zeros = new int[groups];
        for (int group = 0; group < groups; group++)
        {
            float low = 0, high = 0;
            for (int i = group; i < values.Length; i += groups) (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
            scales[group] = signed ? Math.Max(-low, high) / 127 : (high - low) / 255;
            zeros[group] = signed ? 0 : (int)MathF.Round(-low / scales[group]);
        }
        int[] stored = new int[values.Length];
        for (int i = 0; i < stored.Length; i++)
        {
            int group = perChannel ? i % columns : 0;
            stored[i] = Math.Clamp((int)MathF.Round(values[i] / scales[group]) + zeros[group], signed ? -127 : 0, signed ? 127 : 255);
        }
        return new Quantizer(stored, columns, signed, scales, zeros);
    }

    /// <summary>The numbers that the bytes stand for.</summary>
    public float[] Real()
    {
        float[] values = new float[_stored.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int group = _scales.Length > 1 ? i % _columns : 0;
            values[i] = (_stored[i] - _zeros[group]) * _scales[group];
        }
        return values;
    }

    /// <summary>Puts bytes, scales and zeros into a file.</summary>
    public (string Bytes, string Scale, string Zero) Store(OnnxFile file, string name, long[] shape)
    {
        int type = _signed ? OnnxFile.I8 : OnnxFile.U8;
        long[] groups = _scales.Length > 1 ? [_scales.Length] : [];
        return (
            file.Tensor(file.Fresh($"{name}_quantized"), type, shape, Array.ConvertAll(_stored, value => (byte)value)),
            file.Tensor(file.Fresh($"{name}_scale"), OnnxFile.F32, groups, MemoryMarshal.AsBytes(_scales.AsSpan()).ToArray()),
            file.Tensor(file.Fresh($"{name}_zero_point"), type, groups, Array.ConvertAll(_zeros, value => (byte)value)));
    }

    /// <summary>A matrix with its axes exchanged.</summary>
    public static float[] Transpose(float[] values, long[] shape)
    {
        int rows = (int)shape[0], columns = (int)shape[1];
        float[] moved = new float[values.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) moved[(j * rows) + i] = values[(i * columns) + j];
        }
        return moved;
    }
}
