using System.CommandLine;
using NUnit.Framework;
using QEngine.Tools;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Cli;

/// <summary>Every option of every command that takes a number reads one form of it.</summary>
public sealed class NumberOptionTests
{
    // The last ones: digits of Arabic and of full width, a minus of typesetters, a space that does not break.
    private static readonly string[] NoNumbers =
    [
        "", "0,5", "1,000", "1 000", "1_000", "1'000", " 1", "1 ", "\t1", "+1", "--1", "1.", ".5", "1.5.2", "0x10", "1f", "1L", "(1)", "$1", "5%", "e3", "1e", "1e+", "1e1.5", "1/2", "many",
        "\u0661", "\uFF11\uFF12", "\u22121", "1\u00A0000",
    ];

    private static readonly string[] NoWholeNumbers = ["1.0", "1e3", "1E0", "0.5", "NaN", "Infinity"];

    private static IEnumerable<TestCaseData> Numbers()
    {
        RootCommand root = Program.Root();
        foreach (Option option in Options(root))
        {
            Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
            if (type == typeof(int) || type == typeof(ulong) || type == typeof(double)) yield return new TestCaseData(option, type == typeof(double)).SetArgDisplayNames($"{option.Parents.First().Name} {option.Name}");
            else Assert.That(type.IsPrimitive && type != typeof(bool), Is.False, $"{option.Name} is of a type of numbers that this test does not know");
        }
    }

    [TestCaseSource(nameof(Numbers))]
    public void One_form_is_read_and_all_others_are_named(Option option, bool real)
    {
        foreach (string text in real ? NoNumbers : [.. NoNumbers, .. NoWholeNumbers])
        {
            string[] errors = Errors(option, text);
            Assert.That(errors, Has.Length.EqualTo(1), $"'{text}'");
            Assert.That(errors[0], Does.StartWith(real ? "expected a number for" : "expected a whole number for").And.Contain(option.Name).And.EndWith($", found '{text}'"));
        }
        foreach (string text in (string[])["99999999999999999999999", "-99999999999999999999999"]) Assert.That(real ? [] : Errors(option, text), real ? Is.Empty : Has.Length.EqualTo(1), text);
        if (real) foreach (string text in (string[])["NaN", "-Infinity", "Infinity", "1e999", "-1e999"]) Assert.That(Errors(option, text), Has.Length.EqualTo(1), text);
    }

    [TestCase("1", 1)]
    [TestCase("0.001", 0.001)]
    [TestCase("-0.5", -0.5)]
    [TestCase("1e-3", 0.001)]
    [TestCase("12.5E+2", 1250)]
    [TestCase("007", 7)]
    public void The_form_is_digits_with_a_point_and_an_exponent(string text, double expected)
    {
        Option<double> option = new Option<double>("--x").Real(Interval.Any);

        Assert.That(new RootCommand { option }.Parse([$"--x={text}"]).GetValue(option), Is.EqualTo(expected));
    }

    [TestCase("--top", "0", "expected --top of at least 1, found 0")]
    [TestCase("--top", "-2147483649", "expected --top from 1 to 2147483647, found -2147483649")]
    [TestCase("--top", "2147483648", "expected --top from 1 to 2147483647, found 2147483648")]
    [TestCase("--weight", "1.5", "expected --weight from 0 to 1, found 1.5")]
    [TestCase("--weight", "-1e-300", "expected --weight from 0 to 1, found -1e-300")]
    [TestCase("--k1", "-1", "expected --k1 of at least 0, found -1")]
    [TestCase("--k1", "1e400", "expected --k1 of at least 0, found 1e400")]
    [TestCase("--lr", "0", "expected --lr above 0, found 0")]
    [TestCase("--lr", "1e-999", "expected --lr above 0, found 1e-999")]
    [TestCase("--lr", "Infinity", "expected --lr above 0, found Infinity")]
    [TestCase("--dev-share", "1", "expected --dev-share from 0 to below 1, found 1")]
    [TestCase("--mask-share", "0", "expected --mask-share above 0 and below 1, found 0")]
    [TestCase("--minutes", "10001", "expected --minutes above 0 and up to 10000, found 10001")]
    [TestCase("--margin", "1e999", "expected --margin as a finite number, found 1e999")]
    [TestCase("--max-per-query", "-1", "expected --max-per-query of at least 0, found -1")]
    [TestCase("--patience", "-1", "expected --patience of at least 0, found -1")]
    [TestCase("--threads", "1025", "expected --threads from 0 to 1024, found 1025")]
    [TestCase("--seed", "-1", "expected --seed from 0 to 18446744073709551615, found -1")]
    [TestCase("--seed", "18446744073709551616", "expected --seed from 0 to 18446744073709551615, found 18446744073709551616")]
    public void A_number_outside_its_range_is_said_with_the_range(string name, string text, string message)
    {
        RootCommand root = Program.Root();
        Option option = Options(root).First(option => option.Name == name);

        Assert.That(Errors(option, text), Is.EqualTo(new[] { message }));
    }

    [Test]
    public void The_ends_of_a_range_are_in_it()
    {
        foreach ((string name, string text) in new[] { ("--seed", "18446744073709551615"), ("--top", "2147483647"), ("--top", "1"), ("--weight", "0"), ("--weight", "1"), ("--dropout", "0"), ("--threads", "0"), ("--minutes", "10000") })
        {
            RootCommand root = Program.Root();
            Assert.That(Errors(Options(root).First(option => option.Name == name), text), Is.Empty, $"{name} {text}");
        }
    }

    private static IEnumerable<Option> Options(Command command) => command.Options.Concat(command.Subcommands.SelectMany(Options));

    private static string[] Errors(Option option, string text) =>
        [.. new Command("test") { option }.Parse(text.Length == 0 ? [option.Name, ""] : [$"{option.Name}={text}"]).Errors.Select(error => error.Message)];
}
