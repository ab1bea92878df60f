using System.Numerics;
using System.Runtime.InteropServices;

namespace QEngine.Storage;

/// <summary>CRC-32C (Castagnoli) of every block of a file, so that damage is found, and found where it is.</summary>
/// <param name="Length">Bytes of the file.</param>
/// <param name="Blocks">One number a block; the last block may be shorter than <see cref="BlockBytes"/>.</param>
internal sealed record BlockChecksums(long Length, IReadOnlyList<uint> Blocks)
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 1 << 20;

    /// <summary>Reads a file through.</summary>
    /// <param name="path">The file.</param>
    /// <param name="visit">Is shown every block in order with its checksum, or null.</param>
    /// <exception cref="QEngineException">The file cannot be read.</exception>
    public static BlockChecksums Compute(string path, Action<ReadOnlyMemory<byte>, uint>? visit = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using RandomAccessFile file = RandomAccessFile.Open(path);
        return Compute(file, visit);
    }

    /// <summary>
    /// The same of a file that is open: what is read of it later is what was checked, also where another has come to its path.
    /// </summary>
    internal static BlockChecksums Compute(RandomAccessFile file, Action<ReadOnlyMemory<byte>, uint>? visit = null)
    {
        List<uint> blocks = [];
        byte[] buffer = new byte[(int)Math.Min(BlockBytes, Math.Max(1, file.Length))];
        for (long offset = 0; offset < file.Length; offset += BlockBytes)
        {
            Memory<byte> block = buffer.AsMemory(0, (int)Math.Min(BlockBytes, file.Length - offset));
            file.Read(offset, block.Span);
            blocks.Add(Crc(block.Span));
            visit?.Invoke(block, blocks[^1]);
        }
        return new BlockChecksums(file.Length, blocks);
    }

    /// <summary>The blocks of a file that are not what they were.</summary>
    /// <param name="found">The checksums of the file as it is.</param>
    /// <returns>Indices of blocks, ascending; those beyond the end of a file that has become shorter are among them.</returns>
    public IReadOnlyList<int> Damaged(BlockChecksums found)
    {
        ArgumentNullException.ThrowIfNull(found);
        List<int> damaged = [];
        for (int block = 0; block < Blocks.Count; block++)
            if (block >= found.Blocks.Count || Blocks[block] != found.Blocks[block]) damaged.Add(block);
        return damaged;
    }

    /// <summary>The line that says which bytes of a file are damaged.</summary>
    /// <param name="block">The block.</param>
    /// <param name="path">The file.</param>
    public static string Damage(int block, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return $"expected the checksum of bytes {(long)block * BlockBytes} to {((block + 1L) * BlockBytes) - 1} as they were written, "
            + $"found another: {FileErrors.Name(path)}";
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
            crc = BitOperations.Crc32C(
                crc, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }
}
