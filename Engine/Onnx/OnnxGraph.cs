using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>The graph of an ONNX model: nodes in the order in which they compute, tensors, names of inputs and outputs.</summary>
/// <remarks>
/// Everything is checked before a number of a tensor is read: every length against what holds it, every tensor against the file of
/// its numbers, every name to be given once and before it is used. Of a tensor's numbers only the place is kept.
/// </remarks>
internal sealed class OnnxGraph
{
    private const int MaxNodes = 1 << 18, MaxTensors = 1 << 18, MaxValues = 1 << 12;
    private const string What = "an ONNX model";

    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<string> _inputs = [], _outputs = [];

    private OnnxGraph()
    {
    }

    /// <summary>The nodes, each after those whose outputs it takes.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>Tensors by name.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Tensors => _tensors;

    /// <summary>What is fed in; tensors that old files list here are left out.</summary>
    public IReadOnlyList<string> Inputs => _inputs;

    /// <summary>What is computed.</summary>
    public IReadOnlyList<string> Outputs => _outputs;

    /// <summary>Reads a model's graph.</summary>
    /// <param name="file">The model's file.</param>
    /// <param name="external">The files beside it.</param>
    public static OnnxGraph Read(RandomAccessFile file, ExternalFiles external)
    {
        ProtoInput input = new(file);
        ProtoMessage model = new(input, 0, file.Length);
        OnnxGraph? graph = null;
        while (model.Next())
        {
            if (model.Field != 7) continue;
            if (graph is not null) throw model.Fault($"one graph of {What}", "another");
            graph = new OnnxGraph();
            graph.ReadFields(input, external, model.Message("a graph"));
        }
        if (graph is null) throw new QEngineException($"expected {What}, found no graph in {file.Name}");
        graph.RequireNames(file);
        return graph;
    }

    private void ReadFields(ProtoInput input, ExternalFiles external, ProtoMessage graph)
    {
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case 1:
                    if (_nodes.Count == MaxNodes) throw graph.Fault($"at most {MaxNodes} nodes", "more");
                    _nodes.Add(OnnxNodeReader.Read(input, external, graph.Message("a node")));
                    break;
                case 5:
                    if (_tensors.Count == MaxTensors) throw graph.Fault($"at most {MaxTensors} tensors", "more");
                    OnnxTensor tensor = OnnxTensorReader.Read(input, external, graph.Message("a tensor"));
                    if (tensor.Name.Length == 0 || !_tensors.TryAdd(tensor.Name, tensor))
                        throw graph.Fault(
                            "a name of its own for every tensor",
                                tensor.Name.Length == 0 ? "none" : $"{Printable.Quote(tensor.Name)} again");
                    break;
                case 11:
                    AddValue(_inputs, graph);
                    break;
                case 12:
                    AddValue(_outputs, graph);
                    break;
                case 15:
                    throw graph.Fault("dense tensors", "a sparse one, which is not read");
            }
        }
    }

    private static void AddValue(List<string> values, ProtoMessage field)
    {
        if (values.Count == MaxValues) throw field.Fault($"at most {MaxValues} inputs and outputs of the graph", "more");
        ProtoMessage value = field.Message("a value");
        string name = "";
        while (value.Next())
        {
            if (value.Field == 1) name = value.Text("the name of a value");
        }
        values.Add(name);
    }

    private void RequireNames(RandomAccessFile file)
    {
        _inputs.RemoveAll(_tensors.ContainsKey);
        HashSet<string> known = new(_tensors.Keys, StringComparer.Ordinal);
        foreach (string input in _inputs) Define(known, input, file);
        foreach (OnnxNode node in _nodes)
        {
            foreach (string input in node.Inputs)
            {
                if (input.Length > 0 && !known.Contains(input))
                    throw new QEngineException(
                        $"expected every value to be computed before it is used, found {Printable.Quote(input)} in {node} of {file.Name}");
            }
            foreach (string output in node.Outputs)
            {
                if (output.Length > 0) Define(known, output, file);
            }
        }
        foreach (string output in _outputs)
        {
            if (!known.Contains(output))
                throw new QEngineException(
                    $"expected every output of the graph to be computed, found {Printable.Quote(output)} in {file.Name}");
        }
    }

    private static void Define(HashSet<string> known, string name, RandomAccessFile file)
    {
        if (!known.Add(name)) throw new QEngineException($"expected every value once, found {Printable.Quote(name)} again in {file.Name}");
    }
}
