using System.IO.Compression;
using System.Text;

namespace QEngine.Tests.Support;

/// <summary>Contents of files that end in <c>.gz</c>.</summary>
internal static class Gzip
{
    /// <summary>A text as UTF-8, compressed.</summary>
    internal static byte[] Compress(string text) => Compress(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes, compressed.</summary>
    internal static byte[] Compress(byte[] content)
    {
        using MemoryStream bytes = new();
        using (GZipStream stream = new(bytes, CompressionLevel.Optimal)) stream.Write(content);
        return bytes.ToArray();
    }
}
