using NUnit.Framework;

namespace QEngine.Tests.Support;

public sealed class AllocationTests
{
    private static object? s_kept;

    [Test]
    public void Code_that_allocates_in_every_round_is_caught()
    {
        Assert.That(Allocation.Fewest(() => s_kept = new byte[100]), Is.GreaterThanOrEqualTo(100));
    }

    [Test]
    public void Code_that_allocates_once_is_not()
    {
        Assert.That(Allocation.Fewest(() => s_kept ??= new object()), Is.Zero);
    }
}
