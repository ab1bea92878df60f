using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Weights [outputs, inputs] in eight bits with a scale for every output, in the order in which Gemm reads them.</summary>
/// <remarks>
/// Panels of outputs; within one, for every group of inputs in turn, the group's weights of each output. Outputs and inputs that are
/// missing in the last panel and group are zeros. The order depends on the process, so it is never stored.
/// </remarks>
internal sealed class PackedInt8Matrix : IInt8Rows
{
    /// <summary>The most inputs with which no sum of products leaves 32 bits.</summary>
    public const int MaxInputs = 1 << 16;

    private readonly AlignedBuffer<sbyte> _panels;
    private readonly float[] _scales;
    private readonly int[] _sums;
    private float[] _inputScales = [], _inputFactors = [];

    /// <summary>Makes a matrix of zeros for this process.</summary>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns, at most <see cref="MaxInputs"/>.</param>
    public PackedInt8Matrix(int outputs, int inputs)
        : this(outputs, inputs, Tier.ByteProducts.Group, 2 * Tier.ByteProducts.Count)
    {
    }

    /// <summary>Makes a matrix of zeros.</summary>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns, at most <see cref="MaxInputs"/>.</param>
    /// <param name="group">Inputs of a group.</param>
    /// <param name="width">Outputs of a panel.</param>
    internal PackedInt8Matrix(int outputs, int inputs, int group, int width)
    {
        Require.Range(outputs, 1, int.MaxValue);
        Require.Range(inputs, 1, MaxInputs);
        (Rows, Columns, Group, PanelWidth, Groups) = (outputs, inputs, group, width, (inputs + group - 1) / group);
        int padded = checked((outputs + width - 1) / width * width);
        _panels = AlignedBuffer<sbyte>.Zeros(checked(padded * Groups * group));
        (_scales, _sums) = (new float[padded], new int[padded]);
    }

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns { get; }

    /// <summary>Inputs of a group.</summary>
    public int Group { get; }

    /// <summary>Groups of a panel.</summary>
    public int Groups { get; }

    /// <summary>Outputs of a panel.</summary>
    public int PanelWidth { get; }

    /// <summary>Bytes that it takes.</summary>
    public long Bytes => _panels.Length + ((sizeof(float) + sizeof(int)) * (long)_scales.Length);

    /// <summary>A scale for every output, filled up to whole panels.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>
    /// What every input is divided by before it is quantised, each above 0, for weights that were multiplied by it; empty for nothing.
    /// </summary>
    public ReadOnlySpan<float> InputScales
    {
        get => _inputScales;
        set
        {
            if (!value.IsEmpty) Require.Elements(value, Columns);
            (_inputScales, _inputFactors) = (value.ToArray(), value.ToArray());
            foreach (ref float factor in _inputFactors.AsSpan()) factor = 1 / factor;
        }
    }

    /// <summary>The inverses of <see cref="InputScales"/>.</summary>
    public ReadOnlySpan<float> InputFactors => _inputFactors;

    /// <summary>The sum of every output's weights, filled up to whole panels.</summary>
    public Span<int> Sums => _sums;

    /// <summary>The weights of a panel.</summary>
    public Span<sbyte> Panel(int panel)
    {
        int length = Groups * Group * PanelWidth;
        return _panels.Span.Slice(panel * length, length);
    }

    /// <inheritdoc/>
    public void Set(int row, ReadOnlySpan<sbyte> codes, float scale)
    {
        Require.Index(row, Rows);
        Require.Elements(codes, Columns);
        Span<sbyte> panel = Panel(row / PanelWidth);
        int sum = 0, place = row % PanelWidth * Group;
        for (int first = 0; first < codes.Length; first += Group, place += Group * PanelWidth)
        {
            ReadOnlySpan<sbyte> group = codes.Slice(first, Math.Min(Group, codes.Length - first));
            for (int i = 0; i < group.Length; i++)
            {
                panel[place + i] = group[i];
                sum += group[i];
            }
        }
        (_scales[row], _sums[row]) = (scale, sum);
    }

    /// <inheritdoc/>
    public float Get(int row, Span<sbyte> codes)
    {
        Require.Index(row, Rows);
        Require.Elements<sbyte>(codes, Columns);
        ReadOnlySpan<sbyte> panel = Panel(row / PanelWidth);
        int place = row % PanelWidth * Group;
        for (int i = 0; i < codes.Length; i++) codes[i] = panel[(i / Group * Group * PanelWidth) + place + (i % Group)];
        return _scales[row];
    }
}
