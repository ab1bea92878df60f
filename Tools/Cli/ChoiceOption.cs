using System.CommandLine;
using System.CommandLine.Parsing;

namespace QEngine.Tools.Cli;

/// <summary>An option whose value is one of some words, each of which stands for something.</summary>
/// <typeparam name="T">What the words stand for; one that may be null where the option may be left out.</typeparam>
internal sealed class ChoiceOption<T> : Option<string?>
{
    private readonly (string Word, T Value)[] _choices;

    /// <summary>Defines an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="choices">The words and what they stand for, in the order of help and messages.</param>
    public ChoiceOption(string name, params (string Word, T Value)[] choices)
        : base(name)
    {
        _choices = choices;
        HelpName = string.Join('|', Words);
        CompletionSources.Add([.. Words]);
        CustomParser = Parse;
    }

    /// <summary>A word that is not shown, for the value of another.</summary>
    public (string Word, string Meant)? Synonym { get; init; }

    /// <summary>The word where the option is left out.</summary>
    public string Default { init => DefaultValueFactory = _ => value; }

    private IEnumerable<string> Words => _choices.Select(choice => choice.Word);

    /// <summary>The value of a command line.</summary>
    /// <returns>What the word stands for; null, or the like, where the option is left out and has no default.</returns>
    public T? Read(ParseResult parse) => parse.GetValue(this) is { } word ? ValueOf(word) : default;

    /// <summary>What a word stands for.</summary>
    public T ValueOf(string word) => Array.Find(_choices, choice => choice.Word == word).Value;

    /// <summary>The word for a value.</summary>
    public string WordOf(T value) => Array.Find(_choices, choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Word;

    private string? Parse(ArgumentResult result)
    {
        string word = result.Tokens[^1].Value;
        if (word == Synonym?.Word) return Synonym.Value.Meant;
        if (Words.Contains(word)) return word;
        result.AddError($"expected {Name} {Usage.Either(Words)}, found '{word}'");
        return null;
    }
}
