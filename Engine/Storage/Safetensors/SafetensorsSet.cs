using System.Numerics;

namespace QEngine.Storage;

/// <summary>The tensors of a model, in one safetensors file or spread over several by an index, as if they were in one.</summary>
/// <remarks>
/// An index (<c>model.safetensors.index.json</c>) says for every tensor which file beside it holds it. All files are opened and their
/// headers checked before any tensor is touched: each must hold the tensors the index puts there, and none that the index puts
/// elsewhere, for then two could differ. Tensors the index does not name are not part of the model and are left out.
/// Reads from many threads are safe.
/// </remarks>
internal sealed class SafetensorsSet : IWeights
{
    /// <summary>The name of a model's one file.</summary>
    public const string FileName = "model.safetensors";

    /// <summary>The name of the index of a model in several files.</summary>
    public const string IndexName = "model.safetensors.index.json";

    private const string IndexEnding = ".index.json";

    private static readonly string[] OtherFormats =
        ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"];

    private readonly SafetensorsFile[] _files;
    private readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);
    private readonly List<SafetensorsTensor> _tensors = [];

    private SafetensorsSet(string path, SafetensorsFile[] files)
    {
        Path = path;
        _files = files;
    }

    /// <summary>Opens and checks a model's weights.</summary>
    /// <param name="path">
    /// A folder with <see cref="FileName"/> or, where that is absent, <see cref="IndexName"/>; or a file: an index if its name ends in
    /// <c>.index.json</c>, else a safetensors file.
    /// </param>
    /// <exception cref="QEngineException">
    /// There are no safetensors weights, or a file is unreadable, not valid or does not fit the index.
    /// </exception>
    public static SafetensorsSet Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length > 0 && Directory.Exists(path)) path = Find(path);
        return path.EndsWith(IndexEnding, StringComparison.Ordinal) ? OpenIndex(path) : OpenOne(path);
    }

    /// <summary>The safetensors file or the index, as it was given or found in the folder that was.</summary>
    public string Path { get; }

    /// <summary>All tensors, file by file in the order the index first names them, within each in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors => _tensors;

    /// <summary>The path as it appears in messages.</summary>
    internal string Name => FileErrors.Name(Path);

    string IWeights.Name => Name;

    /// <summary>Whether there is a tensor of that name.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    public bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _fileOf.ContainsKey(name);
    }

    /// <summary>What the header of its file says about a tensor.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <exception cref="QEngineException">There is no such tensor.</exception>
    public SafetensorsTensor this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return FileOf(name)[name];
        }
    }

    /// <summary>Requires that a tensor exists, holds real numbers and has the given shape.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="shape">Expected dimensions, outermost first.</param>
    /// <exception cref="QEngineException">It is missing, of another shape, or of a type that is not read.</exception>
    public void RequireShape(string name, params ReadOnlySpan<long> shape) => FileOf(name).RequireShape(name, shape);

    /// <summary>Reads a whole tensor, converted from its stored type, row-major; as <see cref="SafetensorsFile.Read"/>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="destination">Filled; its length must equal the tensor's element count.</param>
    /// <exception cref="QEngineException">There is no such tensor, or <see cref="SafetensorsFile.Read"/> refuses it.</exception>
    public void Read<T>(string name, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FileOf(name).Read(name, destination);

    void IWeights.Read(string name, Span<float> destination) => Read(name, destination);

    bool IWeights.IsInt8(string name) => FileOf(name)[name].Dtype == SafetensorsDtype.I8;

    void IWeights.RequireInt8Shape(string name, params ReadOnlySpan<long> shape) => FileOf(name).RequireInt8Shape(name, shape);

    void IWeights.Read(string name, long first, Span<sbyte> destination) => FileOf(name).ReadInt8(name, first, destination);

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (SafetensorsFile? file in _files) file?.Dispose();
    }

    private static string Find(string folder)
    {
        foreach (string name in new[] { FileName, IndexName })
        {
            string path = System.IO.Path.Combine(folder, name);
            if (File.Exists(path)) return path;
        }
        foreach (string other in OtherFormats)
        {
            if (File.Exists(System.IO.Path.Combine(folder, other)))
                throw new QEngineException(
                    $"expected weights in safetensors format ({FileName} or {IndexName}), "
                    + $"found only {other}, which is not read, in {FileErrors.Name(folder)}");
        }
        throw new QEngineException($"expected {FileName} or {IndexName}, found no such file in {FileErrors.Name(folder)}");
    }

    private static SafetensorsSet OpenOne(string path)
    {
        SafetensorsSet set = new(path, [SafetensorsFile.Open(path)]);
        foreach (SafetensorsTensor tensor in set._files[0].Tensors) set.Add(tensor, set._files[0]);
        return set;
    }

    private static SafetensorsSet OpenIndex(string path)
    {
        SafetensorsIndex index = SafetensorsIndex.Read(path);
        string folder = System.IO.Path.GetDirectoryName(path) ?? "";
        SafetensorsSet set = new(path, new SafetensorsFile[index.Shards.Length]);
        try
        {
            for (int shard = 0; shard < index.Shards.Length; shard++)
            {
                set._files[shard] = SafetensorsFile.Open(System.IO.Path.Combine(folder, index.Shards[shard]));
                set.AddShard(index, shard);
            }
            set.RequireAll(index);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private void AddShard(SafetensorsIndex index, int shard)
    {
        foreach (SafetensorsTensor tensor in _files[shard].Tensors)
        {
            if (!index.ShardOf.TryGetValue(tensor.Name, out int place)) continue;
            if (place != shard)
                throw new QEngineException(
                    $"expected tensor {Printable.Quote(tensor.Name)} only in {Printable.Quote(index.Shards[place])} as {Name} says, "
                    + $"found one in {FileErrors.Name(_files[shard].Path)}");
            Add(tensor, _files[shard]);
        }
    }

    private void RequireAll(SafetensorsIndex index)
    {
        if (_tensors.Count == index.ShardOf.Count) return;
        foreach ((string name, int shard) in index.ShardOf)
        {
            if (!Contains(name))
                throw new QEngineException(
                    $"expected tensor {Printable.Quote(name)} as {Name} says, "
                    + $"found none of that name among {_files[shard].Tensors.Count} tensors of {FileErrors.Name(_files[shard].Path)}");
        }
    }

    private void Add(SafetensorsTensor tensor, SafetensorsFile file)
    {
        _fileOf.Add(tensor.Name, file);
        _tensors.Add(tensor);
    }

    private SafetensorsFile FileOf(string name) => _fileOf.TryGetValue(name, out SafetensorsFile? file)
        ? file
        : throw new QEngineException(
            $"expected tensor {Printable.Quote(name)}, "
            + $"found none of that name among {_tensors.Count} tensors of {Name}");
}
