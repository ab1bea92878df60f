using NUnit.Framework;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Cli;

public sealed class PluralTests
{
    [TestCase(0, "row", null, "0 rows")]
    [TestCase(1, "row", null, "1 row")]
    [TestCase(1_234_567, "row", null, "1234567 rows")]
    [TestCase(1, "query", "queries", "1 query")]
    [TestCase(2, "query", "queries", "2 queries")]
    public void One_is_singular_and_no_or_several_are_plural(long count, string singular, string? plural, string expected) =>
        Assert.That(Plural.Format(count, singular, plural), Is.EqualTo(expected));
}
