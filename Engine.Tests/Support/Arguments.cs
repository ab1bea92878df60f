using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>
/// Hands out the arguments of a function of spans, right ones or one of them wrong: a function that checks its arguments takes the right
/// ones, refuses each of them one element shorter, and refuses outputs that lie across another argument; whatever it does it touches nothing
/// outside its spans.
/// </summary>
/// <example><code>Arguments.AreChecked(a => Function(a.In&lt;float&gt;(3), a.Out&lt;float&gt;(3)));</code></example>
internal sealed class Arguments
{
    // Wider than the widest thing a kernel moves at once.
    private const int Margin = 128;

    private readonly List<Slot> _slots = [];
    private readonly IReadOnlyList<Slot> _right;
    private readonly int _short, _output, _other;

    private Arguments(IReadOnlyList<Slot> right, int shortened = -1, int output = -1, int other = -1) =>
        (_right, _short, _output, _other) = (right, shortened, output, other);

    /// <summary>Calls a function with right arguments, then with every wrong one.</summary>
    /// <param name="call">Calls the function with the arguments it takes from here, always in the same order and of the same lengths.</param>
    public static void AreChecked(Action<Arguments> call)
    {
        Arguments right = new([]);
        call(right);
        right.AssertIntact("right arguments");
        for (int i = 0; i < right._slots.Count; i++)
        {
            Refuses($"argument {i} one element too short", new(right._slots, shortened: i), call);
            for (int other = 0; other < right._slots.Count && right._slots[i].IsOutput; other++)
            {
                if (other == i || right._slots[other].Type != right._slots[i].Type) continue;
                Refuses($"output {i} across argument {other}", new(right._slots, output: i, other: other), call);
            }
        }
    }

    /// <summary>An argument that is read.</summary>
    public ReadOnlySpan<T> In<T>(params T[] values)
        where T : unmanaged => Add(values, isOutput: false);

    /// <summary>An argument that is read, of zeros.</summary>
    public ReadOnlySpan<T> In<T>(int length)
        where T : unmanaged => Add(new T[length], isOutput: false);

    /// <summary>An argument that is written, of zeros.</summary>
    public Span<T> Out<T>(int length)
        where T : unmanaged => Add(new T[length], isOutput: true);

    /// <summary>An argument that is read and written.</summary>
    public Span<T> InOut<T>(params T[] values)
        where T : unmanaged => Add(values, isOutput: true);

    private static void Refuses(string what, Arguments wrong, Action<Arguments> call)
    {
        Assert.That(() => call(wrong), Throws.InstanceOf<ArgumentException>().With.Message.StartsWith("expected "), what);
        wrong.AssertIntact(what);
    }

    private Span<T> Add<T>(T[] values, bool isOutput)
        where T : unmanaged
    {
        int index = _slots.Count, length = values.Length - (index == _short ? 1 : 0);
        bool second = (index == _output && _other < index) || (index == _other && _output < index);
        Slot<T> slot;
        if (second)
        {
            // The two start an element apart in one piece of memory.
            Slot<T> first = (Slot<T>)_slots[Math.Min(_output, _other)];
            slot = new Slot<T>(first.Memory, first.Start + 1, length, isOutput);
        }
        else
        {
            int longest = Math.Max(values.Length, _right.Select(right => right.Length).DefaultIfEmpty().Max());
            slot = new Slot<T>(Guarded<T>(longest + 1), Margin, length, isOutput);
        }
        _slots.Add(slot);
        values.AsSpan(0, length).CopyTo(slot.Span);
        return slot.Span;
    }

    private static T[] Guarded<T>(int length)
        where T : unmanaged
    {
        T[] memory = new T[Margin + length + Margin];
        MemoryMarshal.AsBytes(memory.AsSpan()).Fill(0x5A);
        return memory;
    }

    private void AssertIntact(string what)
    {
        if (_output >= 0) return;
        for (int i = 0; i < _slots.Count; i++) Assert.That(_slots[i].IsIntact, $"{what}: argument {i} was written outside its span");
    }

    private abstract class Slot
    {
        public abstract Type Type { get; }

        public required int Length { get; init; }

        public required bool IsOutput { get; init; }

        public abstract bool IsIntact { get; }
    }

    private sealed class Slot<T> : Slot
        where T : unmanaged
    {
        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public Slot(T[] memory, int start, int length, bool isOutput) => (Memory, Start, Length, IsOutput) = (memory, start, length, isOutput);

        public T[] Memory { get; }

        public int Start { get; }

        public Span<T> Span => Memory.AsSpan(Start, Length);

        public override Type Type => typeof(T);

        public override bool IsIntact
        {
            get
            {
                ReadOnlySpan<byte> before = MemoryMarshal.AsBytes(Memory.AsSpan(0, Start)), after = MemoryMarshal.AsBytes(Memory.AsSpan(Start + Length));
                return before.IndexOfAnyExcept((byte)0x5A) < 0 && after.IndexOfAnyExcept((byte)0x5A) < 0;
            }
        }
    }
}
