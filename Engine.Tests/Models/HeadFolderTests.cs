using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Storage;
using QEngine.Tensors;
using QEngine.Tests.Storage;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Heads alone in a folder or a file.</summary>
public sealed class HeadFolderTests
{
    private static readonly HeadConfiguration[] Heads = Array.FindAll(SmallModel.Heads, head => head.Modules is [DenseModule or GroupedModule or QuantumModule or EntangledModule]);

    [TestCaseSource(nameof(Heads))]
    public void A_saved_head_loads_with_the_same_bits(HeadConfiguration head)
    {
        using TemporaryFolder folder = new();
        (ParameterStore<float> parameters, IHead<float> layer) = Create(head, seed: 3);

        HeadFolder.Save(head, parameters, folder.Path("head"));
        Head loaded = HeadFolder.Load(folder.Path("head"));

        Assert.That(loaded.Configuration, Is.EqualTo(head));
        Assert.That(loaded.Parameters.Values, Is.EqualTo(parameters.Values));
        Assert.That(Apply(loaded.Layer, head), Is.EqualTo(Apply(layer, head)));
        Assert.That(Directory.GetFileSystemEntries(folder.Path("")), Has.Length.EqualTo(1));
    }

    [TestCaseSource(nameof(Heads))]
    public void The_head_of_a_model_folder_is_a_head_folder(HeadConfiguration head)
    {
        using ModelFiles files = new(head);
        SentenceEmbedder model = SmallModel.Create(head);

        Head loaded = HeadFolder.Load(files[$"2_{head.Modules[0].Name}"]);

        Assert.That(loaded.Configuration, Is.EqualTo(head));
        for (int i = 0; i < loaded.Parameters.Parameters.Count; i++)
            Assert.That(loaded.Parameters.Parameters[i].Values.ToArray(), Is.EqualTo(model.Model.Parameters.Parameters[model.Model.EncoderParameters + i].Values.ToArray()));
    }

    [TestCaseSource(nameof(Heads))]
    public void A_head_is_read_into_a_model_without_touching_its_encoder(HeadConfiguration head)
    {
        using TemporaryFolder folder = new();
        (ParameterStore<float> parameters, _) = Create(head, seed: 3);
        HeadFolder.Save(head, parameters, folder.Path("head"));
        EmbeddingModel<float> model = SmallModel.Create(head).Model;
        int encoder = model.Parameters.Count - parameters.Count;
        float[] before = model.Parameters.Values[..encoder];

        HeadFolder.ReadParameters(folder.Path("head/model.safetensors"), model.Parameters, model.EncoderParameters);

        Assert.That(model.Parameters.Values[..encoder], Is.EqualTo(before));
        Assert.That(model.Parameters.Values.AsSpan(encoder, parameters.Count).ToArray(), Is.EqualTo(parameters.Values.AsSpan(0, parameters.Count).ToArray()));
    }

