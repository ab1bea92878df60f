using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Collections;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Indexing;

/// <summary>What a run has changed in an index.</summary>
internal sealed class IndexChanges
{
    /// <summary>Texts that were embedded, or null.</summary>
    public BatchEmbedder.Result? Embedded { get; init; }

    /// <summary>Documents that came as vectors, or null.</summary>
    public int? Added { get; init; }

    /// <summary>Shards that were merged, whose blocks were all looked at, or null.</summary>
    public int? Merged { get; init; }

    /// <summary>Whether all blocks are looked at when it is reported: not where documents came in, nor where a merge has done it.</summary>
    public bool AreUnseen => Embedded is null && Added is null && Merged is null;

    /// <summary>Documents deleted by their ids.</summary>
    public int Deleted { get; set; }

    /// <summary>Ids that were to be deleted and are not there.</summary>
    public int NotFound { get; set; }

    /// <summary>Damaged documents left out of a merge.</summary>
    public long Dropped { get; set; }
}

/// <summary>What an index holds now and what was changed, as JSON and as a line.</summary>
/// <param name="folder">The index.</param>
/// <param name="manifest">What it holds.</param>
/// <param name="changes">What was changed.</param>
/// <param name="sound">Whether every block is sound; null where that was not looked at.</param>
internal sealed class IndexChangeReport(string folder, CollectionManifest manifest, IndexChanges changes, bool? sound)
{
    /// <summary>As JSON has it.</summary>
    public IndexResult Result => new(
        folder,
        manifest.Count,
        manifest.Segments.Count,
        manifest.Dimension,
        CollectionManifest.NameOf(manifest.Similarity),
        (int?)manifest.Codes ?? 0,
        changes.Deleted,
        changes.NotFound,
        changes.Dropped,
        sound,
        changes.Embedded?.Texts,
        changes.Embedded is { } embedded ? Math.Round(embedded.Time.TotalSeconds, 3) : null,
        changes.Embedded is { } rated ? Math.Round(rated.Rate, 1) : null,
        changes.Added,
        changes.Merged);

    /// <summary>The same in a line.</summary>
    public string Line
    {
        get
        {
            string work = "";
            if (changes.Embedded is { } result)
            {
                string rate = result.Rate.ToString("F0", CultureInfo.InvariantCulture);
                work = $", {result.Texts} embedded in {ProgressReporter.Time(result.Time)} ({rate} texts/s)";
            }
            if (changes.Added is { } added) work = $", {added} added as vectors";
            if (changes.Merged is { } merged) work = $", of {Plural.Format(merged, "shard")}";
            if (changes.Deleted > 0) work += $", {changes.Deleted} deleted";
            if (changes.Dropped > 0) work += $", {changes.Dropped} damaged dropped";
            string state = sound switch { null => "", true => ", every block as it was written", false => ", damaged" };
            return $"{Plural.Format(manifest.Count, "document")} of dimension {manifest.Dimension} "
                + $"in {Plural.Format(manifest.Segments.Count, "segment")}{work}{state}: {folder}";
        }
    }
}

/// <summary>What an index holds now and what <c>qengine index</c> changed, as JSON.</summary>
internal sealed record IndexResult(
    string Output,
    long Documents,
    int Segments,
    int Dimension,
    string Similarity,
    int Codes,
    int Deleted,
    int NotFound,
    long Dropped,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Sound,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Embedded,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Seconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TextsPerSecond,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Added,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Merged);
