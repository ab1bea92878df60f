using System.CommandLine;
using System.CommandLine.Completions;
using NUnit.Framework;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Cli;

/// <summary>Options whose value is one of some words.</summary>
public sealed class ChoiceOptionTests
{
    private static readonly ChoiceOption<DayOfWeek> WithDefault = new("--day", ("first", DayOfWeek.Monday), ("last", DayOfWeek.Sunday))
    {
        Default = "last",
        Synonym = ("end", "last"),
    };

    private static readonly ChoiceOption<DayOfWeek?> MayBeLeftOut = new("--rest", ("one", DayOfWeek.Sunday), ("none", null), ("two", DayOfWeek.Monday));

    [TestCase(DayOfWeek.Sunday)]
    [TestCase(DayOfWeek.Monday, "--day", "first")]
    [TestCase(DayOfWeek.Sunday, "--day", "last")]
    [TestCase(DayOfWeek.Sunday, "--day", "end")]
    public void A_word_stands_for_its_value(DayOfWeek expected, params string[] arguments) =>
        Assert.That(WithDefault.Read(Parse(arguments)), Is.EqualTo(expected));

    [Test]
    public void An_option_that_is_left_out_has_no_word()
    {
        ParseResult nothing = Parse(), none = Parse("--rest", "none");

        Assert.That((MayBeLeftOut.Read(nothing), nothing.GetValue(MayBeLeftOut)), Is.EqualTo(((DayOfWeek?)null, (string?)null)));
        Assert.That((MayBeLeftOut.Read(none), none.GetValue(MayBeLeftOut)), Is.EqualTo(((DayOfWeek?)null, "none")));
    }

    [TestCase("expected --day first or last, found 'First'", "--day", "First")]
    [TestCase("expected --day first or last, found 'firs'", "--day=firs")]
    [TestCase("expected --rest one, none or two, found '0'", "--rest", "0")]
    public void Any_other_word_is_refused(string message, params string[] arguments) =>
        Assert.That(Parse(arguments).Errors.Select(error => error.Message), Is.EqualTo(new[] { message }));

    [Test]
    public void Help_and_completions_have_the_words_in_their_order()
    {
        Assert.That(MayBeLeftOut.HelpName, Is.EqualTo("one|none|two"));
        Assert.That(MayBeLeftOut.GetCompletions(CompletionContext.Empty).Select(item => item.Label), Is.EquivalentTo(new[] { "one", "none", "two" }));
        Assert.That(WithDefault.WordOf(DayOfWeek.Sunday), Is.EqualTo("last"));
    }

    private static ParseResult Parse(params string[] arguments) => new Command("test") { WithDefault, MayBeLeftOut }.Parse(arguments);
}
