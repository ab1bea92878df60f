using NUnit.Framework;
using QEngine.Memory;
using QEngine.Tests.Support;

namespace QEngine.Tests.Memory;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[TestFixture(typeof(int))]
[TestFixture(typeof(byte))]
public sealed class ArenaTests<T>
    where T : unmanaged
{
    [Test]
    public void Storage_is_aligned_and_does_not_overlap()
    {
        Arena<T> arena = new();
        List<(long From, long To)> taken = [];
        foreach (int length in (int[])[.. AwkwardSizes.All, 70_000, 3, 200_000, 1])
        {
            (T[] array, int offset) = arena.Allocate(length);

            long address = Address.Of(array, offset), end = address + (length * Address.SizeOf<T>());
            Assert.That(address % AlignedBuffer<T>.Alignment, Is.Zero, $"alignment of {length}");
            Assert.That(offset + length, Is.LessThanOrEqualTo(array.Length));
            Assert.That(taken.All(other => end <= other.From || address >= other.To), $"{length} elements overlap earlier ones");
            taken.Add((address, end));
        }
    }

    [Test]
    public void A_mark_beyond_the_current_position_is_refused()
    {
        Arena<T> arena = new();
        Arena<T>.Mark start = arena.Position;
        arena.Allocate(100);
        Arena<T>.Mark later = arena.Position;

        arena.Release(start);

        Assert.That(() => arena.Release(later), Throws.ArgumentException);
        Assert.That(() => arena.Release(new Arena<T>.Mark(0, -1)), Throws.ArgumentException);
        Assert.That(() => arena.Release(new Arena<T>.Mark(7, 0)), Throws.ArgumentException);
        arena.Release(start);
    }

    [Test]
    public void Released_storage_is_handed_out_again_and_older_storage_is_not()
    {
        Arena<T> arena = new();
        (T[] Array, int Offset) kept = arena.Allocate(10);
        Arena<T>.Mark mark = arena.Position;
        (T[] Array, int Offset) first = arena.Allocate(100);

        arena.Release(mark);

        Assert.That(arena.Position, Is.EqualTo(mark));
        Assert.That(arena.Allocate(100), Is.EqualTo(first));
        Assert.That(first, Is.Not.EqualTo(kept));
    }

    [Test]
    public void Release_reaches_back_over_blocks()
    {
        Arena<T> arena = new();
        arena.Allocate(1);
        Arena<T>.Mark mark = arena.Position;
        (T[] Array, int Offset) second = arena.Allocate(1);
        for (int i = 0; i < 5; i++) arena.Allocate(100_000);
        long capacity = arena.Capacity;

        arena.Release(mark);

        Assert.That(arena.Allocate(1), Is.EqualTo(second));
        for (int i = 0; i < 5; i++) arena.Allocate(100_000);
        Assert.That(arena.Capacity, Is.EqualTo(capacity));
    }

    [Test]
    public void A_step_that_has_run_once_allocates_nothing()
    {
        Arena<T> arena = new();
        Step(arena);
        long capacity = arena.Capacity;

        Assert.That(Allocation.Fewest(() => Step(arena)), Is.Zero);
        Assert.That(arena.Capacity, Is.EqualTo(capacity));
    }

    [Test]
    public void Sizes_that_are_negative_or_overflow_are_refused_and_change_nothing()
    {
        Arena<T> arena = new();
        arena.Allocate(5);
        Arena<T>.Mark mark = arena.Position;
        long capacity = arena.Capacity;

        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Allocate(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Allocate(-1000));
        Assert.Throws<OverflowException>(() => arena.Allocate(int.MaxValue));
        Assert.That((arena.Position, arena.Capacity), Is.EqualTo((mark, capacity)));
    }

    private static void Step(Arena<T> arena)
    {
        Arena<T>.Mark start = arena.Position;
        for (int i = 1; i < 40; i++)
        {
            Arena<T>.Mark inner = arena.Position;
            arena.Allocate(i * 1000);
            if (i % 2 == 0) arena.Release(inner);
        }
        arena.Release(start);
    }
}
