using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tests.Ops.Problems;

namespace QEngine.Tests.Ops;

/// <summary>Every op of the engine, one row each or one per variant. Whoever adds an op adds its row here.</summary>
internal static class OpCatalog
{
    public static OpRow[] Rows { get; } =
    [
        Elementwise("Gelu", (size, random) => new GeluProblem(size, random)),
        Elementwise("Tanh", (size, random) => new TanhProblem(size, random)),
        Elementwise("Atan", (size, random) => new AtanProblem(size, random)),
        Elementwise("ScaledExp", (size, random) => new ScaledExpProblem(size, random)),
        Elementwise("Sigmoid", (size, random) => new SigmoidProblem(size, random)),
        Elementwise("Silu", (size, random) => new SiluProblem(size, random)),
        Elementwise("LeakyRelu", (size, random) => new LeakyReluProblem(size, random)),
        new("Affine", typeof(QEngine.Ops.Affine), "Affine", (size, random) => new AffineProblem(size, random)),
        new("Linear", typeof(Linear), null, (size, random) => new LinearProblem(size, random)),
        new("Linear with residual", typeof(Linear), null, (size, random) => new LinearResidualProblem(size, random)),
        new("GroupedLinear", typeof(GroupedLinear), null, (size, random) => new GroupedLinearProblem(size, random, whole: false)),
        new("GroupedLinear in one group", typeof(GroupedLinear), null, (size, random) => new GroupedLinearProblem(size, random, whole: true)),
        new("LinearGelu", typeof(LinearGelu), null, (size, random) => new LinearGeluProblem(size, random)),
        new("Checkpoint", typeof(Checkpoint), null, (size, random) => new CheckpointProblem(size, random)),
        new("AddLayerNorm", typeof(AddLayerNorm), null, (size, random) => new AddLayerNormProblem(size, random)) { FloatTolerance = 1e-4 },
        new("AddLayerNorm without residual", typeof(AddLayerNorm), null, (size, random) => new LayerNormProblem(size, random)) { FloatTolerance = 1e-4 },
        new("Add", typeof(Add), null, (size, random) => new AddProblem(size, random)),
        new("Multiply", typeof(Multiply), null, (size, random) => new MultiplyProblem(size, random)),
        new("OuterProduct", typeof(OuterProduct), null, (size, random) => new OuterProductProblem(size, random)),
        new("Normalize", typeof(Normalize), null, (size, random) => new NormalizeProblem(size, random)),
        new("Drop", typeof(Drop), null, (size, random) => new DropProblem(size, random)),
        new("Gather", typeof(Gather), null, (size, random) => new GatherProblem(size, random)),
        new("BertEmbedding", typeof(BertEmbedding), null, (size, random) => new BertEmbeddingProblem(size, random)) { FloatTolerance = 1e-4 },
        new("BertEmbedding without types", typeof(BertEmbedding), null, (size, random) => new UntypedBertEmbeddingProblem(size, random)) { FloatTolerance = 1e-4 },
        new("MeanPool", typeof(MeanPool), null, (size, random) => new MeanPoolProblem(size, random, MeanDivisor.Length)),
        new("MeanPool by the root of the length", typeof(MeanPool), null, (size, random) => new MeanPoolProblem(size, random, MeanDivisor.SquareRootOfLength)),
        new("MaxPool", typeof(MaxPool), null, (size, random) => new MaxPoolProblem(size, random)),
        new("Concatenate", typeof(Concatenate), null, (size, random) => new ConcatenateProblem(size, random)),
        new("LeadingColumns", typeof(LeadingColumns), null, (size, random) => new LeadingColumnsProblem(size, random)),
        new("SliceColumns", typeof(SliceColumns), null, (size, random) => new SliceColumnsProblem(size, random)),
        new("JoinColumns", typeof(JoinColumns), null, (size, random) => new JoinColumnsProblem(size, random)),
        new("SelfAttention", typeof(SelfAttention), null, (size, random) => new SelfAttentionProblem(size, random, rate: 0)),
        new("SelfAttention with dropout", typeof(SelfAttention), null, (size, random) => new SelfAttentionProblem(size, random, rate: 0.25f)),
        new("CandidateScores", typeof(CandidateScores), null, (size, random) => new CandidateScoresProblem(size, random)),
        new("ExcludeAbsent", typeof(ExcludeAbsent), null, (size, random) => new ExcludeAbsentProblem(size, random)),
        new("SoftmaxCrossEntropy", typeof(SoftmaxCrossEntropy), null, (size, random) => new SoftmaxCrossEntropyProblem(size, random)),
        new("SquaredError", typeof(QEngine.Ops.SquaredError), null, (size, random) => new SquaredErrorProblem(size, random)),
        new("MarginMse", typeof(QEngine.Ops.MarginMse), null, (size, random) => new MarginMseProblem(size, random)),
        new("KlDivergence", typeof(QEngine.Ops.KlDivergence), null, (size, random) => new KlDivergenceProblem(size, random, temperature: 1)),
        new("KlDivergence with temperature", typeof(QEngine.Ops.KlDivergence), null, (size, random) => new KlDivergenceProblem(size, random, temperature: 2.5)),
        new("CoSent", typeof(QEngine.Ops.CoSent), null, (size, random) => new CoSentProblem(size, random)),
        new("LogFidelity", typeof(LogFidelity), null, (size, random) => new LogFidelityProblem(size, random)),
        new("LogStateFidelity", typeof(LogStateFidelity), null, (size, random) => new LogStateFidelityProblem(size, random)),
        new("CircuitStates", typeof(CircuitStates), null, (size, random) => new CircuitStatesProblem(size, random)),
        new("DivideByScale", typeof(DivideByScale), null, (size, random) => new DivideByScaleProblem(size, random, size.Columns)),
        new("DivideByScale of all", typeof(DivideByScale), null, (size, random) => new DivideByScaleProblem(size, random, scales: 1)),
        new("QuantumCompression", typeof(QuantumCompression), null, (size, random) => new QuantumCompressionProblem(size, random, CompressionGate.ControlledU, keep: 0.4)) { FloatTolerance = 1e-3, Step = 1e-6 },
        new("QuantumCompression by CNOT", typeof(QuantumCompression), null, (size, random) => new QuantumCompressionProblem(size, random, CompressionGate.Cnot, keep: 0.6)) { FloatTolerance = 1e-3, Step = 1e-6 },
        new("QuantumCompression of effective angles", typeof(QuantumCompression), null, (size, random) => new QuantumCompressionProblem(size, random, CompressionGate.ControlledU, keep: 0.4, PairAngles.Effective)) { FloatTolerance = 1e-3, Step = 1e-6 },
        new("QuantumCompression by CNOT of effective angles", typeof(QuantumCompression), null, (size, random) => new QuantumCompressionProblem(size, random, CompressionGate.Cnot, keep: 0.6, PairAngles.Effective)) { FloatTolerance = 1e-3, Step = 1e-6 },
        new("QuantumCompression with a scale", typeof(QuantumCompression), null, (size, random) => new ScaledCompressionProblem(size, random, scales: 1)) { FloatTolerance = 1e-3, Step = 1e-6 },
        new("QuantumCompression with scales", typeof(QuantumCompression), null, (size, random) => new ScaledCompressionProblem(size, random, size.Columns)) { FloatTolerance = 1e-3, Step = 1e-6 },
        new("QuantumCompression of nothing", typeof(QuantumCompression), null, (size, random) => new QuantumCompressionProblem(size, random, CompressionGate.ControlledU, keep: 1)),
        new("MixOutcomes", typeof(MixOutcomes), null, (size, random) => new MixOutcomesProblem(size, random)),
        new("CircuitExpectation", typeof(CircuitExpectation), null, (size, random) => new CircuitProblem(size, random)),
        new("Transpose", typeof(Transpose), null, (size, random) => new TransposeProblem(size, random)),
        new("FourierExpansion", typeof(FourierExpansion), null, (size, random) => new FourierExpansionProblem(size, random, hasConstant: true)),
        new("FourierExpansion without a constant", typeof(FourierExpansion), null, (size, random) => new FourierExpansionProblem(size, random, hasConstant: false)),
        new("AttentionScores", typeof(AttentionScores), null, (size, random) => new AttentionScoresProblem(size, random)),
        new("AttentionSums", typeof(AttentionSums), null, (size, random) => new AttentionSumsProblem(size, random)),
        new("SinkhornNormalize", typeof(SinkhornNormalize), null, (size, random) => new SinkhornProblem(size, random, steps: 1)),
        new("SinkhornNormalize in five steps", typeof(SinkhornNormalize), null, (size, random) => new SinkhornProblem(size, random, steps: 5)),
        new("OrthogonalWeights", typeof(OrthogonalWeights), null, (size, random) => new OrthogonalProblem(size, random)) { FloatTolerance = 1e-3, Step = 1e-6 },
        new("MixingWeights", typeof(MixingWeights), null, (size, random) => new MixingProblem(size, random)),
        .. Enum.GetValues<DaruanAnsatz>().Select(ansatz => new OpRow(
            $"DaruanLayer, {ansatz}", typeof(DaruanLayer), null, (size, random) => new DaruanProblem(size, random, ansatz, DaruanReadout.Expectation))),
        .. Enum.GetValues<DaruanAnsatz>().Select(ansatz => new OpRow(
            $"DaruanLayer of the numbers themselves, {ansatz}", typeof(DaruanLayer), null, (size, random) => new PlainDaruanProblem(size, random, ansatz))),
        .. Enum.GetValues<DaruanAnsatz>().Select(ansatz => new OpRow(
            $"DaruanLayer by amplitudes, {ansatz}", typeof(DaruanLayer), null, (size, random) => new DaruanProblem(size, random, ansatz, DaruanReadout.AmplitudeDifference)) { FloatTolerance = 1e-4, Step = 1e-6 }),
        new("RationalActivation", typeof(RationalActivation), null, (size, random) => new RationalProblem(size, random, whole: false)) { FloatTolerance = 1e-4 },
        new("RationalActivation in one group", typeof(RationalActivation), null, (size, random) => new RationalProblem(size, random, whole: true)) { FloatTolerance = 1e-4 },
        new("ZzPhases", typeof(ZzPhases), null, (size, random) => new ZzPhasesProblem(size, random)),
        new("PauliUnitary", typeof(PauliUnitary), null, (size, random) => new PauliUnitaryProblem(size, random)),
        new("Evolution", typeof(Evolution), null, (size, random) => new EvolutionProblem(size, random)),
        new("StateProbabilities", typeof(StateProbabilities), null, (size, random) => new StateProbabilitiesProblem(size, random)),
        new("StateWeights", typeof(StateWeights), null, (size, random) => new StateWeightsProblem(size, random)),
        new("CircuitExpectation without inputs", typeof(CircuitExpectation), null, (size, random) => new FixedCircuitProblem(size, random)),
        new("Unfold", typeof(Unfold), null, (size, random) => new UnfoldProblem(size, random, stride: 1, padding: 1)),
        new("Unfold at distances", typeof(Unfold), null, (size, random) => new UnfoldProblem(size, random, stride: 2, padding: 0)),
        new("MaxPool2d", typeof(MaxPool2d), null, (size, random) => new MaxPool2dProblem(size, random, stride: 2)),
        new("MaxPool2d of windows that overlap", typeof(MaxPool2d), null, (size, random) => new MaxPool2dProblem(size, random, stride: 1)),
        new("AveragePool2d", typeof(AveragePool2d), null, (size, random) => new AveragePool2dProblem(size, random, stride: 2)),
        new("AveragePool2d of windows that overlap", typeof(AveragePool2d), null, (size, random) => new AveragePool2dProblem(size, random, stride: 1)),
        new("BatchNorm", typeof(BatchNorm), null, (size, random) => new BatchNormProblem(size, random, isTraining: true)) { FloatTolerance = 1e-4 },
        new("BatchNorm by running moments", typeof(BatchNorm), null, (size, random) => new BatchNormProblem(size, random, isTraining: false)),
    ];

    /// <summary>One element, less than a lane, odd, across lanes of every width, across a strip of columns, long sequences.</summary>
    public static OpSize[] Sizes { get; } = [new(1, 1), new(2, 3), new(3, 7), new(5, 8), new(4, 17), new(33, 3), new(3, 67)];

    /// <summary>Large enough that every kernel that can share its work does.</summary>
    public static OpSize Large { get; } = new(193, 131);

    /// <summary>A problem of every size.</summary>
    public static IEnumerable<OpProblem> Problems(OpRow row) => Sizes.Select((size, i) => row.Problem(size, (ulong)i));

    private static OpRow Elementwise(string activation, Func<OpSize, RandomInputs, OpProblem> make) =>
        new(activation, typeof(QEngine.Ops.Elementwise), activation, make);
}
