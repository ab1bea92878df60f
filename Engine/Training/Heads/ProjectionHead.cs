using QEngine.Layers;
using QEngine.Models;

namespace QEngine.Training;

/// <summary>Linear heads that need no training: y = W x + b, a module Dense whose activation is the identity.</summary>
public static class ProjectionHead
{
    // Variances below this share of the first are rounding; what lies there is not to be blown up.
    private const double Negligible = 1e-12;

    /// <summary>The principal components of a centred vector: W is the directions, b = -W m.</summary>
    /// <param name="components">Directions and mean.</param>
    public static Head From(PrincipalComponents components) => Tempered(components, exponent: 0);

    /// <summary>
    /// Principal components scaled by a power of their variance, y_i = (v_i / v_1)^(-exponent / 2) w_i (u - m): 0 leaves them, 1 gives all
    /// the same variance (whitening), and between these the differences of the variances are tempered.
    /// </summary>
    /// <remarks>
    /// The family of maps of which spectral tempering (Li, Eustratiadis and Kanoulas, arXiv 2603.19339) takes one for every number of
    /// components; which one is the caller's choice here.
    /// </remarks>
    /// <param name="components">Directions, variances and mean.</param>
    /// <param name="exponent">From 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is not from 0 to 1.</exception>
    public static Head Tempered(PrincipalComponents components, double exponent)
    {
        ArgumentNullException.ThrowIfNull(components);
        double[] scales = Scales(components, exponent);
        Head head = Head.Create(
            new HeadConfiguration(components.Columns, new DenseModule(components.Columns, components.Count, DenseActivation.Identity)));
        Span<float> weight = head.Parameters.Parameters[0].Values.Span, bias = head.Parameters.Parameters[1].Values.Span;
        for (int row = 0; row < components.Count; row++)
        {
            ReadOnlySpan<double> direction = components.Directions.Slice(row * components.Columns, components.Columns);
            double sum = 0;
            for (int i = 0; i < direction.Length; i++)
            {
                weight[(row * direction.Length) + i] = (float)(scales[row] * direction[i]);
                sum += direction[i] * components.Mean[i];
            }
            bias[row] = (float)-(scales[row] * sum);
        }
        return head;
    }

    /// <summary>The factor of every component.</summary>
    internal static double[] Scales(PrincipalComponents components, double exponent)
    {
        if (!(exponent >= 0 && exponent <= 1))
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "expected an exponent from 0 to 1");
        double[] scales = new double[components.Count];
        double largest = components.Variances[0];
        for (int i = 0; i < scales.Length; i++)
            scales[i] = Math.Pow(Math.Max(components.Variances[i] / largest, Negligible), -exponent / 2);
        return scales;
    }

    /// <summary>The first numbers of a vector: W is rows of the identity; there is no b.</summary>
    /// <param name="inputs">d.</param>
    /// <param name="outputs">k, from 1 to d.</param>
    public static Head Truncation(int inputs, int outputs)
    {
        if (outputs < 1 || outputs > inputs)
            throw new QEngineException($"expected from 1 to {inputs} leading numbers, the width of the vectors, found {outputs}");
        Head head = Head.Create(new HeadConfiguration(inputs, new DenseModule(inputs, outputs, DenseActivation.Identity, Bias: false)));
        Span<float> weight = head.Parameters.Values;
        weight.Clear();
        for (int row = 0; row < outputs; row++) weight[(row * inputs) + row] = 1;
        return head;
    }
}
