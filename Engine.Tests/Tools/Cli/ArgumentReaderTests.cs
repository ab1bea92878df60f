using System.CommandLine;
using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Cli;

/// <summary>No word of a command line becomes what it was not meant to be.</summary>
[NonParallelizable]
public sealed class ArgumentReaderTests
{
    [TestCase("search --index ix red cars", "search --index=ix -- red cars")]
    [TestCase("search red --index ix cars --json", "search --index=ix --json -- red cars")]
    [TestCase("--seed 3 search --index=a=b:c x", "search --seed=3 --index=a=b:c -- x")]
    [TestCase("search --index:C:\\x --top:5 x", "search --index=C:\\x --top=5 -- x")]
    [TestCase("search --index ix -- --weird -x @y --", "search --index=ix -- --weird -x @y --")]
    [TestCase("search --index - @Override /h true false help", "search --index=- -- @Override /h true false help")]
    [TestCase("search --index ix --exact true love", "search --index=ix --exact -- true love")]
    [TestCase("search --index=--top x", "search --index=--top -- x")]
    [TestCase("search - --index ix", "search --index=ix -- -")]
    [TestCase("import - --out m", "import --out=m -- -")]
    [TestCase("score --run a b --qrels q --run c", "score --run=a --run=b --qrels=q --run=c --")]
    [TestCase("compress --embeddings x --head h --output -", "compress --input=x --head=h --output=- --")]
    [TestCase("mine --margin -0.5 --min-score -3", "mine --margin=-0.5 --min-score=-3 --")]
    [TestCase("train --lr -1 --json --json", "train --lr=-1 --json --json --")]
    [TestCase("help", "--help")]
    [TestCase("help search", "search --help")]
    [TestCase("search --hybird --help", "search --help")]
    [TestCase("search --index -h", "search --help")]
    [TestCase("search -?", "search --help")]
    [TestCase("/?", "--help")]
    [TestCase("--help search --top 5", "search --help")]
    [TestCase("version", "--version")]
    [TestCase("-v", "--version")]
    [TestCase("--version --json", "--version")]
    [TestCase("models get --json all-MiniLM-L6-v2 --out o", "models get --json --out=o -- all-MiniLM-L6-v2")]
    [TestCase("models --json", "models --json --")]
    [TestCase("help models get", "models get --help")]
    [TestCase("models help", "models --help")]
    [TestCase("models get -h", "models get --help")]
    [TestCase("import model.onnx --query-prompt q: --out m", "import --query-prompt=q: --out=m -- model.onnx")]
    [TestCase("", "")]
    [TestCase("--json --seed 3", "")]
    public void A_command_line_is_read(string line, string expected) => Assert.That(string.Join(' ', Read(line)), Is.EqualTo(expected));

    [TestCase("serach --index ix x", "expected a command, found 'serach': did you mean search? (see qengine --help)")]
    [TestCase("Search", "expected a command, found 'Search': did you mean search? (see qengine --help)")]
    [TestCase("qengine search", "expected a command, found 'qengine' (see qengine --help)")]
    [TestCase("@args.txt", "expected a command, found '@args.txt' (see qengine --help)")]
    [TestCase("[suggest] x", "expected a command, found '[suggest]' (see qengine --help)")]
    [TestCase("help serach", "expected a command, found 'serach': did you mean search? (see qengine --help)")]
    [TestCase("--sed 3 search", "expected an option, found '--sed': did you mean --seed? (see qengine --help)")]
    [TestCase("--jsn search", "expected an option, found '--jsn': did you mean --json? (see qengine --help)")]
    [TestCase("search --index ix --hybird rrf x", "expected an option of search, found '--hybird': did you mean --hybrid? (words that begin with - go after --) (see qengine search --help)")]
    [TestCase("search --index ix x -k 2", "expected an option of search, found '-k': did you mean --top? (words that begin with - go after --) (see qengine search --help)")]
    [TestCase("search --index ix --hybird=rrf x", "found '--hybird': did you mean --hybrid?")]
    [TestCase("search --Index ix", "found '--Index': did you mean --index?")]
    [TestCase("search -index ix", "found '-index': did you mean --index?")]
    [TestCase("search --index ix -5 degrees", "expected an option of search, found '-5' (words that begin with - go after --)")]
    [TestCase("search --index ix red - blue", "expected an option of search, found '-' (words that begin with - go after --)")]
    [TestCase("search --index ix - -- red", "expected an option of search, found '-'")]
    [TestCase("search --index ix - -", "expected an option of search, found '-'")]
    [TestCase("embed -", "expected an option of embed, found '-'")]
    [TestCase("- search", "expected an option, found '-'")]
    [TestCase("search --index ix ---", "expected an option of search, found '---'")]
    [TestCase("search --index ix -hello", "expected an option of search, found '-hello'")]
    [TestCase("search --index ix -- x --version", null)]
    [TestCase("train --max_length 5", "found '--max_length': did you mean --max-length?")]
    [TestCase("train --triples a.tsv b.tsv --epoch 2", "expected an option of train, found '--epoch': did you mean --epochs? (see qengine train --help)")]
    [TestCase("train --triples --epochs 2", "expected a value after --triples, found '--epochs'")]
    [TestCase("search --index --top 5", "expected a value after --index, found '--top' (--index=--top where that is meant) (see qengine search --help)")]
    [TestCase("search --index --", "expected a value after --index, found '--'")]
    [TestCase("search --index -x", "expected a value after --index, found '-x'")]
    [TestCase("search --index", "expected a value after --index, found none (see qengine search --help)")]
    [TestCase("search --index= x", "expected a value after --index, found an empty one")]
    [TestCase("search --index: x", "expected a value after --index, found an empty one")]
    [TestCase("search --top 5 --index ix --top 6", "expected --top once, found it again")]
    [TestCase("--seed 1 train --seed 1", "expected --seed once, found it again")]
    [TestCase("compress --input x --embeddings y", "expected --input once, found it again")]
    [TestCase("search --json=false x", "expected --json without a value, found 'false'")]
    [TestCase("search \u2013index ix", "expected --index with the dashes of the keyboard, found '\u2013index'")]
    [TestCase("search \u2014top 5", "expected --top with the dashes of the keyboard, found '\u2014top'")]
    [TestCase("models gte x", "expected a command of models, found 'gte': did you mean get? (see qengine models --help)")]
    [TestCase("models get x --ot y", "expected an option of models get, found '--ot': did you mean --out? (words that begin with - go after --) (see qengine models get --help)")]
    [TestCase("models get x y", "expected NAME alone, or options, found 'y' (see qengine models get --help)")]
    [TestCase("import a.onnx vocab b", "expected MODEL.onnx alone, or options, found 'vocab': did you mean --vocab?")]
    [TestCase("embed foo --model m", "expected options alone, found 'foo' (see qengine embed --help)")]
    [TestCase("embed model m", "expected options alone, found 'model': did you mean --model?")]
    [TestCase("embed -- foo", "expected options alone, found 'foo'")]
    public void What_is_wrong_is_named(string line, string? message)
    {
        if (message is null) Assert.That(() => Read(line), Throws.Nothing);
        else Assert.That(() => Read(line), Throws.TypeOf<UsageException>().With.Message.Contains(message));
    }

