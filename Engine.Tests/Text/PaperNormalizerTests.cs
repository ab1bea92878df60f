using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

public sealed class PaperNormalizerTests
{
    [TestCase("", "")]
    [TestCase("what 's the cost", "what's the cost")]
    [TestCase("it does 'nt work", "it does not work")]
    [TestCase("a 's 's b 'nt 'nt", "a's's b not not")]
    [TestCase("don't it's 's", "don't it's's")]
    [TestCase("'s at the start", "'s at the start")]
    public void Detached_contractions_are_joined(string text, string expected) =>
        Assert.That(PaperNormalizer.Normalize(text), Is.EqualTo(expected));
}
