using NUnit.Framework;
using QEngine.Tools.Heads;

namespace QEngine.Tests.Tools.Heads;

public sealed class NumberFormatTests
{
    [Test]
    public void Formats_of_a_size_take_exactly_that_size()
    {
        Assert.That(NumberFormat.OfBytes(64, 384), Is.EqualTo(new NumberFormat[] { new(16, 32), new(64, 8), new(128, 4), new(256, 2) }));
        Assert.That(NumberFormat.OfBytes(64, 512), Has.Some.EqualTo(new NumberFormat(512, 1)));
        Assert.That(NumberFormat.OfBytes(3, 1000), Is.EqualTo(new NumberFormat[] { new(3, 8), new(6, 4), new(12, 2), new(24, 1) }));
        Assert.That(NumberFormat.OfBytes(65_536, 4), Is.Empty);
    }

    [Test]
    public void Bytes_are_rounded_up()
    {
        Assert.That(new NumberFormat(9, 1).Bytes, Is.EqualTo(2));
        Assert.That(new NumberFormat(4096, 32).Bytes, Is.EqualTo(16_384));
        Assert.That(new NumberFormat(3, 2).Bytes, Is.EqualTo(1));
    }

    [Test]
    public void A_table_names_the_bits_of_codes_alone()
    {
        Assert.That($"{new NumberFormat(64, 32)}|{new NumberFormat(64, 8)}|{new NumberFormat(64, 1)}", Is.EqualTo("64|64, 8 bits|64, 1 bit"));
    }
}
