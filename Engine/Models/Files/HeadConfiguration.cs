using System.Numerics;
using QEngine.Layers;
using QEngine.Quantum;

namespace QEngine.Models;

/// <summary>Which head a model has: the chain of modules after its pooling. Equal chains are equal.</summary>
public sealed record HeadConfiguration
{
    // Place of the first module of a head among all modules of a model: encoder and pooling come before.
    private const int FirstPlace = 2;

    private readonly HeadModule[] _modules;

    /// <summary>Chains modules.</summary>
    /// <param name="inputDimension">d, the width of a pooled vector.</param>
    /// <param name="modules">The modules; none for the pooled vector itself.</param>
    /// <exception cref="QEngineException">
    /// A width is not positive or not that before it, a module's numbers are out of range, or something follows one that makes states of
    /// qubits.
    /// </exception>
    public HeadConfiguration(int inputDimension, params ReadOnlySpan<HeadModule> modules)
    {
        if (inputDimension < 1) throw new QEngineException($"expected a pooled vector of at least 1 number, found {inputDimension}");
        Require.Items(modules);
        _modules = modules.ToArray();
        InputDimension = OutputDimension = inputDimension;
        HeadModule? last = null;
        foreach (HeadModule module in _modules)
        {
            if (Similarity.IsFidelity())
                throw new QEngineException($"expected {last!.Kind.Name} as the last module, found {module.Kind.Name} after it");
            if (module.InputDimension != OutputDimension)
                throw new QEngineException(
                    $"expected a module with {OutputDimension} inputs, found {module.Kind.Name} with {module.InputDimension}");
            module.Validate();
            OutputDimension = module.OutputDimension;
            (Similarity, last) = (module.Similarity, module);
        }
    }

    /// <summary>The modules, the first applied first.</summary>
    public IReadOnlyList<HeadModule> Modules => _modules;

    /// <summary>d, the width of a pooled vector.</summary>
    public int InputDimension { get; }

    /// <summary>k, the width of an embedding.</summary>
    public int OutputDimension { get; }

    /// <summary>How its representations are compared: states of qubits by fidelity, others by cosine.</summary>
    public Similarity Similarity { get; }

    /// <summary>Numbers of a representation as it is trained: 2k Bloch coordinates of qubits, k otherwise.</summary>
    public int RepresentationWidth => Similarity == Similarity.Fidelity ? 2 * OutputDimension : OutputDimension;

    /// <summary>The paper's name of a model with this head, BT, BEC, QBT or QBEC; for other chains the names of its modules.</summary>
    public string PaperName
    {
        get
        {
            // Cosine does not see a vector's length.
            ReadOnlySpan<HeadModule> modules = _modules is [.., NormalizeModule] ? _modules.AsSpan(0, _modules.Length - 1) : _modules;
            return modules switch
            {
                [] => "BT",
                [DenseModule { Activation: DenseActivation.Tanh, Bias: true }] => "BEC",
                [QuantumModule] => OutputDimension == InputDimension ? "QBT" : "QBEC",
                _ => Names(modules),
            };
        }
    }

    /// <summary>No head: the pooled vector itself (BT).</summary>
    /// <param name="dimension">d.</param>
    public static HeadConfiguration None(int dimension) => new(dimension);

    /// <summary>tanh(W u + b) (BEC).</summary>
    /// <param name="inputs">d.</param>
    /// <param name="outputs">k.</param>
    public static HeadConfiguration Linear(int inputs, int outputs) => new(inputs, new DenseModule(inputs, outputs));

    /// <summary>tanh of weighted sums in groups: a classical head with few weights.</summary>
    /// <param name="inputs">d.</param>
    /// <param name="outputs">k, 1 to d.</param>
    /// <param name="groups">A divisor of k; as many as k give every input one weight.</param>
    /// <exception cref="QEngineException">A number is not in its range.</exception>
    public static HeadConfiguration Grouped(int inputs, int outputs, int groups) => new(inputs, new GroupedModule(inputs, outputs, groups));

    /// <summary>Angle encoding and the compression cascade (QBEC; with k = d, QBT).</summary>
    /// <param name="inputs">d.</param>
    /// <param name="outputs">k, 1 to d.</param>
    /// <param name="gate">What joins a pair of qubits.</param>
    /// <param name="scale">What divides the numbers before they are encoded.</param>
    /// <param name="angles">Which angles of a pair are parameters.</param>
    /// <exception cref="QEngineException">k is not within 1 to d.</exception>
    public static HeadConfiguration Quantum(
        int inputs, int outputs, CompressionGate gate = CompressionGate.ControlledU, EncodingScale scale = EncodingScale.None,
        PairAngles angles = PairAngles.All) =>
        new(inputs, new QuantumModule(inputs, outputs, gate, scale, angles));

    /// <summary>The state of few qubits, entangled where it is made by more than one layer of angles.</summary>
    /// <param name="inputs">d.</param>
    /// <param name="qubits">n, 1 to <see cref="EntangledModule.MaxQubits"/>; an embedding is 2 2^n numbers.</param>
    /// <param name="encoding">How the numbers become a state.</param>
    /// <param name="scale">What divides the numbers before they become angles.</param>
    /// <exception cref="QEngineException">n is out of range, or d numbers are more than amplitudes.</exception>
    public static HeadConfiguration Entangled(
        int inputs, int qubits, StateEncoding encoding = StateEncoding.Angle, EncodingScale scale = EncodingScale.None) =>
        new(inputs, new EntangledModule(inputs, qubits, encoding, scale));

    /// <summary>Declares the parameters of all modules, each module's named after its folder.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="store">Where they live.</param>
    public IHead<T> Create<T>(ParameterStore<T> store)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(store);
        IHead<T>[] layers = new IHead<T>[_modules.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            store.BeginModule(Folder(i));
            layers[i] = _modules[i].Create(store);
        }
        return new HeadChain<T>(layers);
    }

    /// <inheritdoc/>
    public bool Equals(HeadConfiguration? other) =>
        other is not null && InputDimension == other.InputDimension && _modules.AsSpan().SequenceEqual(other._modules);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(InputDimension);
        foreach (HeadModule module in _modules) hash.Add(module);
        return hash.ToHashCode();
    }

    /// <summary>The paper's name and the dimensions, <c>QBEC 768 to 256</c>.</summary>
    public override string ToString() => $"{PaperName} {InputDimension} to {OutputDimension}";

    /// <summary>The folder of a module in a model folder.</summary>
    /// <param name="module">Its place in the chain.</param>
    internal string Folder(int module) => Folder(module, _modules[module].Kind);

    /// <summary>The folder of a module of a kind.</summary>
    internal static string Folder(int module, HeadModuleKind kind) => $"{module + FirstPlace}_{kind.Name}";

    private static string Names(ReadOnlySpan<HeadModule> modules)
    {
        string names = modules[0].Kind.Name;
        foreach (HeadModule module in modules[1..]) names += $"+{module.Kind.Name}";
        return names;
    }
}
