using NUnit.Framework;
using QEngine.Memory;
using QEngine.Tests.Support;

namespace QEngine.Tests.Memory;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[TestFixture(typeof(int))]
[TestFixture(typeof(byte))]
public sealed class AlignedBufferTests<T>
    where T : unmanaged
{
    [Test]
    public void A_buffer_is_aligned_and_stays_so_through_a_collection()
    {
        foreach (int length in AwkwardSizes.All)
        {
            AlignedBuffer<T> buffer = new(length);
            long before = Address.Of(buffer.Array, buffer.Offset);
            if (length % 64 == 0) GC.Collect();

            Assert.That(buffer.Span.Length, Is.EqualTo(length));
            Assert.That(before % AlignedBuffer<T>.Alignment, Is.Zero);
            Assert.That(Address.Of(buffer.Array, buffer.Offset), Is.EqualTo(before));
        }
    }

    [Test]
    public void A_buffer_of_zeros_is_one_and_aligned()
    {
        foreach (int length in AwkwardSizes.All)
        {
            AlignedBuffer<T> buffer = AlignedBuffer<T>.Zeros(length);

            Assert.That(buffer.Span.Length, Is.EqualTo(length));
            Assert.That(Address.Of(buffer.Array, buffer.Offset) % AlignedBuffer<T>.Alignment, Is.Zero);
            Assert.That(buffer.Span.IndexOfAnyExcept(default(T)), Is.EqualTo(-1));
            // What is found next must not be zeros by chance.
            buffer.Span.Fill((T)Convert.ChangeType(1, typeof(T)));
        }
    }

    [Test]
    public void Sizes_that_are_negative_or_overflow_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedBuffer<T>(-1));
        Assert.Throws<OverflowException>(() => new AlignedBuffer<T>(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => AlignedBuffer<T>.Zeros(-1));
        Assert.Throws<OverflowException>(() => AlignedBuffer<T>.Zeros(int.MaxValue));
    }
}

[TestFixture]
public sealed class ScratchTests
{
    private readonly struct One;

    private readonly struct Other;

    [Test]
    public void A_buffer_is_reused_grows_when_needed_and_never_shrinks()
    {
        Span<float> first = Scratch<One, float>.Rent(100), smaller = Scratch<One, float>.Rent(10);
        Assert.That(smaller == first[..10], "a smaller request is the same buffer's start");

        Span<float> larger = Scratch<One, float>.Rent(5000), again = Scratch<One, float>.Rent(100);
        Assert.That(larger.Length, Is.EqualTo(5000));
        Assert.That(again == larger[..100], "the larger buffer is kept");
    }

    [Test]
    public void Repeated_requests_allocate_nothing()
    {
        Scratch<One, double>.Rent(1000);

        long allocated = Allocation.Fewest(() =>
        {
            for (int i = 0; i <= 1000; i++) Scratch<One, double>.Rent(i);
        });

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Purposes_elements_and_threads_do_not_share_a_buffer()
    {
        Span<float> mine = Scratch<One, float>.Rent(8);
        mine.Fill(1);

        Scratch<Other, float>.Rent(8).Fill(2);
        Scratch<One, int>.Rent(8).Fill(3);
        Thread thread = new(() => Scratch<One, float>.Rent(8).Fill(4));
        thread.Start();
        thread.Join();

        Assert.That(mine.ToArray(), Is.All.EqualTo(1f));
    }

    [Test]
    public void A_negative_length_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Scratch<One, float>.Rent(-1));
}
