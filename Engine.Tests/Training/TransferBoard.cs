using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>Transfers that the processes of a <see cref="ThreadGroup"/> have begun. All have to begin the same ones in the same order.</summary>
internal sealed class TransferBoard(int size)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<nint, (string Kind, byte[]?[][] Parts)> _calls = [];

    /// <summary>Hands over one process's bytes for each of them.</summary>
    public void Post(nint call, int rank, string kind, byte[][] parts)
    {
        lock (_calls)
        {
            if (!_calls.TryGetValue(call, out (string Kind, byte[]?[][] Parts) known)) _calls[call] = known = (kind, new byte[size][][]);
            if (known.Kind != kind) throw new InvalidOperationException($"process {rank} begins {kind} as call {call}, another one {known.Kind}");
            known.Parts[rank] = parts;
            Monitor.PulseAll(_calls);
        }
    }

    /// <summary>What all processes have handed to one, or null while some have not.</summary>
    public byte[][]? Take(nint call, int rank, bool wait)
    {
        lock (_calls)
        {
            byte[]?[][] parts = _calls[call].Parts;
            while (parts.Contains(null))
            {
                if (!wait) return null;
                if (!Monitor.Wait(_calls, Patience)) throw new InvalidOperationException($"process {rank} waits for call {call} of another one");
            }
            return [.. parts.Select(sent => sent[rank]!)];
        }
    }
}
