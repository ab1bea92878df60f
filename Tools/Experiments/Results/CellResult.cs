using System.Text.Json.Serialization;

namespace QEngine.Tools.Experiments;

/// <summary>What a cell came to, as its file has it. All but <see cref="Times"/> is the same whenever the same cell is run.</summary>
internal sealed record CellResult
{
    /// <summary>The format that is written.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the format.</summary>
    public required int Format { get; init; }

    /// <summary>Name of the experiment.</summary>
    public required string Experiment { get; init; }

    /// <summary>The cell's name in its experiment, which is that of its file.</summary>
    public required string Key { get; init; }

    /// <summary>The encoder.</summary>
    public required string Backbone { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>k, numbers of a vector.</summary>
    public required int Size { get; init; }

    /// <summary>Share of the training queries.</summary>
    public required double Fraction { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How vectors are compared, cosine or fidelity.</summary>
    public required string Similarity { get; init; }

    /// <summary>d, numbers of the encoder's vector.</summary>
    public required int InputDimension { get; init; }

    /// <summary>Sizes of the model in numbers.</summary>
    public required CellParameters Parameters { get; init; }

    /// <summary>Training rows, of how many queries, and steps; 0 without training.</summary>
    public required CellWork Training { get; init; }

    /// <summary>What every epoch came to.</summary>
    public required CellEpoch[] Epochs { get; init; }

    /// <summary>What was measured: every test in every number of bits.</summary>
    public required CellTestResult[] Tests { get; init; }

    /// <summary>All settings by name.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>SHA-256 of the files that were read, by their names in the experiment.</summary>
    public required IReadOnlyDictionary<string, string> Data { get; init; }

    /// <summary>Fingerprint (SHA-256, 32 digits) of the encoder that it started from; null for a new one.</summary>
    public required string? BackboneFingerprint { get; init; }

    /// <summary>Version of this program.</summary>
    public required string Version { get; init; }

    /// <summary>Seconds, which differ from run to run.</summary>
    public required CellTimes Times { get; init; }
}

/// <summary>Sizes of a model in numbers.</summary>
/// <param name="Head">Numbers of the head that it learned or fitted.</param>
/// <param name="Trained">Numbers that training moved, the head's among them.</param>
/// <param name="Model">Numbers of encoder and head.</param>
internal sealed record CellParameters(int Head, int Trained, int Model);

/// <summary>What a cell learned from.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Queries">Their queries.</param>
/// <param name="Steps">Steps.</param>
internal sealed record CellWork(int Rows, int Queries, int Steps);

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Measures">Loss, accuracy.</param>
/// <param name="Diagnostics">Signs of health.</param>
/// <param name="Angles">Number of embedded angles in equal bins from -pi to pi; empty where there are none.</param>
internal sealed record CellEpoch(
    int Epoch, IReadOnlyDictionary<string, double> Measures, IReadOnlyDictionary<string, double> Diagnostics, int[] Angles);

/// <summary>A test of a cell's vectors, kept in some number of bits.</summary>
/// <param name="Test">Name of the test.</param>
/// <param name="Bits">Bits of a number: 32, 8, 4, 2 or 1; queries are not coded.</param>
/// <param name="BytesPerVector">Bytes of a vector.</param>
/// <param name="Measures">
/// Every measure, the first of which comparisons take; each is the mean of its <paramref name="Values"/>, where it has some.
/// </param>
/// <param name="Values">
/// A measure's value for every item. Of Spearman's correlation the jackknife's pseudo-values (Tukey, 1958), moved so that their mean is the
/// correlation.
/// </param>
/// <param name="Items">The items, queries by their ids; null for scored pairs, in the order of their file.</param>
/// <param name="Similarities">Of scored pairs: each one's cosine or ln F.</param>
internal sealed record CellTestResult(
    string Test,
    int Bits,
    int BytesPerVector,
    IReadOnlyDictionary<string, double?> Measures,
    IReadOnlyDictionary<string, double[]> Values,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Items = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float[]? Similarities = null);

/// <summary>Seconds.</summary>
/// <param name="Preparation">Loading, tokenizing, embedding what does not change.</param>
/// <param name="Training">Steps.</param>
/// <param name="Tests">Embedding and measuring.</param>
/// <param name="Threads">Threads it had.</param>
internal sealed record CellTimes(double Preparation, double Training, double Tests, int Threads);