    [Test]
    public void An_empty_value_is_none_but_of_a_text()
    {
        Assert.That(() => Read(["search", "--queries", "q", "--run", ""]), Throws.TypeOf<UsageException>().With.Message.Contains("expected a value after --run, found an empty one"));
        Assert.That(Read(["embed", "--prompt", "", "--model", "m"]), Is.EqualTo(new[] { "embed", "--prompt", "", "--model=m", "--" }));
        Assert.That(Read(["search", ""]), Is.EqualTo(new[] { "search", "--", "" }));
    }

    [Test]
    public void Every_command_refuses_a_mistyped_option_and_a_word_too_many([ValueSource(nameof(Commands))] string command)
    {
        CommandLine.Run(command, "--jsno").Failed(2, "did you mean --json?", $"(see qengine {command} --help)");
        CommandLine.Run(command, "--treads", "2").Failed(2, "did you mean --threads?");
        if (command == "complete") return;   // any words
        if (command == "completion") CommandLine.Run(command, "@none").Failed(2, "expected bash, zsh, fish or pwsh, found '@none'");
        else if (command == "experiment") CommandLine.Run(command, "@none").Failed(2, "expected the file of an experiment", "found '@none'");
        else if (command == "circuit") CommandLine.Run(command, "@none").Failed(1, "expected a readable file, found no such file: @none");
        else if (command is "search" or "import" or "report") CommandLine.Run(command, "@none").Failed(2, command == "search" ? "--index" : "--out");
        else CommandLine.Run(command, "@none").Failed(2, command is "models" or "lab" ? $"expected a command of {command}, found '@none'" : "expected options alone, found '@none'");
    }

    [Test]
    public void Every_option_takes_its_value_by_a_space_a_sign_or_a_colon([ValueSource(nameof(Commands))] string command)
    {
        foreach (Option option in Program.Root().Subcommands.Single(one => one.Name == command).Options)
        {
            if (option.ValueType == typeof(bool))
            {
                Assert.That(Read([command, option.Name]), Is.EqualTo(new[] { command, option.Name, "--" }));
                Assert.That(() => Read([command, $"{option.Name}=true"]), Throws.TypeOf<UsageException>());
                continue;
            }
            if (option.ValueType == typeof(bool?))
            {
                Assert.That(Read([command, option.Name]), Is.EqualTo(new[] { command, $"{option.Name}=true", "--" }));
                foreach (string[] form in (string[][])[[option.Name, "false"], [$"{option.Name}=false"], [$"{option.Name}:false"]])
                    Assert.That(Read([command, .. form]), Is.EqualTo(new[] { command, $"{option.Name}=false", "--" }));
                Assert.That(() => Read([command, $"{option.Name}=no"]), Throws.TypeOf<UsageException>().With.Message.Contains("found 'no'"));
                continue;
            }
            foreach (string[] form in (string[][])[[option.Name, "v"], [$"{option.Name}=v"], [$"{option.Name}:v"]])
                Assert.That(Read([command, .. form]), Is.EqualTo(new[] { command, $"{option.Name}=v", "--" }));
            Assert.That(() => Read([command, option.Name, "--json"]), Throws.TypeOf<UsageException>(), option.Name);
            Assert.That(() => Read([command, option.Name.ToUpperInvariant(), "v"]), Throws.TypeOf<UsageException>().With.Message.Contains($"did you mean {option.Name}?").Or.Message.Contains("found '--B'").Or.Message.Contains("found '--K1'"), option.Name);
        }
    }

    private static string[] Commands() => [.. Program.Root().Subcommands.Select(command => command.Name)];

    private static string[] Read(string line) => Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string[] Read(string[] arguments) => ArgumentReader.Read(Program.Root(), arguments);
}
