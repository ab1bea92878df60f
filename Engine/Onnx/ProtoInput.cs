using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>The bytes of a file through a window that moves forward; what is skipped is not read.</summary>
/// <remarks>
/// Plain reads rather than a memory map: pages of a map count as the process's memory, and a file that shrinks would end it.
/// </remarks>
/// <param name="file">The file.</param>
/// <param name="max">How many bytes of it are wanted at most.</param>
internal sealed class ProtoInput(RandomAccessFile file, long max = long.MaxValue)
{
    private const int WindowBytes = 64 * 1024;

    private readonly byte[] _window = new byte[(int)Math.Min(WindowBytes, Math.Min(max, file.Length))];
    private long _start;
    private int _count;

    /// <summary>The file.</summary>
    public RandomAccessFile File => file;

    /// <summary>The byte at a place, which is inside the file.</summary>
    public byte this[long offset]
    {
        get
        {
            if ((ulong)(offset - _start) >= (ulong)_count) Move(offset);
            return _window[(int)(offset - _start)];
        }
    }

    /// <summary>An error of the file's form.</summary>
    public QEngineException Fault(string expected, string found, long offset) =>
        new($"expected {expected}, found {found} at byte {offset} of {file.Name}");

    private void Move(long offset)
    {
        int count = (int)Math.Min(_window.Length, file.Length - offset);
        _count = 0;
        file.Read(offset, _window.AsSpan(0, count));
        (_start, _count) = (offset, count);
    }
}
