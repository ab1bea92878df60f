using NUnit.Framework;
using QEngine.Collections;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Collections;

/// <summary>Ascending rows in few bytes.</summary>
public sealed class RowGapsTests
{
    [Property(MaxTest = 300)]
    public bool What_was_written_is_read(int[] numbers, int below)
    {
        int[] rows = [.. numbers.Select(number => number & int.MaxValue).Where(row => row < (below & int.MaxValue)).Distinct().Order()];
        return RowGaps.TryDecode(RowGaps.Encode(rows), below & int.MaxValue, out List<int> read) && read.SequenceEqual(rows);
    }

    [Test]
    public void Bytes_are_those_of_the_gaps()
    {
        Assert.That(RowGaps.Encode([0, 1, 130, 131, int.MaxValue - 1]),
            Is.EqualTo(new byte[] { 0, 0, 0x80, 0x01, 0, 0xfa, 0xfe, 0xff, 0xff, 0x07 }));
        Assert.That(RowGaps.Encode([]), Is.Empty);
    }

    [Property(MaxTest = 500)]
    public bool Other_bytes_are_rows_below_the_end_or_refused(byte[] bytes, byte documents) =>
        !RowGaps.TryDecode(bytes, documents, out List<int> rows)
        || (rows.All(row => row >= 0 && row < documents) && rows.SequenceEqual(rows.Distinct().Order()));

    [TestCase(new byte[] { 0x80 }, TestName = "A gap without an end")]
    [TestCase(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0 }, TestName = "A gap of six bytes")]
    [TestCase(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x7f }, TestName = "A gap beyond all rows")]
    public void What_is_no_row_is_refused(byte[] bytes) => Assert.That(RowGaps.TryDecode(bytes, int.MaxValue, out _), Is.False);
}
