using System.Diagnostics;
using System.Text;
using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>
/// A file that its reader accepts, spoiled in many ways. Whatever is in it, the reader must either read it or refuse it with a
/// <see cref="QEngineException"/> of one short line that names the place; it must not take long, nor allocate more than a multiple of the file.
/// </summary>
internal sealed class Attack
{
    private const long SlackBytes = 256 * 1024;
    private const int LongestMessage = 2000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    // What is put between and over the bytes of a file: ends, signs, bounds of integers, text that is none, marks of formats.
    private static readonly byte[][] Splices =
    [
        .. new[]
        {
            "\n", "\r", "\r\n", "\t", "\t\t", " ", "\0", "\"", "\\", "\\ud800", "{", "}", "[", "]", ",", ":", "-", "0", "-1", "1e400", "NaN", "null", "\uFEFF",
            "2147483648", "9223372036854775808", "99999999999999999999999999", "\u2028", "'", "()", "../", "\u0001",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ];

    private readonly string _path;
    private readonly Action _read;
    private readonly string _named;
    private readonly int _multiple;
    private readonly byte[] _good;
    private readonly long _allowed;

    /// <summary>The file is at its path and right: it is read, twice, to see what that takes.</summary>
    /// <param name="path">The file to be spoiled.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="multiple">How many bytes may be allocated for each of the file's, beyond twice what the good file took.</param>
    /// <param name="named">What every message must hold; the path where it is null.</param>
    public Attack(string path, Action read, int multiple, string? named = null)
    {
        (_path, _read, _multiple, _named, _good) = (path, read, multiple, named ?? path, File.ReadAllBytes(path));
        read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        read();
        _allowed = SlackBytes + (2 * (GC.GetAllocatedBytesForCurrentThread() - before));
    }

    /// <summary>How many were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>How many were read.</summary>
    public int Read { get; private set; }

    /// <summary>The file with another content.</summary>
    /// <param name="what">Names the case in failure messages.</param>
    /// <param name="content">The content.</param>
    public bool IsRefused(string what, byte[] content)
    {
        Overwrite(content);
        long allocated = long.MaxValue, allowed = _allowed + ((long)_multiple * content.Length);
        bool refused = false;
        // The runtime itself allocates on a thread now and then; what the reader allocates is in every round.
        for (int round = 0; round < 3 && allocated > allowed; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            refused = Refuses(what, content);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            if (Stopwatch.GetElapsedTime(started) > Longest) Fail(what, content, $"took {Stopwatch.GetElapsedTime(started)}");
        }
        if (allocated > allowed) Fail(what, content, $"allocated {allocated} bytes where {allowed} are allowed");
        if (refused) Refused++;
        else Read++;
        return refused;
    }

    /// <summary>Requires the file with another content to be refused with a message that holds the parts.</summary>
    public void MustRefuse(string what, byte[] content, params string[] parts)
    {
        if (!IsRefused(what, content)) Fail(what, content, "was read");
        string message = Assert.Throws<QEngineException>(() => _read())!.Message;
        foreach (string part in parts) Assert.That(message, Does.Contain(part), what);
    }

    /// <summary>The file cut off before every byte, from the empty file on.</summary>
    public void Truncations()
    {
        for (int length = 0; length < _good.Length; length++) IsRefused($"cut at {length}", _good[..length]);
    }

    /// <summary>The file with every bit of its first bytes changed, one at a time.</summary>
    public void FlippedBits(int bytes = int.MaxValue)
    {
        for (int bit = 0; bit < Math.Min(bytes, _good.Length) * 8; bit++)
        {
            byte[] flipped = (byte[])_good.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            IsRefused($"bit {bit} flipped", flipped);
        }
    }

    /// <summary>The file with random changes: bytes overwritten, taken out, doubled, others put between.</summary>
    /// <param name="seed">Which changes.</param>
    /// <param name="rounds">How many files.</param>
    public void RandomChanges(ulong seed, int rounds)
    {
        SplittableRandom all = new(seed);
        for (int round = 0; round < rounds; round++)
        {
            SplittableRandom random = all.Split((ulong)round);
            List<byte> content = [.. _good];
            for (int changes = 1 + random.NextInt(4); changes > 0; changes--) Change(content, ref random);
            IsRefused($"changes {seed}/{round}", [.. content]);
        }
    }

    private static void Change(List<byte> content, ref SplittableRandom random)
    {
        int at = random.NextInt(content.Count + 1), length = Math.Min(1 + random.NextInt(16), content.Count - at);
        byte[] splice = Splices[random.NextInt(Splices.Length)];
        switch (random.NextInt(5))
        {
            case 0:
                for (int i = at; i < at + length; i++) content[i] = (byte)random.NextInt(256);
                break;
            case 1:
                content.RemoveRange(at, length);
                break;
            case 2:
                content.InsertRange(at, content.GetRange(at, length));
                break;
            case 3:
                content.InsertRange(at, splice);
                break;
            default:
                content.RemoveRange(at, length);
                content.InsertRange(at, splice);
                break;
        }
    }

    // Not by truncating first: some file systems then flush to the disk at every closing.
    private void Overwrite(byte[] content)
    {
        using FileStream stream = new(_path, FileMode.Open, FileAccess.Write);
        stream.Write(content);
        stream.SetLength(content.Length);
    }

    private bool Refuses(string what, byte[] content)
    {
        try
        {
            _read();
            return false;
        }
        catch (QEngineException refusal)
        {
            string message = refusal.Message;
            if (message.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')) Fail(what, content, $"was refused in more than one line: {message}");
            if (message.Length > LongestMessage) Fail(what, content, $"was refused at great length: {message[..100]}");
            if (!message.Contains(_named, StringComparison.Ordinal)) Fail(what, content, $"was refused without a place: {message}");
            if (!message.Contains("expected ", StringComparison.Ordinal) || !message.Contains("found ", StringComparison.Ordinal))
                Fail(what, content, $"was refused without what was expected and found: {message}");
            return true;
        }
        catch (Exception failure) when (failure is not AssertionException)
        {
            Fail(what, content, $"threw {failure}");
            return true;
        }
    }

    private void Fail(string what, byte[] content, string problem)
    {
        string shown = Encoding.Latin1.GetString(content.AsSpan(0, Math.Min(content.Length, 3000)));
        Assert.Fail($"{Path.GetFileName(_path)}, {what}: {problem}\n{shown}");
    }
}
