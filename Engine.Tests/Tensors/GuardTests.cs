using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Tests.Tensors;

/// <summary>The text of every shape error, where an op raises it.</summary>
internal sealed class GuardTests
{
    private static readonly Tape<float> Tape = new(WorkerPool.Single, recording: false);

    private static IEnumerable<TestCaseData> Errors()
    {
        static TestCaseData Case(Action action, string message) => new TestCaseData(action, message).SetArgDisplayNames(message);
        yield return Case(() => Linear.Apply(Tape, Of(2, 4), Of(5, 3), Of(1, 5)), "Linear: expected x.Shape with 3 columns, found [2, 4]");
        yield return Case(() => Linear.Apply(Tape, Of(2, 3), Of(5, 3), Of(1, 3)), "Linear: expected bias.Shape [1, 5], found [1, 3]");
        yield return Case(() => AddLayerNorm.Apply(Tape, Of(2, 4), null, Of(1, 3), Of(1, 4), 0), "AddLayerNorm: expected gamma.Shape [1, 4], found [1, 3]");
        yield return Case(() => AddLayerNorm.Apply(Tape, Of(2, 4), null, Of(1, 4), Of(4, 1), 0), "AddLayerNorm: expected beta.Shape [1, 4], found [4, 1]");
        yield return Case(() => AddLayerNorm.Apply(Tape, Of(2, 4), Of(3, 4), Of(1, 4), Of(1, 4), 0), "AddLayerNorm: expected residual.Shape [2, 4], found [3, 4]");
        yield return Case(() => Gather.Apply(Tape, Of(3, 2), new[] { 0, 3 }), "Gather: expected indices from 0 to 2, found 3 at position 1");
        yield return Case(() => Gather.Apply(Tape, Of(3, 2), new[] { -1 }), "Gather: expected indices from 0 to 2, found -1 at position 0");
        yield return Case(() => Embed(positions: Of(9, 3)), "BertEmbedding: expected Positions.Shape with 2 columns, found [9, 3]");
        yield return Case(() => Embed(types: Of(1, 3)), "BertEmbedding: expected Types.Shape with 2 columns, found [1, 3]");
        yield return Case(() => Embed(types: Of(0, 2)), "BertEmbedding: expected Types.Rows of at least 1, found 0");
        yield return Case(() => Embed(gamma: Of(1, 3)), "BertEmbedding: expected Gamma.Shape [1, 2], found [1, 3]");
        yield return Case(() => Embed(beta: Of(2, 1)), "BertEmbedding: expected Beta.Shape [1, 2], found [2, 1]");
        yield return Case(() => Linear.Apply(Tape, Of(2, 3), Of(5, 3), Of(1, 5), Of(2, 4)), "Linear: expected residual.Shape [2, 5], found [2, 4]");
        yield return Case(() => LinearGelu.Apply(Tape, Of(2, 3), Of(5, 4), Of(1, 5)), "LinearGelu: expected x.Shape with 4 columns, found [2, 3]");
        yield return Case(() => LinearGelu.Apply(Tape, Of(2, 3), Of(5, 3), Of(1, 3)), "LinearGelu: expected bias.Shape [1, 5], found [1, 3]");
        yield return Case(() => Embed(ids: [0, 7]), "BertEmbedding: expected indices from 0 to 4, found 7 at position 1");
        yield return Case(() => Embed(places: [9, 0]), "BertEmbedding: expected indices from 0 to 8, found 9 at position 0");
        yield return Case(() => Embed(places: [0]), "BertEmbedding: expected positions.Length = 2, found 1");
        yield return Case(() => MeanPool.Apply(Tape, Of(3, 2), new[] { 0, 2 }), "MeanPool: expected offsets[^1] = 3, found 2");
        yield return Case(() => MeanPool.Apply(Tape, Of(3, 2), new[] { 1, 3 }), "MeanPool: expected offsets[0] = 0, found 1");
        yield return Case(() => MeanPool.Apply(Tape, Of(3, 2), new[] { 0, 2, 2, 3 }), "MeanPool: expected sequences of at least one token, found offset 2 after 2 at position 2");
        yield return Case(() => MeanPool.Apply(Tape, Of(3, 2), default), "MeanPool: expected offsets.Length of at least 1, found 0");
        yield return Case(() => MaxPool.Apply(Tape, Of(3, 2), new[] { 0, 2 }), "MaxPool: expected offsets[^1] = 3, found 2");
        yield return Case(() => MaxPool.Apply(Tape, Of(3, 2), new[] { 0, 0, 3 }), "MaxPool: expected sequences of at least one token, found offset 0 after 0 at position 1");
        yield return Case(() => Concatenate.Apply<float>(Tape, default), "Concatenate: expected parts.Length of at least 1, found 0");
        yield return Case(() => Concatenate.Apply<float>(Tape, new[] { Of(3, 2), Of(1, 3) }), "Concatenate: expected part.Shape with 2 columns, found [1, 3]");
        yield return Case(() => LeadingColumns.Apply(Tape, Of(3, 2), 0), "LeadingColumns: expected columns of at least 1, found 0");
        yield return Case(() => LeadingColumns.Apply(Tape, Of(3, 2), 3), "LeadingColumns: expected x.Columns of at least 3, found 2");
        yield return Case(() => Multiply.Apply(Tape, Of(1, 2), Of(2, 1)), "Multiply: expected b.Shape [1, 2], found [2, 1]");
        yield return Case(() => OuterProduct.Apply(Tape, Of(2, 2), Of(3, 2)), "OuterProduct: expected b.Rows = 2, found 3");
        yield return Case(() => SliceColumns.Apply(Tape, Of(3, 2), -1, 1), "SliceColumns: expected first of at least 0, found -1");
        yield return Case(() => SliceColumns.Apply(Tape, Of(3, 2), 1, -1), "SliceColumns: expected columns of at least 0, found -1");
        yield return Case(() => SliceColumns.Apply(Tape, Of(3, 2), 1, 2), "SliceColumns: expected x.Columns of at least 3, found 2");
        yield return Case(() => JoinColumns.Apply(Tape, Of(3, 2), Of(2, 2)), "JoinColumns: expected right.Rows = 3, found 2");
        yield return Case(() => Attend(Of(3, 12), [0, 3], heads: 3), "SelfAttention: expected qkv.Shape with 9 columns, found [3, 12]");
        yield return Case(() => Attend(Of(3, 12), [0, 3], heads: 0), "SelfAttention: expected heads of at least 1, found 0");
        yield return Case(() => Attend(Of(3, 12), [0, 4], heads: 2), "SelfAttention: expected offsets[^1] = 3, found 4");
        yield return Case(() => Attend(Of(3, 12), [0, 2, 1, 3], heads: 2), "SelfAttention: expected sequences of at least one token, found offset 1 after 2 at position 2");
        yield return Case(() => CandidateScores.Apply(Tape, Of(3, 2), List(query: 3, candidate: 0)), "CandidateScores: expected indices from 0 to 2, found 3 at position 0");
        yield return Case(() => CandidateScores.Apply(Tape, Of(3, 2), List(query: 0, candidate: 3)), "CandidateScores: expected candidates from -1 to 2, found 3 at position 1");
        yield return Case(() => LogFidelity.Apply(Tape, Of(3, 2), List(query: 0, candidate: -2)), "LogFidelity: expected candidates from -1 to 2, found -2 at position 1");
        yield return Case(() => LogFidelity.Apply(Tape, Of(3, 5), List(query: 0, candidate: 1)), "LogFidelity: expected states.Shape with 4 columns, found [3, 5]");
        yield return Case(() => ExcludeAbsent.Apply(Tape, Of(2, 2), List(query: 0, candidate: 0)), "ExcludeAbsent: expected x.Shape [1, 2], found [2, 2]");
        yield return Case(() => SoftmaxCrossEntropy.Apply(Tape, Of(0, 2), default), "SoftmaxCrossEntropy: expected logits.Rows of at least 1, found 0");
        yield return Case(() => SoftmaxCrossEntropy.Apply(Tape, Of(2, 2), new[] { 0 }), "SoftmaxCrossEntropy: expected labels.Length = 2, found 1");
        yield return Case(() => SoftmaxCrossEntropy.Apply(Tape, Of(2, 2), new[] { 0, 2 }), "SoftmaxCrossEntropy: expected indices from 0 to 1, found 2 at position 1");
        yield return Case(() => Add.Apply(Tape, Of(1, 2), Of(2, 1)), "Add: expected b.Shape [1, 2], found [2, 1]");
        yield return Case(() => QEngine.Ops.SquaredError.Apply(Tape, Of(2, 2), List(query: 0, candidate: 0), new float[2]), "SquaredError: expected x.Shape [1, 2], found [2, 2]");
        yield return Case(() => QEngine.Ops.SquaredError.Apply(Tape, Of(1, 2), List(query: 0, candidate: 0), default), "SquaredError: expected targets.Length = 2, found 0");
        yield return Case(() => QEngine.Ops.MarginMse.Apply(Tape, Of(1, 2), List(query: 0, candidate: 0), [0, float.NaN]), "MarginMse: expected finite targets, found NaN at position 1");
        yield return Case(() => QEngine.Ops.KlDivergence.Apply(Tape, Of(1, 2), List(query: 0, candidate: 0), new float[3], 1), "KlDivergence: expected targets.Length = 2, found 3");
        yield return Case(() => QEngine.Ops.KlDivergence.Apply(Tape, Of(0, 0), new CandidateList(), default, 1), "KlDivergence: expected x.Rows of at least 1, found 0");
        yield return Case(() => QEngine.Ops.CoSent.Apply(Tape, Of(1, 2), List(query: 0, candidate: 0), [1, float.NegativeInfinity]), "CoSent: expected finite targets, found -Infinity at position 1");
        yield return Case(() => Compress(Of(1, 5), Of(1, 24)), "QuantumCompression: expected x.Shape with 4 columns, found [1, 5]");
        yield return Case(() => Compress(Of(1, 4), Of(1, 23)), "QuantumCompression: expected raw.Shape.Length = 24, found 23");
        yield return Case(
            () => QuantumCompression.Apply(Tape, new Cascade(4, 2, CompressionGate.ControlledU), Of(1, 4), Of(1, 24), Of(1, 3)), "QuantumCompression: expected logScale.Shape.Length = 4, found 3");
        yield return Case(() => MixOutcomes.Apply(Tape, Of(2, 6), Of(2, 6), Of(1, 2)), "MixOutcomes: expected first.Shape with 4 columns, found [2, 6]");
        yield return Case(() => MixOutcomes.Apply(Tape, Of(2, 4), Of(3, 4), Of(1, 2)), "MixOutcomes: expected second.Shape [2, 4], found [3, 4]");
        yield return Case(() => LogStateFidelity.Apply(Tape, Of(3, 2), List(query: 0, candidate: -2)), "LogStateFidelity: expected candidates from -1 to 2, found -2 at position 1");
        yield return Case(() => LogStateFidelity.Apply(Tape, Of(3, 5), List(query: 0, candidate: 1)), "LogStateFidelity: expected states.Shape with 4 columns, found [3, 5]");
        yield return Case(() => States(Of(2, 3), Of(1, 1)), "CircuitStates: expected inputs.Shape with 2 columns, found [2, 3]");
        yield return Case(() => States(Of(2, 2), Of(1, 2)), "CircuitStates: expected parameters.Shape [1, 1], found [1, 2]");
        yield return Case(() => DivideByScale.Apply(Tape, Of(2, 3), Of(1, 2)), "DivideByScale: expected logScale.Shape [1, 3], found [1, 2]");
        yield return Case(() => Run(Of(2, 3), Of(1, 1)), "CircuitExpectation: expected inputs.Shape with 2 columns, found [2, 3]");
        yield return Case(() => Run(Of(2, 2), Of(1, 2)), "CircuitExpectation: expected parameters.Shape [1, 1], found [1, 2]");
        yield return Case(() => Edges(Of(3, 5), new(Of(4, 6))), "DaruanLayer: expected x.Rows = 2, found 3");
        yield return Case(() => Edges(Of(2, 5), new(Of(4, 5))), "DaruanLayer: expected Angles.Shape [4, 6], found [4, 5]");
        yield return Case(() => Edges(Of(2, 5), new(Of(4, 6), Of(4, 3))), "DaruanLayer: expected Frequencies.Shape [4, 2], found [4, 3]");
        yield return Case(() => Edges(Of(2, 5), new(Of(4, 6), Of(4, 2))), "DaruanLayer: expected Offsets.Shape [4, 2], found [0, 0]");
        yield return Case(() => Edges(Of(2, 5), new(Of(4, 6), Scales: Of(1, 4), Shifts: Of(4, 1))), "DaruanLayer: expected Scales.Shape [4, 1], found [1, 4]");
        yield return Case(() => Edges(Of(2, 5), new(Of(4, 6), Scales: Of(4, 1))), "DaruanLayer: expected Shifts.Shape [4, 1], found [0, 0]");
        yield return Case(() => FourierExpansion.Apply(Tape, Of(2, 5), 0, true), "FourierExpansion: expected degree of at least 1, found 0");
        yield return Case(() => Of(2, 5).As(new Shape(3, 3)), "As: expected shape.Length = 10, found 9");
        yield return Case(() => RationalActivation.Apply(Tape, Of(2, 4), Of(1, 5), Of(2, 4)), "RationalActivation: expected numerators.Shape [1, 6], found [1, 5]");
        yield return Case(() => RationalActivation.Apply(Tape, Of(2, 4), Of(1, 6), Of(4, 2)), "RationalActivation: expected denominators.Shape with 4 columns, found [4, 2]");
        yield return Case(() => RationalActivation.Apply(Tape, Of(2, 4), Of(1, 6), Of(0, 4)), "RationalActivation: expected denominators.Rows of at least 1, found 0");
        yield return Case(() => RationalActivation.Apply(Tape, Of(2, 0), Of(1, 6), Of(1, 4)), "RationalActivation: expected x.Columns of at least 1, found 0");
        yield return Case(() => RationalActivation.Apply(Tape, Of(2, 5), Of(1, 6), Of(2, 4)), "RationalActivation: expected x.Shape with 4 columns, found [2, 5]");
        yield return Case(() => AttentionScores.Apply(Tape, new HeadMatrices(2, 1, 2), Of(4, 5)), "AttentionScores: expected qkv.Shape with 6 columns, found [4, 5]");
        yield return Case(() => AttentionScores.Apply(Tape, new HeadMatrices(2, 1, 2), Of(5, 6)), "AttentionScores: expected qkv.Rows = 4, found 5");
        yield return Case(() => AttentionSums.Apply(Tape, new HeadMatrices(2, 1, 2), Of(8, 2), Of(4, 5)), "AttentionSums: expected qkv.Shape with 6 columns, found [4, 5]");
        yield return Case(() => AttentionSums.Apply(Tape, new HeadMatrices(2, 1, 2), Of(8, 2), Of(3, 6)), "AttentionSums: expected qkv.Rows = 2, found 3");
        yield return Case(() => AttentionSums.Apply(Tape, new HeadMatrices(2, 1, 2), Of(4, 2), Of(4, 6)), "AttentionSums: expected weights.Shape [8, 2], found [4, 2]");
        yield return Case(() => SinkhornNormalize.Apply(Tape, Of(3, 2), 1), "SinkhornNormalize: expected x.Rows = 2, found 3");
        yield return Case(() => SinkhornNormalize.Apply(Tape, Of(4, 2), 2), "SinkhornNormalize: expected steps % 2 = 1, found 0");
        yield return Case(() => SinkhornNormalize.Apply(Tape, Of(0, 0), 1), "SinkhornNormalize: expected x.Columns of at least 1, found 0");
        yield return Case(() => SinkhornNormalize.Apply(Tape, Of(4, 2), 0), "SinkhornNormalize: expected steps of at least 1, found 0");
        yield return Case(() => OrthogonalWeights.Apply(Tape, Of(3, 2)), "OrthogonalWeights: expected x.Rows = 2, found 3");
        yield return Case(() => OrthogonalWeights.Apply(Tape, Of(0, 0)), "OrthogonalWeights: expected x.Columns of at least 1, found 0");
        yield return Case(() => MixingWeights.Apply(Tape, new MixingCircuit(1, 0, 0), Of(4, 3), Of(1, 3)), "MixingWeights: expected x.Shape with 2 columns, found [4, 3]");
        yield return Case(() => MixingWeights.Apply(Tape, new MixingCircuit(1, 0, 0), Of(3, 2), Of(1, 3)), "MixingWeights: expected x.Rows = 2, found 3");
        yield return Case(() => MixingWeights.Apply(Tape, new MixingCircuit(1, 0, 0), Of(2, 2), Of(1, 4)), "MixingWeights: expected factors.Shape [1, 3], found [1, 4]");
        yield return Case(() => Unfold.Apply(Tape, Windows, Of(2, 11)), "Unfold: expected x.Shape with 12 columns, found [2, 11]");
        yield return Case(() => MaxPool2d.Apply(Tape, Windows, Of(2, 13)), "MaxPool2d: expected x.Shape with 12 columns, found [2, 13]");
        yield return Case(() => AveragePool2d.Apply(Tape, Windows, Of(12, 1)), "AveragePool2d: expected x.Shape with 12 columns, found [12, 1]");
        yield return Case(() => NormalizeBatch(Of(3, 2), gamma: Of(1, 3)), "BatchNorm: expected gamma.Shape [1, 2], found [1, 3]");
        yield return Case(() => NormalizeBatch(Of(3, 2), beta: Of(2, 1)), "BatchNorm: expected beta.Shape [1, 2], found [2, 1]");
        yield return Case(() => NormalizeBatch(Of(3, 2), mean: Of(1, 1)), "BatchNorm: expected running.Mean.Shape [1, 2], found [1, 1]");
        yield return Case(() => NormalizeBatch(Of(3, 2), variance: Of(3, 2)), "BatchNorm: expected running.Variance.Shape [1, 2], found [3, 2]");
        yield return Case(() => NormalizeBatch(Of(1, 2)), "BatchNorm: expected x.Rows of at least 2, found 1");
        yield return Case(() => ZzPhases.Apply(Tape, Of(2, 0)), "ZzPhases: expected x.Columns of at least 1, found 0");
        yield return Case(() => PauliUnitary.Apply(Tape, 2, Of(1, 16)), "PauliUnitary: expected theta.Shape with 15 columns, found [1, 16]");
        yield return Case(() => Spectra<float>.Of(Tape, Of(2, 0), 2), "Evolution: expected x.Columns of at least 1, found 0");
        yield return Case(() => Spectra<float>.Of(Tape, Of(2, 5), 2), "Evolution: expected size * size of at least 5, found 4");
        yield return Case(() => Evolution.Apply(Tape, Spectra<float>.Of(Tape, Of(2, 4), 2), Of(1, 2), Of(2, 4)), "Evolution: expected time.Shape [1, 1], found [1, 2]");
        yield return Case(() => Evolution.Apply(Tape, Spectra<float>.Of(Tape, Of(2, 4), 2), Of(1, 1), Of(2, 8)), "Evolution: expected states.Shape [2, 4], found [2, 8]");
        yield return Case(() => StateProbabilities.Apply(Tape, Of(2, 4), 2, 1), "StateProbabilities: expected states.Shape with 8 columns, found [2, 4]");
        yield return Case(() => StateWeights.Apply(Tape, Of(3, 8), 2, 3), "StateWeights: expected states.Rows = 2, found 3");
        yield return Case(() => StateWeights.Apply(Tape, Of(4, 4), 2, 3), "StateWeights: expected states.Columns of at least 6, found 4");
        yield return Case(() => StateWeights.Apply(Tape, Of(4, 9), 2, 3), "StateWeights: expected states.Columns = 8, found 9");
        yield return Case(() => StateWeights.Apply(Tape, Of(4, 8), 0, 3), "StateWeights: expected channels of at least 1, found 0");
        yield return Case(() => StateWeights.Apply(Tape, Of(4, 8), 2, 0), "StateWeights: expected size of at least 1, found 0");
        yield return Case(() => _ = new Tensor<float>(new float[5], new Shape(2, 3)), "Tensor: expected array.Length of at least 6, found 5");
        yield return Case(() => new PackedSequences().Add([]), "PackedSequences: expected ids.Length of at least 1, found 0");
    }

