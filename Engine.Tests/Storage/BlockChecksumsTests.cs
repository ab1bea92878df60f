using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

public sealed class BlockChecksumsTests
{
    // RFC 3720, appendix B.4.
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AAu)]
    [TestCase("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43u)]
    [TestCase("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794Eu)]
    [TestCase("313233343536373839", 0xE3069283u)]
    public void The_published_values_are_reached(string bytes, uint expected)
    {
        using TemporaryFolder folder = new();

        BlockChecksums checksums = BlockChecksums.Compute(folder.Write("x", Convert.FromHexString(bytes)));

        Assert.That(checksums.Blocks, Is.EqualTo(new[] { expected }));
        Assert.That(checksums.Length, Is.EqualTo(bytes.Length / 2));
    }

    // A file of two blocks and ten bytes: the ends of each block, the short one included.
    [TestCase(0, 0)]
    [TestCase((1 << 20) - 1, 0)]
    [TestCase(1 << 20, 1)]
    [TestCase((2 << 20) - 1, 1)]
    [TestCase(2 << 20, 2)]
    [TestCase((2 << 20) + 8, 2)]
    [TestCase((2 << 20) + 9, 2)]
    public void A_changed_bit_of_any_byte_damages_its_block(int place, int block)
    {
        using TemporaryFolder folder = new();
        byte[] bytes = new byte[(2 << 20) + 10];
        BlockChecksums whole = BlockChecksums.Compute(folder.Write("x", bytes));
        bytes[place] = 1;

        Assert.That(whole.Damaged(BlockChecksums.Compute(folder.Write("y", bytes))), Is.EqualTo(new[] { block }));
    }

    [Test]
    public void Damage_is_found_in_its_block_and_a_missing_end_as_well()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = new byte[(2 * BlockChecksums.BlockBytes) + 10];
        BlockChecksums whole = BlockChecksums.Compute(folder.Write("x", bytes));
        bytes[BlockChecksums.BlockBytes] = 1;

        Assert.That(whole.Blocks, Has.Count.EqualTo(3));
        Assert.That(whole.Damaged(whole), Is.Empty);
        Assert.That(whole.Damaged(BlockChecksums.Compute(folder.Write("y", bytes))), Is.EqualTo(new[] { 1 }));
        Assert.That(whole.Damaged(BlockChecksums.Compute(folder.Write("z", bytes[..BlockChecksums.BlockBytes]))), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(BlockChecksums.Compute(folder.Write("empty", [])).Blocks, Is.Empty);
    }
}
