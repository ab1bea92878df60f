using NUnit.Framework;

namespace QEngine.Tests.Architecture;

/// <summary>The table's reader: what it takes and what it refuses.</summary>
public sealed class LayerTableTests
{
    private const string Head = "# Title\n\n| folder | holds | may use |\n|---|---|---|\n";

    [Test]
    public void Rows_say_what_may_be_used_and_uses_are_not_inherited()
    {
        LayerTable table = LayerTable.Parse(Head + "| Low | x | - |\n| Middle | y | Low |\n| High | z | Middle |\n\n| Other | a | b |\n");

        Assert.That(table.Layers, Is.EqualTo(new[] { "Low", "Middle", "High" }));
        Assert.That(table.Allows("Middle", "Low"), Is.True);
        Assert.That(table.Allows("Middle", "Middle"), Is.True);
        Assert.That(table.Allows("Middle", "High"), Is.False);
        Assert.That(table.Allows("High", "Low"), Is.False);
        Assert.That(table.Allows("Unknown", "Low"), Is.False);
    }

    [TestCase("no table", "with the header")]
    [TestCase(Head, "at least one layer")]
    [TestCase(Head + "| Low | - |\n", "three cells")]
    [TestCase(Head + "| Low | x | - |\n| Low | x | - |\n", "Low again")]
    [TestCase(Head + "| Low | x | High |\n| High | x | - |\n", "found High")]
    [TestCase(Head + "| Low | x | Low |\n", "found Low")]
    public void A_wrong_table_is_refused(string markdown, string part) =>
        Assert.That(() => LayerTable.Parse(markdown), Throws.TypeOf<FormatException>().With.Message.Contains(part));
}
