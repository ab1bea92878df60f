using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// HQNN-Parallel (Senokosov et al., arXiv 2304.09224): two <see cref="ConvolutionBlock{T}"/>s and <see cref="ParallelCircuits{T}"/>. Beside
/// it the convolutional network that has units in place of qubits. Parameters of <c>block1</c>, <c>block2</c>, and <c>circuits</c> or
/// <c>fc1</c>, <c>bn</c> and <c>fc2</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class HqnnParallel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ConvolutionBlock<T> _first, _second;
    private readonly ParallelCircuits<T>? _circuits;
    private readonly LinearLayer<T>? _hidden, _logits;
    private readonly BatchNormLayer<T>? _norm;

    /// <summary>Declares the parameters; those of linear maps are uniform within 1/sqrt(inputs), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="settings">Sizes.</param>
    public HqnnParallel(ParameterStore<T> store, string name, HqnnSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _first = new(store, $"{name}.block1", settings.Image, settings.KernelSize, settings.FirstChannels);
        _second = new(store, $"{name}.block2", _first.Output, settings.KernelSize, settings.SecondChannels);
        int features = _second.Output.Length, units = settings.Circuits * settings.Qubits;
        if (!settings.IsClassical)
        {
            _circuits = new(store, $"{name}.circuits", features, settings.Circuits, settings.Qubits, settings.Depth, settings.Classes);
            return;
        }
        _hidden = Linear("fc1", features, units);
        _norm = new(store, $"{name}.bn", units);
        _logits = Linear("fc2", units, settings.Classes);

        LinearLayer<T> Linear(string part, int inputs, int outputs)
        {
            Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(inputs));
            return new(store, $"{name}.{part}", inputs, outputs, uniform, uniform);
        }
    }

    /// <summary>Applies the network.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <param name="isTraining">Whether the batch's moments normalise it.</param>
    /// <returns>[images, classes], logits.</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, bool isTraining)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        Tensor<T> features = _second.Forward(tape, _first.Forward(tape, x, isTraining), isTraining);
        return tape.Release(mark, _circuits?.Forward(tape, features, isTraining) ?? Classical(tape, features, isTraining));
    }

    private Tensor<T> Classical(Tape<T> tape, Tensor<T> features, bool isTraining)
    {
        Tensor<T> units = _norm!.Forward(tape, _hidden!.Forward(tape, features), isTraining);
        return _logits!.Forward(tape, Activations.LeakyRelu(tape, units, T.Zero));
    }
}
