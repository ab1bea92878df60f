using System.Numerics;
using System.Text;
using System.Text.Json;
using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>One module of a head: what it computes and what it is called in a model folder.</summary>
public abstract record HeadModule
{
    private protected HeadModule(int inputDimension, int outputDimension) =>
        (InputDimension, OutputDimension) = (inputDimension, outputDimension);

    /// <summary>The width it takes.</summary>
    public int InputDimension { get; }

    /// <summary>The width of an embedding after it.</summary>
    public int OutputDimension { get; }

    /// <summary>What kind of module it is, <c>Dense</c> for instance.</summary>
    public string Name => Kind.Name;

    /// <summary>How representations are compared whose last module it is.</summary>
    internal virtual Similarity Similarity => Similarity.Cosine;

    /// <summary>
    /// What divides its inputs before they become angles of qubits, whose logarithm is its last parameter; null where they become none.
    /// </summary>
    internal virtual EncodingScale? AngleScale => null;

    /// <summary>What it is in files.</summary>
    internal abstract HeadModuleKind Kind { get; }

    /// <summary>What it does, in a few words for people.</summary>
    public abstract string Description { get; }

    /// <summary>How many weights it has, bounded by its dimensions alone.</summary>
    internal abstract long Weights { get; }

    /// <summary>Requires an output dimension that it can have.</summary>
    internal virtual void Validate()
    {
        if (OutputDimension < 1) throw new QEngineException($"expected an output dimension of at least 1, found {OutputDimension}");
    }

    /// <summary>Declares its parameters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="store">Where they live.</param>
    internal abstract IHead<T> Create<T>(ParameterStore<T> store)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Stops at the first tensor that a file lacks: a small file cannot make a head of a million steps or a matrix beyond an array.
    /// </summary>
    /// <param name="file">Its weights.</param>
    internal abstract void RequireWeights(SafetensorsSet file);

    /// <summary>Writes the members of its <c>config.json</c>.</summary>
    /// <param name="json">Within the document's object.</param>
    internal abstract void WriteConfiguration(Utf8JsonWriter json);

    /// <summary>Adds to a model's card what only QEngine computes and others must be told.</summary>
    /// <param name="card">The card.</param>
    /// <param name="folder">The module's folder.</param>
    internal virtual void WriteCard(StringBuilder card, string folder)
    {
    }
}

/// <summary>A kind of module as model folders know it.</summary>
/// <param name="Name">Its name, with which folders end: <c>2_Dense</c>.</param>
/// <param name="Types">What <c>modules.json</c> calls it; the first is written, the others come from other releases.</param>
/// <param name="HasWeights">Whether it has a file of weights.</param>
/// <param name="Read">Makes the module of a folder, given the width before it.</param>
internal sealed record HeadModuleKind(string Name, string[] Types, bool HasWeights, Func<string, int, HeadModule> Read)
{
    public const string ConfigurationName = "config.json";

    private const int MaxDimension = 1_000_000;

    /// <summary>
    /// All kinds. Made when asked for: a kind is made while its module's type is initialised, and must not need the others.
    /// </summary>
    public static HeadModuleKind[] All =>
        [DenseModule.FileKind, NormalizeModule.FileKind, GroupedModule.FileKind, QuantumModule.FileKind, EntangledModule.FileKind];

    /// <summary>Whether nothing can follow it in a head.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether QEngine alone computes it.</summary>
    public bool IsOwn => Types[0].StartsWith("qengine.", StringComparison.Ordinal);

    /// <summary>The kind of that type, or null.</summary>
    public static HeadModuleKind? Find(string type) => Array.Find(All, kind => Array.IndexOf(kind.Types, type) >= 0);

    /// <summary>Reads a dimension, bounded so that it may size a plan.</summary>
    public static int Dimension(JsonCursor root, string name, int max = MaxDimension)
    {
        int found = root.Required(name).Integer(1);
        return found <= max ? found : throw new QEngineException($"expected {name} from 1 to {max}, found {found} in {root.Path}");
    }
}
