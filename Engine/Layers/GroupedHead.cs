using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// tanh of a linear map in groups (<see cref="GroupedLinear"/>); parameters <c>grouped.weight</c> [k / G, d] and <c>grouped.bias</c> [k].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class GroupedHead<T> : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly InputGroups _groups;
    private readonly Parameter<T> _weight, _bias;

    /// <summary>Declares the parameters, uniform within 1/sqrt(inputs of a group) as torch's grouped maps.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="groups">The plan.</param>
    public GroupedHead(ParameterStore<T> store, InputGroups groups)
    {
        ArgumentNullException.ThrowIfNull(store);
        _groups = groups;
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt((double)groups.Inputs / groups.Count));
        _weight = store.Matrix("grouped.weight", groups.OutputsPerGroup, groups.Inputs, uniform);
        _bias = store.Vector("grouped.bias", groups.Outputs, uniform);
    }

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return Activations.Tanh(tape, GroupedLinear.Apply(tape, _groups, x, _weight.Tensor, _bias.Tensor));
    }
}
