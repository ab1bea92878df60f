using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>What a <see cref="RationalLayer{T}"/> computes at first.</summary>
internal enum RationalStart
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>SiLU, within 4e-5 between -3 and 3.</summary>
    Swish,
}

/// <summary>
/// The rational activation of GR-KAN and KAT (<see cref="Rational"/>); parameters <c>weight_numerator</c> [6], shared by all groups of
/// columns, and <c>weight_denominator</c> [groups, 4].
/// </summary>
/// <remarks>
/// First values are those published with KAT. Its table has values for GELU too, but those were fitted with another denominator,
/// 1 + |sum of b_j x^j|, and are no GELU with the one that is trained.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class RationalLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Groups of the publication.</summary>
    public const int PublishedGroups = 8;

    private static readonly double[] IdentityNumerators = [0, 1, 0, 0, 0, 0], IdentityDenominators = [0, 0, 0, 0];

    private static readonly double[] SwishNumerators =
    [
        3.054879741161051e-07, 0.5000007853744493, 0.24999783422824703, 0.05326628273219478, 0.005803034571292244, 0.0002751961022402342,
    ];

    private static readonly double[] SwishDenominators =
        [-4.111554955950634e-06, 0.10652899335007572, -1.2690007399796238e-06, 0.0005502331264140556];

    private readonly Parameter<T> _numerators, _denominators;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="start">What the layer computes at first.</param>
    /// <param name="groups">Groups of columns with a denominator of their own, at least 1.</param>
    public RationalLayer(ParameterStore<T> store, string name, RationalStart start, int groups = PublishedGroups)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        Require.Named(start);
        Require.Range(groups, 1, int.MaxValue);
        bool isSwish = start == RationalStart.Swish;
        _numerators = store.Vector(
            $"{name}.weight_numerator", Rational.Numerators, Initializer.Repeated(isSwish ? SwishNumerators : IdentityNumerators));
        _denominators = store.Matrix(
            $"{name}.weight_denominator", groups, Rational.Denominators,
            Initializer.Repeated(isSwish ? SwishDenominators : IdentityDenominators));
    }

    /// <summary>Applies the activation.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns]; the columns are a multiple of the groups.</param>
    /// <returns>[rows, columns].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x) => RationalActivation.Apply(tape, x, _numerators.Tensor, _denominators.Tensor);
}
