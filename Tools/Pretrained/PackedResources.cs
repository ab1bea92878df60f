using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using QEngine.Storage;

namespace QEngine.Tools.Pretrained;

/// <summary>Files inside an assembly, read as data: the assembly is not loaded and nothing of it runs.</summary>
internal static class PackedResources
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Writes a file of an assembly, whose bytes must be the known ones.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="file">The file in it and its hash.</param>
    /// <param name="path">Where to; written whole or not at all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="QEngineException">There is no such assembly or file, or the hash is another.</exception>
    public static void Extract(string assembly, PackedFile file, string path, CancellationToken cancellationToken)
    {
        try
        {
            using FileStream stream = File.OpenRead(assembly);
            using PEReader image = new(stream);
            BlobReader bytes = Find(image, file.Name, assembly);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using AtomicFile target = AtomicFile.Create(path);
            byte[] chunk = new byte[ChunkBytes];
            while (bytes.RemainingBytes > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(chunk.Length, bytes.RemainingBytes);
                bytes.ReadBytes(count, chunk, 0);
                hash.AppendData(chunk, 0, count);
                target.Write(chunk, 0, count);
            }
            string found = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (found != file.Sha256)
                throw new QEngineException($"expected SHA-256 {file.Sha256} of {file.Name}, found {found} in {assembly}");
            target.Commit();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            throw new QEngineException(
                $"expected an assembly with {file.Name}, found {failure.Message.ReplaceLineEndings(" ")} ({assembly})", failure);
        }
    }

    // A resource of the assembly itself lies, after its length, in the resources of its header.
    private static BlobReader Find(PEReader image, string name, string assembly)
    {
        if (image.HasMetadata && image.PEHeaders.CorHeader?.ResourcesDirectory is { Size: > 0 } directory)
        {
            MetadataReader metadata = image.GetMetadataReader();
            foreach (ManifestResourceHandle handle in metadata.ManifestResources)
            {
                ManifestResource resource = metadata.GetManifestResource(handle);
                if (!resource.Implementation.IsNil || !metadata.StringComparer.Equals(resource.Name, name)) continue;
                BlobReader section = image.GetSectionData(directory.RelativeVirtualAddress).GetReader();
                if (resource.Offset < 0 || resource.Offset > section.RemainingBytes - sizeof(int)) break;
                section.Offset = (int)resource.Offset;
                int length = section.ReadInt32();
                if (length < 0 || length > section.RemainingBytes) break;
                return image.GetSectionData(directory.RelativeVirtualAddress).GetReader(section.Offset, length);
            }
        }
        throw new QEngineException($"expected an assembly with {name}, found none in {assembly}");
    }
}
