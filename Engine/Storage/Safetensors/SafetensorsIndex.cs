namespace QEngine.Storage;

/// <summary>The checked content of a <c>model.safetensors.index.json</c>: which tensor is in which file.</summary>
internal sealed class SafetensorsIndex
{
    /// <summary>The largest index; a thousand tensors need a hundred kilobytes.</summary>
    internal const int MaximumBytes = SafetensorsHeader.MaximumBytes;

    /// <summary>The most files; each is kept open. The largest published models have a few hundred.</summary>
    internal const int MaximumShards = 4096;

    private SafetensorsIndex(string[] shards, Dictionary<string, int> shardOf)
    {
        Shards = shards;
        ShardOf = shardOf;
    }

    /// <summary>Plain names of files in the index's folder, in the order of their first mention.</summary>
    internal string[] Shards { get; }

    /// <summary>From tensor name to the position in <see cref="Shards"/>.</summary>
    internal Dictionary<string, int> ShardOf { get; }

    internal static SafetensorsIndex Read(string path)
    {
        ReadOnlyMemory<byte> json = Utf8Text.ReadAllBytes(path, MaximumBytes);
        SafetensorsIndexParser parser = new(json.Span, FileErrors.Name(path));
        parser.Parse();
        return new SafetensorsIndex(parser.Shards.ToArray(), parser.ShardOf);
    }
}
