using QEngine.Models;

namespace QEngine.Tools.Heads;

/// <summary>The ways to compress a vector.</summary>
internal enum HeadKind
{
    /// <summary>Angle encoding and compression cascade, trained.</summary>
    Quantum,

    /// <summary>The state of few qubits.</summary>
    Entangled,

    /// <summary>tanh(W u + b), trained.</summary>
    Linear,

    /// <summary>tanh of weighted sums in groups, trained.</summary>
    Grouped,

    /// <summary>Principal components.</summary>
    Pca,

    /// <summary>Principal components, scaled by a power of their variance.</summary>
    TemperedPca,

    /// <summary>The first numbers.</summary>
    Truncate,
}

/// <summary>What is known of a kind of head without one.</summary>
internal static class HeadKinds
{
    /// <summary>Each with the word of options and files, in the order of help.</summary>
    public static (string Word, HeadKind Kind)[] All { get; } =
    [
        ("quantum", HeadKind.Quantum), ("entangled", HeadKind.Entangled), ("linear", HeadKind.Linear), ("grouped", HeadKind.Grouped),
        ("pca", HeadKind.Pca), ("tempered-pca", HeadKind.TemperedPca), ("truncate", HeadKind.Truncate),
    ];

    /// <summary>Its word.</summary>
    public static string Word(HeadKind kind) => Array.Find(All, known => known.Kind == kind).Word;

    /// <summary>What tables call it, before the number of its outputs.</summary>
    public static string Label(HeadKind kind) => kind switch
    {
        HeadKind.Pca => "PCA",
        HeadKind.TemperedPca => "tempered PCA",
        HeadKind.Truncate => "first",
        _ => Word(kind),
    };

    /// <summary>Whether it has to be trained.</summary>
    public static bool IsTrained(HeadKind kind) =>
        kind is HeadKind.Quantum or HeadKind.Entangled or HeadKind.Linear or HeadKind.Grouped;

    /// <summary>How its vectors are compared.</summary>
    public static Similarity SimilarityOf(HeadKind kind) => kind switch
    {
        HeadKind.Quantum => Similarity.Fidelity,
        HeadKind.Entangled => Similarity.StateFidelity,
        _ => Similarity.Cosine,
    };

    /// <summary>Whether its inputs become angles of qubits, which a scale of their own divides.</summary>
    public static bool HasAngles(HeadKind kind) => SimilarityOf(kind).IsFidelity();

    /// <summary>Numbers of a head that are used where only its first outputs are: a truncation has none to learn.</summary>
    public static int Parameters(HeadKind kind, Head head, int dimension) => kind switch
    {
        HeadKind.Truncate => 0,
        HeadKind.Pca or HeadKind.TemperedPca => (head.Configuration.InputDimension + 1) * dimension,
        _ => head.Parameters.Count,
    };
}
