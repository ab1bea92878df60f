using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>Finds the encoder in a graph: node by node, what each value is, up to the last layer.</summary>
/// <remarks>
/// A node that has no place in an encoder makes what is computed from it foreign. That is right for what stands on the encoder: a
/// pooler, pooling, a head for a task. A layer of attention that is foreign is not, so each softmax must be one of the layers found.
/// </remarks>
internal sealed class EncoderGraph
{
    private const string Softmax = "Softmax";

    private static readonly string[] TaskPrefixes = ["bert.", "distilbert."];

    private readonly OnnxGraph _graph;
    private readonly string _file;
    private readonly Dictionary<string, Meaning> _meanings = new(StringComparer.Ordinal);
    private Layered? _last;
    private OnnxNode? _foreign;

    private EncoderGraph(OnnxGraph graph, string file) => (_graph, _file) = (graph, file);

    /// <summary>Finds the last layer of the encoder, from which the others hang.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="file">Its file, for messages.</param>
    /// <exception cref="QEngineException">It is no encoder that is read here; the message names the first node that does not
    /// fit.</exception>
    public static Layered Find(OnnxGraph graph, string file)
    {
        EncoderGraph found = new(graph, file);
        found.Interpret();
        Layered last = found.RequireLayers();
        found.RequireNothingAfter(last);
        return last;
    }

    private void Interpret()
    {
        foreach (OnnxTensor tensor in _graph.Tensors.Values) _meanings.Add(tensor.Name, new Constant(tensor));
        foreach (string input in _graph.Inputs) _meanings.Add(input, Numbers.OfInput(input));
        foreach (OnnxNode node in _graph.Nodes)
        {
            Meaning meaning = Interpret(node);
            if (meaning is Layered layer && layer.Number > (_last?.Number ?? 0)) _last = layer;
            for (int i = 0; i < node.Outputs.Length; i++)
            {
                if (node.Outputs[i].Length > 0) _meanings.Add(node.Outputs[i], Output(meaning, i, node));
            }
        }
    }

    private Meaning Interpret(OnnxNode node)
    {
        Meaning?[] inputs = new Meaning?[node.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i].Length == 0) continue;
            inputs[i] = _meanings[node.Inputs[i]];
            if (inputs[i] is Foreign foreign) return foreign;
        }
        if (Rules.Apply(node, inputs) is { } meaning) return meaning;
        _foreign ??= node;
        return new Foreign(node);
    }

    private static Meaning Output(Meaning meaning, int output, OnnxNode node) => meaning switch
    {
        Several several => output < several.Parts.Length ? several.Parts[output] : new Foreign(node),
        Foreign => meaning,
        _ => output == 0 ? meaning : new Foreign(node),
    };

    private Layered RequireLayers()
    {
        int attentions = 0;
        foreach (OnnxNode node in _graph.Nodes)
        {
            if (node.Operator == Softmax) attentions++;
            // Operators of other libraries do the work of several, and what they do is theirs to say.
            if (!node.IsStandard) throw Refuse(node);
        }
        if (_last is not null && _last.Number == attentions) return _last;
        if (_foreign is not null) throw Refuse(_foreign);
        throw new QEngineException(
            $"expected an encoder's graph with one softmax a layer, found {attentions} of them and {_last?.Number ?? 0} layers in {_file}");
    }

    private QEngineException Refuse(OnnxNode node) => new(
        $"expected the graph of a BERT, MiniLM or DistilBERT encoder as torch.onnx.export or optimum writes it (float32, float16 or "
        + $"dynamically quantised, not fused by an optimiser), found {node}, which does not fit, in {_file}");

    // Where the last hidden states are no output, what stands on them may change them: pooling may, weights may not.
    private void RequireNothingAfter(Layered last)
    {
        foreach (string output in _graph.Outputs)
        {
            if (_meanings[output] == last) return;
        }
        Embedded embedded = EncoderWeights.EmbeddingsOf(last);
        if (Array.Exists(TaskPrefixes, prefix => embedded.Words.Tensor.Name.StartsWith(prefix, StringComparison.Ordinal))) return;
        HashSet<string> after = new(StringComparer.Ordinal);
        foreach (OnnxNode node in _graph.Nodes)
        {
            if (!Array.Exists(node.Inputs, input => after.Contains(input) || (input.Length > 0 && _meanings[input] == last))) continue;
            foreach (string output in node.Outputs) after.Add(output);
            foreach (string input in node.Inputs)
            {
                if (input.Length > 0 && IsLearned(_meanings[input]))
                    throw new QEngineException(
                        $"expected the last hidden states as an output, or pooling without weights after them, "
                        + $"found tensor {Printable.Quote(input)} in {node} of {_file}");
            }
        }
    }

    private static bool IsLearned(Meaning meaning) =>
        meaning is Constant or Weight && meaning.AsWeight is { Tensor: { Count: > 1, Element: var element } }
            && element != OnnxElement.Int32;
}