    [Test]
    public void The_reference_head_is_read_into_a_head_of_its_size()
    {
        string path = Shared.Path("golden/train-head/head_initial.safetensors");
        (ParameterStore<float> parameters, _) = Create(HeadConfiguration.Quantum(48, 16), seed: 1);
        float[] before = (float[])parameters.Values.Clone();

        HeadFolder.ReadParameters(path, parameters);

        Assert.That(parameters.Values, Is.Not.EqualTo(before));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        float[] control = new float[4 * 16];
        file.Read("steps.0.control", control.AsSpan());
        Assert.That(parameters.Values.AsSpan(0, control.Length).ToArray(), Is.EqualTo(control));
        (ParameterStore<float> other, _) = Create(HeadConfiguration.Quantum(48, 12), seed: 1);
        ModelFiles.Refused(() => HeadFolder.ReadParameters(path, other), "steps.0.control", "[4, 12]", "[4, 16]");
        (ParameterStore<float> cnot, _) = Create(HeadConfiguration.Quantum(48, 16, CompressionGate.Cnot), seed: 1);
        ModelFiles.Refused(() => HeadFolder.ReadParameters(path, cnot), "4 tensors of the head and no other", "found 6");
    }

    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":25,\"gate\":\"cnot\"}", "out_features from 1 to 24", "found 25")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":0,\"gate\":\"cnot\"}", "out_features", "found 0")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":1000001,\"out_features\":7,\"gate\":\"cnot\"}", "in_features from 1 to 1000000", "1000001")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7,\"gate\":\"toffoli\"}", "controlled_u or cnot", "toffoli")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7}", "gate", "found none")]
    [TestCase("{\"type\":\"grouped_linear\",\"in_features\":24,\"out_features\":6,\"groups\":4}", "groups that divide out_features 6", "found 4")]
    [TestCase("{\"type\":\"grouped_linear\",\"in_features\":24,\"out_features\":6,\"groups\":0}", "groups", "found 0")]
    [TestCase("{\"type\":\"grouped_linear\",\"in_features\":24,\"out_features\":25,\"groups\":1}", "out_features from 1 to 24", "found 25")]
    [TestCase("{\"type\":\"grouped_linear\",\"in_features\":24,\"out_features\":6,\"groups\":2}", "grouped.weight", "found none")]
    [TestCase("{\"type\":\"grouped_linear\",\"in_features\":1000000,\"out_features\":1000000,\"groups\":1}", "weights", "1000001000000")]
    [TestCase("{\"type\":\"entangled_state\",\"in_features\":24,\"qubits\":11,\"out_features\":4096,\"encoding\":\"angle\"}", "qubits from 1 to 10", "found 11")]
    [TestCase("{\"type\":\"entangled_state\",\"in_features\":24,\"qubits\":3,\"out_features\":8,\"encoding\":\"angle\"}", "out_features 16 of 3 qubits", "found 8")]
    [TestCase("{\"type\":\"entangled_state\",\"in_features\":24,\"qubits\":4,\"out_features\":32,\"encoding\":\"amplitude\"}", "at most 16 numbers", "found 24")]
    [TestCase("{\"type\":\"entangled_state\",\"in_features\":24,\"qubits\":3,\"out_features\":16,\"encoding\":\"basis\"}", "encoding angle or amplitude", "basis")]
    [TestCase("{\"type\":\"entangled_state\",\"in_features\":24,\"qubits\":3,\"out_features\":16}", "encoding", "found none")]
    [TestCase("{\"type\":\"entangled_state\",\"in_features\":24,\"qubits\":3,\"out_features\":16,\"encoding\":\"angle\"}", "theta", "found none")]
    [TestCase("{\"type\":\"entangled_state\",\"in_features\":1000000,\"qubits\":10,\"out_features\":2048,\"encoding\":\"angle\"}", "theta", "found none")]
    [TestCase("{\"type\":\"entangled_state\",\"in_features\":24,\"qubits\":5,\"out_features\":64,\"encoding\":\"amplitude\"}", "the 0 tensors of the head and no other", "found 6")]
    [TestCase("{\"type\":\"rotation\",\"in_features\":24,\"out_features\":7,\"gate\":\"cnot\"}", "quantum_compression", "rotation")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7,\"gate\":\"cnot\",\"encoding_scale\":\"tanh\"}", "encoding_scale one or per_input, or none", "tanh")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7,\"gate\":\"cnot\",\"encoding_scale\":\"one\"}", "encoding.log_scale", "found none")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7,\"gate\":\"cnot\",\"angles\":\"some\"}", "angles effective, or none", "some")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7,\"gate\":\"cnot\",\"angles\":\"effective\"}", "steps.0.control", "[2, 3]", "[4, 3]")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7,\"gate\":\"cnot\",\"residual_readout\":1}", "true or false for residual_readout", "Number")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7,\"gate\":\"cnot\",\"residual_readout\":true}", "readout.residual", "found none")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":24,\"gate\":\"cnot\",\"residual_readout\":true}", "residual readout", "found 24")]
    [TestCase("{\"in_features\":24,\"out_features\":7,\"bias\":true,\"activation_function\":\"torch.nn.modules.activation.ReLU\"}", "activation_function", "Tanh", "Identity", "ReLU")]
    [TestCase("{\"in_features\":24,\"out_features\":7,\"bias\":true,\"activation_function\":\"torch.nn.modules.activation.Tanh\",\"use_residual\":true}", "use_residual", "found true")]
    [TestCase("{\"in_features\":24,\"out_features\":7,\"bias\":true,\"activation_function\":\"torch.nn.modules.activation.Tanh\",\"module_input_name\":\"token_embeddings\"}", "module_input_name", "token_embeddings")]
    [TestCase("{\"in_features\":24,\"out_features\":7,\"bias\":true}", "activation_function", "found none")]
    [TestCase("{\"in_features\":24,\"out_features\":7,\"bias\":true,\"activation_function\":\"torch.nn.modules.activation.Tanh\"}", "linear.weight", "found none")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":1000000,\"out_features\":1,\"gate\":\"controlled_u\"}", "steps.0.control", "[4, 1]")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":24,\"gate\":\"controlled_u\"}", "the 0 tensors of the head and no other", "found 6")]
    [TestCase("{\"type\":\"quantum_compression\",\"in_features\":24,\"out_features\":7,\"gate\":\"controlled_u\"}", "steps.0.controlled", "found none")]
    [TestCase("{\"in_features\":1000000,\"out_features\":1000000,\"bias\":true,\"activation_function\":\"torch.nn.modules.activation.Tanh\"}", "weights", "1000001000000")]
    public void A_configuration_that_is_not_supported_or_not_of_the_weights_is_refused(string configuration, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[4]);
        string folder = files["2_QuantumCompression"];
        File.WriteAllText(Path.Combine(folder, "config.json"), configuration);

        ModelFiles.Refused(() => HeadFolder.Load(folder), parts);
    }

    [Test]
    public void A_head_without_a_scale_is_written_as_before_there_were_scales_and_one_with_a_scale_says_so()
    {
        using TemporaryFolder folder = new();
        Head plain = Head.Create(HeadConfiguration.Quantum(8, 3)), scaled = Head.Create(HeadConfiguration.Quantum(8, 3, scale: EncodingScale.One));
        plain.Parameters.Initialize(5);
        scaled.Parameters.Initialize(5);

        HeadFolder.Save(plain, folder.Path("plain"));
        HeadFolder.Save(scaled, folder.Path("scaled"));

        Assert.That(scaled.Parameters.Values[..^1], Is.EqualTo(plain.Parameters.Values), "the draws of the angles");
        Assert.That(scaled.Parameters.Values[^1], Is.Zero, "ln tau");
        Assert.That(File.ReadAllText(folder.Path("plain/config.json")), Does.Not.Contain("scale").And.Contain("\"gate\": \"controlled_u\""));
        Assert.That(File.ReadAllText(folder.Path("scaled/config.json")), Does.Contain("\"encoding_scale\": \"one\""));
        // A program that knows no scales refuses the tensor rather than leaving it out.
        File.Copy(folder.Path("plain/config.json"), folder.Path("scaled/config.json"), overwrite: true);
        ModelFiles.Refused(() => HeadFolder.Load(folder.Path("scaled")), "6 tensors of the head and no other", "found 7");
    }

    [TestCaseSource(nameof(Heads))]
    public void The_weights_that_a_head_says_it_has_are_those_of_a_quantum_head_and_no_fewer_of_others(HeadConfiguration head)
    {
        (ParameterStore<float> parameters, _) = Create(head, seed: 1);

        if (head.Modules[0] is QuantumModule) Assert.That(head.Modules[0].Weights, Is.EqualTo(parameters.Count));
        else Assert.That(head.Modules[0].Weights, Is.GreaterThanOrEqualTo(parameters.Count));
    }

    [Test]
    public void A_head_of_all_angles_is_written_as_before_there_was_a_choice_and_one_of_effective_angles_says_so()
    {
        using TemporaryFolder folder = new();
        foreach (PairAngles angles in Enum.GetValues<PairAngles>())
        {
            Head head = Head.Create(HeadConfiguration.Quantum(8, 3, angles: angles));
            head.Parameters.Initialize(5);
            HeadFolder.Save(head, folder.Path($"{angles}"));
        }

        Assert.That(File.ReadAllText(folder.Path("All/config.json")), Does.Not.Contain("angles"));
        Assert.That(File.ReadAllText(folder.Path("Effective/config.json")), Does.Contain("\"angles\": \"effective\""));
        // A program that knows no effective angles takes no notice of the member, and refuses the tensors.
        File.Copy(folder.Path("All/config.json"), folder.Path("Effective/config.json"), overwrite: true);
        ModelFiles.Refused(() => HeadFolder.Load(folder.Path("Effective")), "steps.0.control", "[4, 2]", "[2, 2]");
    }

    [Test]
    public void A_scale_divides_the_vectors()
    {
        float[] vectors = [.. Enumerable.Range(0, 5 * 8).Select(i => MathF.Sin(i))], divided = [.. vectors.Select((value, i) => value / (1 + (i % 8)))];
        Head plain = Head.Create(HeadConfiguration.Quantum(8, 3)), scaled = Head.Create(HeadConfiguration.Quantum(8, 3, scale: EncodingScale.PerInput));
        plain.Parameters.Initialize(5);
        scaled.Parameters.Initialize(5);
        for (int i = 0; i < 8; i++) scaled.Parameters.Parameters[^1].Values.Span[i] = MathF.Log(1 + i);
        float[] expected = new float[5 * 3], found = new float[5 * 3];

        plain.Apply(divided, expected, WorkerPool.Single);
        scaled.Apply(vectors, found, WorkerPool.Single);

        Assert.That(found, Is.EqualTo(expected).Within(1e-5f));
    }

    [Test]
    public void A_model_without_a_head_has_none_to_save()
    {
        using TemporaryFolder folder = new();

        ModelFiles.Refused(() => HeadFolder.Save(SmallModel.Heads[0], new ParameterStore<float>(), folder.Path("head")), "found a model without one");
        ModelFiles.Refused(() => HeadFolder.Save(SmallModel.Heads[9], new ParameterStore<float>(), folder.Path("head")), "one module with weights", "found Dense+QuantumCompression");
    }

    private static (ParameterStore<float> Parameters, IHead<float> Head) Create(HeadConfiguration head, ulong seed)
    {
        ParameterStore<float> parameters = new();
        IHead<float> layer = head.Create(parameters);
        parameters.Initialize(seed);
        return (parameters, layer);
    }

    private static float[] Apply(IHead<float> head, HeadConfiguration configuration)
    {
        float[] x = new float[3 * configuration.InputDimension];
        for (int i = 0; i < x.Length; i++) x[i] = MathF.Sin(i);
        return head.Forward(new Tape<float>(WorkerPool.Single, recording: false), new Tensor<float>(x, new Shape(3, configuration.InputDimension))).Span.ToArray();
    }
}
