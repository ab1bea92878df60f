using NUnit.Framework;

namespace QEngine.Tests.Architecture;

/// <summary>What counts as code: literals and comments do not, holes of interpolated strings do.</summary>
public sealed class CodeTextTests
{
    [TestCase("a // b \" c\nd", "a \nd")]
    [TestCase("a /* b\n\" */ c", "a \n c")]
    [TestCase("a \"b // c\" d", "a  d")]
    [TestCase("a \"b \\\" c\" d", "a  d")]
    [TestCase("a \"\" d", "a  d")]
    [TestCase("a @\"b \\\" d", "a  d")]
    [TestCase("a @\"b \"\" c\" d", "a  d")]
    [TestCase("a @b", "a @b")]
    [TestCase("'\"' a '\\'' b", " a  b")]
    [TestCase("\"\"\"a \"b\" \"\"\" c", " c")]
    [TestCase("$\"a {b} c\" d", "b d")]
    [TestCase("$\"a {{b}} c\" d", " d")]
    [TestCase("$\"a {{{b}}} c\" d", "b d")]
    [TestCase("$\"a {f(\"x}\", new { y })} c\" d", "f(, new { y }) d")]
    [TestCase("$@\"a \\{b}\" d", "b d")]
    [TestCase("$$\"\"\"a {b} {{c}} \"\"\" d", "c d")]
    [TestCase("$\"{(x ? $\"{y}\" : \"z\")}\" d", "(x ? y : ) d")]
    [TestCase("\"a\"u8 b", "u8 b")]
    public void Only_code_is_left(string source, string expected)
    {
        string code = CodeText.Of(source);

        Assert.That(code, Has.Length.EqualTo(source.Length));
        Assert.That(Squeezed(code), Is.EqualTo(Squeezed(expected)));
    }

    private static string Squeezed(string text) => string.Concat(text.Where(character => character != ' '));
}
