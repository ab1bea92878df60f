using QEngine.Layers;
using QEngine.Models;

namespace QEngine.Training;

/// <summary>Linear heads that need no training: y = W x + b, a module Dense whose activation is the identity.</summary>
public static class ProjectionHead
{
    /// <summary>The principal components of a centred vector: W is the directions, b = -W m.</summary>
    /// <param name="components">Directions and mean.</param>
    public static Head From(PrincipalComponents components)
    {
        ArgumentNullException.ThrowIfNull(components);
        Head head = Head.Create(
            new HeadConfiguration(components.Columns, new DenseModule(components.Columns, components.Count, DenseActivation.Identity)));
        Span<float> weight = head.Parameters.Parameters[0].Values.Span, bias = head.Parameters.Parameters[1].Values.Span;
        for (int row = 0; row < components.Count; row++)
        {
            ReadOnlySpan<double> direction = components.Directions.Slice(row * components.Columns, components.Columns);
            double sum = 0;
            for (int i = 0; i < direction.Length; i++)
            {
                weight[(row * direction.Length) + i] = (float)direction[i];
                sum += direction[i] * components.Mean[i];
            }
            bias[row] = (float)-sum;
        }
        return head;
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
