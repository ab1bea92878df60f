using System.Runtime.InteropServices;
using System.Text;

namespace QEngine.Training;

/// <summary>A process alone, and what groups of any size are asked for.</summary>
internal static class ProcessGroup
{
    /// <summary>This process alone.</summary>
    public static IProcessGroup Single { get; } = new One();

    extension(IProcessGroup group)
    {
        /// <summary>Whether this process is the one that measures, prints and writes.</summary>
        public bool IsFirst => group.Rank == 0;

        /// <summary>Whether something is so in any of the processes.</summary>
        /// <param name="here">Whether it is in this one.</param>
        public bool Any(bool here)
        {
            if (group.Size == 1) return here;
            byte[] all = new byte[group.Size];
            int[] counts = new int[group.Size];
            Array.Fill(counts, 1);
            group.AllGather([(byte)(here ? 1 : 0)], all, counts);
            return all.AsSpan().Contains((byte)1);
        }

        /// <summary>The texts of all processes, by rank.</summary>
        /// <param name="own">That of this one.</param>
        public string[] Texts(string own)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(own);
            int[] lengths = new int[group.Size], four = new int[group.Size];
            Array.Fill(four, sizeof(int));
            group.AllGather(MemoryMarshal.AsBytes([bytes.Length]), MemoryMarshal.AsBytes(lengths.AsSpan()), four);
            int sum = 0;
            foreach (int length in lengths) sum = checked(sum + length);
            byte[] all = new byte[sum];
            group.AllGather(bytes, all, lengths);
            string[] texts = new string[group.Size];
            for (int rank = 0, start = 0; rank < texts.Length; start += lengths[rank++])
                texts[rank] = Encoding.UTF8.GetString(all, start, lengths[rank]);
            return texts;
        }

        /// <summary>Requires that all processes have the same text; they all fail where they have not, with the same message.</summary>
        /// <param name="own">That of this one, one setting a line.</param>
        /// <exception cref="QEngineException">One differs; the message names the first line that does.</exception>
        public void RequireSame(string own)
        {
            if (group.Size == 1) return;
            string[] texts = group.Texts(own), expected = texts[0].Split('\n');
            for (int rank = 1; rank < texts.Length; rank++)
            {
                if (texts[rank] == texts[0]) continue;
                string[] found = texts[rank].Split('\n');
                int line = 0;
                while (line < found.Length && line < expected.Length && found[line] == expected[line]) line++;
                throw new QEngineException(
                    $"expected {Line(expected, line)} in all processes, as in process 0, found {Line(found, line)} in process {rank}");
            }
        }
    }

    private static string Line(string[] lines, int line) => line < lines.Length ? Storage.Printable.Quote(lines[line]) : "nothing";

    private sealed class One : IProcessGroup
    {
        public int Rank => 0;

        public int Size => 1;

        public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts) => own.CopyTo(all);

        public void AllToAll(
            ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts) =>
            sent.CopyTo(received);

        public Transfer BeginAllGather(ReadOnlySpan<byte> own, Span<byte> all, PinnedCounts counts)
        {
            own.CopyTo(all);
            return default;
        }

        public Transfer BeginAllToAll(ReadOnlySpan<byte> sent, PinnedCounts sentCounts, Span<byte> received, PinnedCounts receivedCounts)
        {
            sent.CopyTo(received);
            return default;
        }

        public bool IsDone(ref Transfer transfer) => true;

        public void Wait(ref Transfer transfer)
        {
        }
    }
}
