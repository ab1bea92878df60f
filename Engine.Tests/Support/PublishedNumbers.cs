using System.Text.Json;
using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>Reference numbers of published systems (Golden/seeds.json), from an independent simulator in double precision.</summary>
internal static class PublishedNumbers
{
    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "seeds.json"))).RootElement;

    /// <summary>All numbers of an array, of arrays row after row.</summary>
    public static double[] Of(string system, string name) => [.. Flat(Root.GetProperty(system).GetProperty(name))];

    private static IEnumerable<double> Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flat) : [element.GetDouble()];
}
