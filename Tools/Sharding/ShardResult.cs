using System.Globalization;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Sharding;

/// <summary>A shard that a command wrote, or found there, as JSON.</summary>
internal sealed record ShardResult(
    string Output,
    int Shard,
    int Shards,
    long Texts,
    long FirstByte,
    long EndByte,
    bool Skipped,
    double Seconds,
    double TextsPerSecond)
{
    /// <summary>The same in a line.</summary>
    public string Line
    {
        get
        {
            string work = Skipped
                ? "there already"
                : $"embedded in {ProgressReporter.Time(TimeSpan.FromSeconds(Seconds))} "
                    + $"({TextsPerSecond.ToString("F0", CultureInfo.InvariantCulture)} texts/s)";
            return $"shard {Shard}/{Shards}: {Plural.Format(Texts, "text")} of bytes {FirstByte} to {EndByte}, {work}: {Output}";
        }
    }

    /// <summary>That of a shard that was written.</summary>
    public static ShardResult Made(string output, ShardRecord record, BatchEmbedder.Result result) => Of(output, record) with
    {
        Seconds = Math.Round(result.Time.TotalSeconds, 3),
        TextsPerSecond = Math.Round(result.Rate, 1),
    };

    /// <summary>That of a shard which was there already, as is remarked.</summary>
    public static ShardResult Kept(string output, ShardRecord record, Session session)
    {
        session.Progress.Line($"shard {record.Shard} is finished, and of the same input: nothing is done");
        return Of(output, record) with { Skipped = true };
    }

    private static ShardResult Of(string output, ShardRecord record) => new(
        output, record.Shard.Index, record.Shard.Count, record.Texts, record.Input.First, record.Input.End, false, 0, 0);
}

/// <summary>Shards that became one file, as JSON.</summary>
internal sealed record ShardMergeResult(string Output, int Shards, long Texts, int Width);
