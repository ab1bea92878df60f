using NUnit.Framework;
using QEngine.Tools.Cli;
using QEngine.Tools.Searching;

namespace QEngine.Tests.Tools.Commands;

public class SearchResultTests
{
    [TestCase(0, "1")]
    [TestCase(-0.5, "0.606531")]
    [TestCase(-300, "5.14820E-131")]
    [TestCase(-2302.585092994046, "1.00000E-1000")]
    public void Fidelities_show_six_digits_however_small(double logarithm, string expected)
    {
        // "E-131" may have fewer digits where they are zero.
        string found = SearchResult.FidelityText(logarithm);

        string[] parts = found.Split('E'), wanted = expected.Split('E');
        Assert.That(double.Parse(parts[0]), Is.EqualTo(double.Parse(wanted[0])).Within(1e-5));
        Assert.That(parts.Skip(1), Is.EqualTo(wanted.Skip(1)));
    }

    [TestCase("short", 10, "short")]
    [TestCase("exactly 10", 10, "exactly 10")]
    [TestCase("more than ten", 10, "more than\u2026")]
    [TestCase("a\tb\nc\u001bd", 10, "a b c d")]
    [TestCase("\u91CF\u5B50\u529B\u5B66", 6, "\u91CF\u5B50\u2026")]
    [TestCase("\U0001F600\U0001F600", 4, "\U0001F600\U0001F600")]
    public void Texts_are_cut_to_cells_of_a_line(string text, int cells, string expected) =>
        Assert.That(TerminalText.Cut(text, cells), Is.EqualTo(expected));
}
