using NUnit.Framework;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Cli;

public sealed class NearestTests
{
    private static readonly string[] Commands = ["demo", "pretrain", "train", "train-head", "attach", "mine", "embed", "compress", "index", "search", "evaluate", "evaluate-sts", "score", "tokenize", "info", "bench"];

    [TestCase("serach", "search")]
    [TestCase("Search", "search")]
    [TestCase("searhc", "search")]
    [TestCase("seach", "search")]
    [TestCase("indx", "index")]
    [TestCase("tokenise", "tokenize")]
    [TestCase("eval", "evaluate")]
    [TestCase("evaluate_sts", "evaluate-sts")]
    [TestCase("trainhead", "train-head")]
    [TestCase("--search", "search")]
    [TestCase("serve", null)]
    [TestCase("x", null)]
    [TestCase("", null)]
    public void Slips_of_the_fingers_lead_to_a_name(string text, string? expected) => Assert.That(Nearest.Find(text, Commands), Is.EqualTo(expected));

    [Test]
    public void What_nobody_typed_is_near_nothing() => Assert.That(Nearest.Find(new string('s', 1 << 20), Commands), Is.Null);

    [TestCase("", "", 0)]
    [TestCase("abc", "abc", 0)]
    [TestCase("abc", "acb", 1)]
    [TestCase("abc", "ac", 1)]
    [TestCase("abc", "abxc", 1)]
    [TestCase("abc", "xbc", 1)]
    [TestCase("abcd", "badc", 2)]
    [TestCase("kitten", "sitting", 3)]
    public void Slips_are_counted(string one, string other, int slips)
    {
        Assert.That(Nearest.Slips(one, other), Is.EqualTo(slips));
        Assert.That(Nearest.Slips(other, one), Is.EqualTo(slips));
    }
}