    [TestCaseSource(nameof(Errors))]
    public void The_message_says_where_what_was_expected_and_what_was_found(Action action, string message) =>
        Assert.That(() => action(), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));

    private static void Run(Tensor<float> inputs, Tensor<float> parameters) =>
        CircuitExpectation.Apply(Tape, new CircuitBuilder(1).RX(0, Angle.Input(1)).RY(0, Angle.Parameter(0)).ExpectZ().Build(), inputs, parameters);

    private static void States(Tensor<float> inputs, Tensor<float> parameters) =>
        CircuitStates.Apply(Tape, new CircuitBuilder(1).RX(0, Angle.Input(1)).RY(0, Angle.Parameter(0)).Build(), inputs, parameters);

    private static void Edges(Tensor<float> x, DaruanTensors<float> parameters) =>
        DaruanLayer.Apply(Tape, new DaruanPlan(2, 2, 2, DaruanAnsatz.Pz, DaruanReadout.Expectation), x, parameters);

    private static ImageWindows Windows => new(new ImageShape(2, 3, 2), 2, 1);

    private static void NormalizeBatch(Tensor<float> x, Tensor<float>? gamma = null, Tensor<float>? beta = null, Tensor<float>? mean = null, Tensor<float>? variance = null) =>
        BatchNorm.Apply(Tape, x, gamma ?? Of(1, 2), beta ?? Of(1, 2), new RunningMoments<float>(mean ?? Of(1, 2), variance ?? Of(1, 2), 0.1f), 1e-5f, isTraining: true);

    private static Tensor<float> Of(int rows, int columns) => new(new float[rows * columns], new Shape(rows, columns));

    private static CandidateList List(int query, int candidate)
    {
        CandidateList list = new();
        list.Reset(queries: 1, width: 2);
        list.SetQuery(0, query);
        list.SetCandidate(0, 1, candidate);
        return list;
    }

    private static void Embed(Tensor<float>? positions = null, Tensor<float>? types = null, Tensor<float>? gamma = null, Tensor<float>? beta = null, int[]? ids = null, int[]? places = null) =>
        BertEmbedding.Apply(Tape, new EmbeddingTables<float>(Of(5, 2), positions ?? Of(9, 2), types ?? Of(1, 2), gamma ?? Of(1, 2), beta ?? Of(1, 2)), ids ?? [0, 1], places ?? [0, 1], 1e-5f);

    private static void Attend(Tensor<float> qkv, int[] offsets, int heads) => SelfAttention.Apply(Tape, qkv, offsets, heads, Dropout.None);

    private static void Compress(Tensor<float> x, Tensor<float> raw) => QuantumCompression.Apply(Tape, new Cascade(4, 2, CompressionGate.ControlledU), x, raw);
}
