using System.Numerics;
using QEngine.Layers;

namespace QEngine.Tests.Layers;

/// <summary>Parameters with values of a trained model's kind: none zero, normalisations around one.</summary>
internal static class RandomParameters
{
    public static void Fill<T>(ParameterStore<T> store, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SplittableRandom random = new(seed);
        foreach (Parameter<T> parameter in store.Parameters)
        {
            double center = parameter.Name.EndsWith("orm.weight", StringComparison.Ordinal) ? 1 : 0;
            foreach (ref T value in parameter.Values.Span) value = T.CreateTruncating(center + (0.3 * random.NextGaussian()));
        }
    }
}
