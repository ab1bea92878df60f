using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>
/// Every kernel refuses every argument one element too short, and every output that lies across another argument. Sizes are such that a
/// shorter argument is not simply a smaller problem: 5 rows of 3, or 4 queries of 2 candidates.
/// </summary>
public sealed class ArgumentTests
{
    private static readonly WorkerPool One = WorkerPool.Single;

    private static IEnumerable<TestCaseData> Kernels() =>
    [
        Case("Adam.Update", a => new Adam<float>(0.9f, 0.999f, 1e-8f, 0.1f, 0, 1, 1).Update(One, a.Out<float>(5), a.In<float>(5), a.Out<float>(5), a.Out<float>(5))),
        Case("Attention.Forward", a => Attention.Forward(One, a.In<float>(60), a.In(0, 2, 5), a.Out<float>(20), a.Out<float>(10))),
        Case("Attention.Backward", a => Attention.Backward(
            One, a.In<float>(60), a.In(0, 2, 5), a.In<float>(20), a.In<float>(10), a.In<float>(20), a.Out<float>(60), accumulate: false)),
        Case("AveragePooling2d.Forward", a => AveragePooling2d.Forward(One, Windows, a.In<float>(24), a.Out<float>(8))),
        Case("AveragePooling2d.Backward", a => AveragePooling2d.Backward(One, Windows, a.In<float>(8), a.Out<float>(24))),
        Case("BatchNormalization.Moments", a => BatchNormalization.Moments(One, a.In<float>(15), a.Out<float>(3), a.Out<float>(3))),
        Case("BatchNormalization.Follow", a => BatchNormalization.Follow(a.In<float>(3), a.In<float>(3), 5, 0.1f, a.Out<float>(3), a.Out<float>(3))),
        Case("BatchNormalization.Forward", a => BatchNormalization.Forward(
            One, a.In<float>(15), a.In<float>(3), a.In<float>(3), 1e-5f, a.In<float>(3), a.In<float>(3), a.Out<float>(15), a.Out<float>(15), a.Out<float>(3))),
        Case("BatchNormalization.Backward", a => BatchNormalization.Backward(
            One, a.In<float>(15), a.In<float>(15), a.In<float>(3), a.In<float>(3), a.In<float>(3), a.In<float>(3), a.Out<float>(15))),
        Case("Bias.Backward", a => Bias.Backward(One, a.In<float>(15), a.Out<float>(3))),
        Case("CandidateDots.Forward", a => CandidateDots.Forward(One, a.In<float>(15), 3, a.In(0, 1, 2, 3), a.In(4, 3, 2, 1, 0, -1, 1, 2), a.Out<float>(8))),
        Case("CandidateDots.Backward", a => CandidateDots.Backward(
            One, a.In<float>(15), 3, a.In(0, 1, 2, 3), a.In(4, 3, 2, 1, 0, -1, 1, 2), a.In<float>(8), a.Out<float>(15))),
        Case("ColumnSums.Compute", a => ColumnSums.Compute(One, default(Product<float>), a.In<float>(15), a.In<float>(15), a.Out<float>(3))),
        Case("ColumnBlock.Take", a => ColumnBlock.Take(a.In<float>(15), 3, 1, 2, a.Out<float>(10), accumulate: false)),
        Case("ColumnBlock.Put", a => ColumnBlock.Put(a.In<float>(10), a.Out<float>(15), 3, 1, 2, accumulate: false)),
        Case("OuterProducts.Forward", a => OuterProducts.Forward(One, a.In<float>(15), 3, a.In<float>(10), a.Out<float>(30))),
        Case("OuterProducts.BackwardLeft", a => OuterProducts.BackwardLeft(One, a.In<float>(30), a.In<float>(10), 3, a.Out<float>(15))),
        Case("OuterProducts.BackwardRight", a => OuterProducts.BackwardRight(One, a.In<float>(30), a.In<float>(15), 3, a.Out<float>(10))),
        Case("Covariance.Compute", a => Covariance.Compute(One, a.In<float>(15), 3, [0, 1, 4], a.Out<double>(3), a.Out<double>(9))),
        Case("FourierFeatures.Forward", a => FourierFeatures.Forward(One, 1, true, a.In<float>(5), a.Out<float>(15))),
        Case("FourierFeatures.Backward", a => FourierFeatures.Backward(One, 1, true, a.In<float>(15), a.In<float>(15), a.Out<float>(5))),
        Case("Transposition.Apply", a => Transposition.Apply(One, a.In<float>(15), 3, a.Out<float>(15), accumulate: false)),
        Case("GroupedSums.Forward", a => GroupedSums.Forward(One, new InputGroups(5, 4, 2), a.In<float>(15), a.In<float>(10), a.In<float>(4), a.Out<float>(12))),
        Case("GroupedSums.BackwardInputs", a => GroupedSums.BackwardInputs(One, new InputGroups(5, 4, 2), a.In<float>(12), a.In<float>(10), a.Out<float>(15))),
        Case("GroupedSums.BackwardWeights", a => GroupedSums.BackwardWeights(One, new InputGroups(5, 4, 2), a.In<float>(12), a.In<float>(15), a.Out<float>(10))),
        Case("HeadScores.Forward", a => HeadScores.Forward(One, new HeadMatrices(2, 1, 2), a.In<float>(24), a.Out<float>(16))),
        Case("HeadScores.Backward", a => HeadScores.Backward(One, new HeadMatrices(2, 1, 2), a.In<float>(24), a.In<float>(16), a.Out<float>(24))),
        Case("HeadSums.Forward", a => HeadSums.Forward(One, new HeadMatrices(2, 1, 2), a.In<float>(16), a.In<float>(24), a.Out<float>(8))),
        Case("HeadSums.Backward", a => HeadSums.Backward(One, new HeadMatrices(2, 1, 2), a.In<float>(16), a.In<float>(24), a.In<float>(8), a.Out<float>(16), a.Out<float>(24))),
        Case("OrthogonalSquares.Forward", a => OrthogonalSquares.Forward(One, 3, a.In<float>(18), a.Out<float>(18))),
        Case("OrthogonalSquares.Backward", a => OrthogonalSquares.Backward(One, 3, a.In<float>(18), a.In<float>(18), a.Out<float>(18))),
        Case("Sinkhorn.Forward", a => Sinkhorn.Forward(One, 3, 3, a.In<float>(18), a.Out<float>(18))),
        Case("Sinkhorn.Backward", a => Sinkhorn.Backward(One, 3, 3, a.In<float>(18), a.In<float>(18), a.Out<float>(18))),
        Case("Im2Col.Forward", a => Im2Col.Forward(One, Windows, a.In<float>(24), a.Out<float>(32))),
        Case("Im2Col.Backward", a => Im2Col.Backward(One, Windows, a.In<float>(32), a.Out<float>(24))),
        Case("KlDivergence.Forward", a => KlDivergence.Forward(a.In<float>(15), a.In<float>(15), a.In(new int[15]), 3, 1f, a.Out<float>(15))),
        Case("Dropout.Apply", a => new Dropout(0.5f, 1).Apply(One, a.In<float>(5), a.Out<float>(5), accumulate: true)),
        Case("Elementwise.Apply of one", a => Elementwise.Apply(One, default(Tanh<float>), a.In<float>(5), a.Out<float>(5))),
        Case("Elementwise.Apply of two", a => Elementwise.Apply(One, default(GeluGradient<float>), a.In<float>(5), a.In<float>(5), a.Out<float>(5))),
        Case("Elementwise.Apply of three", a => Elementwise.Apply(One, default(TanhBackward<float>), a.In<float>(5), a.In<float>(5), a.In<float>(5), a.Out<float>(5))),
        Case("Elementwise.Add", a => Elementwise.Add(One, a.In<float>(5), a.Out<float>(5))),
        Case("EmbeddingTable.Gather", a => EmbeddingTable.Gather(One, a.In<float>(15), a.In(4, 0), a.Out<float>(6))),
        Case("EmbeddingTable.Scatter", a => EmbeddingTable.Scatter(One, a.In(4, 0), a.In<float>(6), a.Out<float>(15))),
        Case("LayerNorm.Forward", a => LayerNorm.Forward(
            One, a.In<float>(15), a.In<float>(15), a.In<float>(3), a.In<float>(3), 1e-5f, a.Out<float>(15), a.Out<float>(15), a.Out<float>(5))),
        Case("LayerNorm.Forward of embeddings", a => LayerNorm.Forward(
            One, new EmbeddingSum<float>(a.In<float>(15), a.In<float>(15), a.In<float>(3), a.In(4, 0), a.In(0, 1)), a.In<float>(3), a.In<float>(3), 1e-5f, a.Out<float>(6), a.Out<float>(6), a.Out<float>(2))),
        Case("LayerNorm.Forward of embeddings in int8", a => LayerNorm.Forward(
            One, new Int8EmbeddingSum(new Int8Table(5, 3), a.In<float>(15), a.In<float>(3), a.In(4, 0), a.In(0, 1)), a.In<float>(3), a.In<float>(3), 1e-5f, a.Out<float>(6), a.Out<float>(6), a.Out<float>(2))),
        Case("LayerNorm.Backward", a => LayerNorm.Backward(
            One, a.In<float>(15), a.In<float>(3), a.In<float>(15), a.In<float>(5), a.Out<float>(15), accumulate: false, a.Out<float>(15), accumulateResidual: false)),
        Case("LayerNorm.BackwardParameters", a => LayerNorm.BackwardParameters(One, a.In<float>(15), a.In<float>(15), a.Out<float>(3), a.Out<float>(3))),
        Case("LeadingEigen.Decompose", a => LeadingEigen.Decompose(One, a.In(Unit<double>(5)), 5, a.Out<double>(3), a.Out<double>(15))),
        Case("MaxPooling.Forward", a => MaxPooling.Forward(One, a.In<float>(15), a.In(0, 2, 5), a.Out<float>(6), a.Out<float>(6))),
        Case("MaxPooling.Backward", a => MaxPooling.Backward(One, a.In<float>(6), a.In(0, 2, 5), a.In<float>(6), a.Out<float>(15))),
        Case("MaxPooling2d.Forward", a => MaxPooling2d.Forward(One, Windows, a.In<float>(24), a.Out<float>(8), a.Out<float>(8))),
        Case("MaxPooling2d.Backward", a => MaxPooling2d.Backward(One, Windows, a.In<float>(8), a.In<float>(8), a.Out<float>(24))),
        Case("MeanPooling.Forward", a => MeanPooling.Forward(One, a.In<float>(15), a.In(0, 2, 5), a.Out<float>(6))),
        Case("MeanPooling.Backward", a => MeanPooling.Backward(One, a.In<float>(6), a.In(0, 2, 5), a.Out<float>(15))),
        Case("NormalizeRows.Forward", a => NormalizeRows.Forward(One, a.In<float>(15), a.Out<float>(15), a.Out<float>(5))),
        Case("NormalizeRows.Backward", a => NormalizeRows.Backward(One, a.In<float>(15), a.In<float>(5), a.In<float>(15), a.Out<float>(15))),
        Case("CoSent.Forward", a => CoSent.Forward(a.In<float>(5), a.In<float>(5), a.In(new int[5]), a.Out<float>(5))),
        Case("OrthonormalRows.Run", a => Orthonormal(a.InOut(Unit<float>(5)[..15]))),
        Case("Rational.Forward", a => Rational.Forward(One, a.In<float>(20), 4, a.In<float>(6), a.In<float>(8), a.Out<float>(20))),
        Case("Rational.Backward", a => Rational.Backward(
            One, a.In<float>(20), 4, a.In<float>(6), a.In<float>(8), a.In<float>(20), a.Out<float>(20), a.Out<float>(6), a.Out<float>(8))),
        Case("RowDots.Forward", a => RowDots.Forward(One, a.In<float>(6), a.In<float>(15), 3, a.Out<float>(10))),
        Case("RowDots.Forward of many", a => RowDots.Forward(One, a.In<float>(39), a.In<float>(15), 3, a.Out<float>(65))),
        Case("Softmax.CrossEntropyForward", a => Softmax.CrossEntropyForward(One, a.In<float>(15), a.In(0, 1, 2, 0, 1), a.Out<float>(15), a.Out<float>(5))),
        Case("Softmax.CrossEntropyBackward", a => Softmax.CrossEntropyBackward(One, a.In<float>(15), a.In(0, 1, 2, 0, 1), 1f, a.Out<float>(15))),
        Case("SquaredError.Forward", a => SquaredError.Forward(a.In<float>(5), a.In<float>(5), a.In(new int[5]), a.Out<float>(5))),
        Case("MarginMse.Forward", a => MarginMse.Forward(a.In<float>(15), a.In<float>(15), a.In(new int[15]), 3, a.Out<float>(15))),
        Case("SymmetricEigen.Decompose", a => SymmetricEigen.Decompose(One, a.InOut(Unit<float>(3)), 3, a.Out<float>(3), a.Out<float>(9))),
        Case("Gemm.Multiply", a => Gemm.Multiply(
            One, new MatrixView<float>(a.In<float>(10), 5, 2), new MatrixView<float>(a.In<float>(6), 2, 3), a.Out<float>(15), 3, accumulate: true)),
        Case("Gemm.Multiply of views", a => Gemm.Multiply(
            One, new MatrixView<float>(a.In<float>(18), 5, 2, 4), new MatrixView<float>(a.In<float>(6), 3, 2).Transposed, a.Out<float>(27), 6, accumulate: false)),
        Case("Gemm.Multiply with bias", a => Gemm.Multiply(
            One, View(a), new MatrixView<float>(a.In<float>(6), 2, 3), a.Out<float>(15), 3, accumulate: false, new BiasEpilogue<float>(a.In<float>(3)))),
        Case("Gemm.Multiply with bias and GELU", a => Gemm.Multiply(
            One, View(a), new MatrixView<float>(a.In<float>(6), 2, 3), a.Out<float>(15), 3, accumulate: false, new BiasGeluEpilogue<float>(a.In<float>(3), a.Out<float>(15)))),
        Case("Gemm.Multiply with bias and residual", a => Gemm.Multiply(
            One, View(a), new MatrixView<float>(a.In<float>(6), 2, 3), a.Out<float>(15), 3, accumulate: false, new BiasResidualEpilogue<float>(a.In<float>(3), a.In<float>(15)))),
        Case("Gemm.Multiply packed", a => Gemm.Multiply(
            One, View(a), Packed, a.Out<float>(15), 3, accumulate: false, new BiasEpilogue<float>(a.In<float>(3)))),
        Case("Int8Gemm.Multiply", a => Int8Gemm.Multiply(One, a.In<float>(10), PackedInt8, a.Out<float>(15), default(NoEpilogue<float>))),
        Case("Int8Gemm.Multiply with bias", a => Int8Gemm.Multiply(
            One, a.In<float>(10), PackedInt8, a.Out<float>(15), new BiasEpilogue<float>(a.In<float>(3)))),
        Case("Int8Gemm.Multiply with bias and GELU", a => Int8Gemm.Multiply(
            One, a.In<float>(10), PackedInt8, a.Out<float>(15), new BiasGeluEpilogue<float>(a.In<float>(3), a.Out<float>(15)))),
        Case("Int8Gemm.Multiply with bias and residual", a => Int8Gemm.Multiply(
            One, a.In<float>(10), PackedInt8, a.Out<float>(15), new BiasResidualEpilogue<float>(a.In<float>(3), a.In<float>(15)))),
        Case("Int8Codes.Encode", a => Int8Codes.Encode(a.In<float>(5), a.Out<sbyte>(5))),
        Case("PackedMatrix.Pack", a => Packed.Pack(One, new MatrixView<float>(a.In<float>(6), 2, 3))),
    ];

    private static Attention Attention => new(2, 4, Dropout.None);

    /// <summary>Two windows on an image of 12 numbers; two images.</summary>
    private static ImageWindows Windows => new(new ImageShape(2, 3, 2), 2, 1);

    private static PackedMatrix<float> Packed { get; } = new(One, new MatrixView<float>(new float[6], 2, 3));

    private static PackedInt8Matrix PackedInt8 { get; } = new(3, 2);

    [TestCaseSource(nameof(Kernels))]
    public void Wrong_arguments_are_refused(Delegate kernel) => Arguments.AreChecked((Action<Arguments>)kernel);

    private static TestCaseData Case(string name, Action<Arguments> call) => new TestCaseData(call).SetArgDisplayNames(name);

    private static MatrixView<float> View(Arguments a) => new(a.In<float>(10), 5, 2);

    private static void Orthonormal(Span<float> rows)
    {
        SplittableRandom random = new(1);
        OrthonormalRows.Run(One, rows, 3, 5, ref random);
    }

    private static T[] Unit<T>(int size)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        T[] matrix = new T[size * size];
        for (int i = 0; i < size; i++) matrix[i * (size + 1)] = T.One;
        return matrix;
    }
}
