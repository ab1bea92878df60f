using Microsoft.Extensions.VectorData;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Tests.Collections;
using QEngine.Workers;

namespace QEngine.Tests.Hosting;

/// <summary>A record of all types of data.</summary>
public sealed class Note
{
    [VectorStoreKey]
    public string Key { get; set; } = "";

    [VectorStoreData(IsFullTextIndexed = true)]
    public string Body { get; set; } = "";

    [VectorStoreData(StorageName = "language")]
    public string? Language { get; set; }

    [VectorStoreData]
    public int Year { get; set; }

    [VectorStoreData]
    public long? Pages { get; set; }

    [VectorStoreData]
    public short Volume { get; set; }

    [VectorStoreData]
    public byte Level { get; set; }

    [VectorStoreData]
    public float Weight { get; set; }

    [VectorStoreData]
    public double Price { get; set; }

    [VectorStoreData]
    public bool Draft { get; set; }

    [VectorStoreData]
    public bool? Checked { get; set; }

    [VectorStoreVector(10)]
    public string Embedding => Body;

    public static Note Of(int i) => new()
    {
        Key = $"n{i}",
        Body = SmallIndex.Text(i),
        Language = (i % 4) switch { 0 => "en", 1 => "de", 2 => "fr", _ => null },
        Year = 1990 + (i % 17),
        Pages = i % 3 == 0 ? null : i * 1_000_000_000L,
        Volume = (short)(-i),
        Level = (byte)i,
        Weight = i / 10f,
        Price = i / 7.0,
        Draft = i % 5 == 0,
        Checked = i % 6 == 0 ? null : i % 2 == 0,
    };

    /// <summary>Everything that is kept.</summary>
    public object Values => (Key, Body, Language, Year, Pages, Volume, Level, (Weight, Price, Draft, Checked));
}

/// <summary>Stores of a model of random weights.</summary>
internal static class SmallStore
{
    /// <summary>Of the models of <see cref="SmallIndex"/>.</summary>
    public const int Dimension = 10;

    public static QEngineVectorStore Create(string folder, bool quantum = true) => new(folder, Model(quantum), workers: WorkerPool.Single);

    public static SentenceEmbedder Model(bool quantum) => SmallIndex.Model(quantum);

    /// <summary>A key, a text, a year and a vector of it.</summary>
    public static VectorStoreCollectionDefinition Definition(int dimension, string? distance = null) => new()
    {
        Properties =
        [
            new VectorStoreKeyProperty("Key", typeof(string)),
            new VectorStoreDataProperty("Body", typeof(string)) { IsFullTextIndexed = true },
            new VectorStoreDataProperty("Year", typeof(int?)),
            new VectorStoreVectorProperty("Embedding", typeof(string), dimension) { DistanceFunction = distance },
        ],
    };

    public static async Task<List<T>> ToList<T>(this IAsyncEnumerable<T> items)
    {
        List<T> list = [];
        await foreach (T item in items) list.Add(item);
        return list;
    }
}
