using System.CommandLine;
using System.CommandLine.Help;

namespace QEngine.Tools.Cli;

/// <summary>
/// Reads a command line strictly, so that no word ends where it was not meant: what begins with <c>-</c> is an option of the command, a
/// number after one, or an error; words that begin so stand after <c>--</c>, but for <c>-</c> as the only word, which is standard input. A
/// value follows its option or <c>=</c> or <c>:</c>.
/// </summary>
/// <remarks>
/// What comes out is read by System.CommandLine, by whose own rules such words would become words of a query or values of other options.
/// </remarks>
internal sealed class ArgumentReader
{
    private const string End = "--", Dash = "-", SlashHelp = "/?", HelpWord = "help", VersionWord = "version", Yes = "true", No = "false";

    // As typesetters have them.
    private static readonly char[] Dashes = ['\u2012', '\u2013', '\u2014', '\u2015', '\u2212'];

    private readonly RootCommand _root;
    private readonly string[] _arguments;
    private readonly List<string> _options = [], _words = [];
    private readonly HashSet<Option> _given = [];
    private Command _command;
    private int _next;
    private bool _help, _version, _dash;
    private UsageException? _wrong;

    private ArgumentReader(RootCommand root, string[] arguments) => (_root, _command, _arguments) = (root, root, arguments);

    /// <summary>Reads a command line.</summary>
    /// <param name="root">The commands and their options.</param>
    /// <param name="arguments">The words as the shell gives them.</param>
    /// <returns>
    /// The command, its options each with its value, and after <c>--</c> its words; the command alone with <c>--help</c> where help is
    /// asked for; nothing where there is no command.
    /// </returns>
    /// <exception cref="UsageException">A word is unknown, has no value or one too many, or is there twice.</exception>
    public static string[] Read(RootCommand root, string[] arguments)
    {
        ArgumentReader reader = new(root, arguments);
        reader.ReadAll();
        string[] command = [.. Path(reader._command)];
        // Who asks for help has made no mistake yet.
        if (reader._help) return [.. command, "--help"];
        if (reader._version) return ["--version"];
        if (reader._wrong is not null) throw reader._wrong;
        return command.Length == 0 ? [] : [.. command, .. reader._options, End, .. reader._words];
    }

    /// <summary>How to learn more of a command, as it stands at the end of a message.</summary>
    public static string Hint(Command command) => $"(see {string.Join(' ', ["qengine", .. Path(command), "--help"])})";

    private void ReadAll()
    {
        while (_next < _arguments.Length)
        {
            string argument = _arguments[_next++];
            if (argument == End)
            {
                _words.AddRange(_arguments.AsSpan(_next));
                break;
            }
            if (argument is SlashHelp) _help = true;
            else if (argument == Dash && _command.Arguments.Count > 0 && !_dash) _dash = true;
            else if (argument.StartsWith('-')) ReadOption(argument);
            else if (_command.Subcommands.Count > 0) ReadCommand(argument);
            else ReadWord(argument);
        }
        if (_dash && _words.Count > 0) Unknown(Dash, "");
        else if (_dash) _words.Add(Dash);
        int maxWords = _command.Arguments.Sum(argument => argument.Arity.MaximumNumberOfValues);
        if (_command != _root && _words.Count > maxWords) Surplus(_words[maxWords], maxWords);
    }

    private void ReadCommand(string name)
    {
        if (name == HelpWord) _help = true;
        else if (_command == _root && name == VersionWord) _version = true;
        else if (_command.Subcommands.FirstOrDefault(command => command.Name == name) is { } command) _command = command;
        else
        {
            // Nothing that follows has a meaning then, and there is no help for it; unless it is the value of an option that is none.
            Wrong(
                $"expected a command{OwnerOf(_command)}, found "
                + $"'{name}'{Suggestion(Nearest.Find(name, _command.Subcommands.Select(command => command.Name)))}");
            throw _wrong!;
        }
    }

    private void ReadWord(string word)
    {
        // Another dash than the keyboard's, copied from a page, before the name of an option.
        if (word.Length > 0 && Dashes.Contains(word[0]) && Find(End + word.TrimStart(Dashes)) is { } option)
            Wrong($"expected {option.Name} with the dashes of the keyboard, found '{word}'");
        _words.Add(word);
    }

    private void ReadOption(string argument)
    {
        int sign = argument.AsSpan().IndexOfAny('=', ':');
        string name = Find(argument) is null && sign > 0 ? argument[..sign] : argument;
        string? value = name.Length < argument.Length ? argument[(sign + 1)..] : null;
        switch (Find(name))
        {
            case null:
                Unknown(name, Suggestion(NearestOption(name)));
                break;
            case HelpOption:
                _help = true;
                break;
            case VersionOption:
                _version = true;
                break;
            case { } flag when flag.ValueType == typeof(bool):
                if (value is not null) Wrong($"expected {flag.Name} without a value, found '{value}'");
                _options.Add(flag.Name);
                break;
            case { } choice when choice.ValueType == typeof(bool?):
                ReadChoice(choice, value);
                break;
            case { } option:
                ReadValues(option, value);
                break;
        }
    }

    // A flag that may be denied: its default is not always no.
    private void ReadChoice(Option option, string? value)
    {
        if (!_given.Add(option)) Wrong($"expected {option.Name} once, found it again");
        if (value is null && _next < _arguments.Length && _arguments[_next] is Yes or No) value = _arguments[_next++];
        if (value is not (null or Yes or No)) Wrong($"expected {option.Name} alone, {Yes} or {No} after it, found '{value}'");
        _options.Add($"{option.Name}={value ?? Yes}");
    }

    private void ReadValues(Option option, string? value)
    {
        bool many = option.Arity.MaximumNumberOfValues > 1;
        if (!_given.Add(option) && !many) Wrong($"expected {option.Name} once, found it again");
        if (value is not null)
        {
            AddValue(option, value);
            return;
        }
        if (_next == _arguments.Length) Wrong($"expected a value after {option.Name}, found none");
        else if (IsOption(_arguments[_next]))
        {
            Wrong(
                $"expected a value after {option.Name}, found '{_arguments[_next]}' ({option.Name}={_arguments[_next]} where that is "
                + "meant)");
        }
        else AddValue(option, _arguments[_next++]);
        // Where a command takes words, they may begin here: more values then have the option before them, unless it takes many at a time.
        bool more = many && (_command.Arguments.Count == 0 || option.AllowMultipleArgumentsPerToken);
        while (more && _next < _arguments.Length && !IsOption(_arguments[_next])) AddValue(option, _arguments[_next++]);
    }

    private void AddValue(Option option, string value)
    {
        if (value.Length == 0 && option is not TextOption) Wrong($"expected a value after {option.Name}, found an empty one");
        // In one word with its option nothing can be taken for anything else; only nothing would be.
        if (value.Length > 0) _options.Add($"{option.Name}={value}");
        else _options.AddRange([option.Name, ""]);
    }

    private Option? Find(string name) => Options().FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private IEnumerable<Option> Options() =>
        _command == _root ? _root.Options : _command.Options.Concat(_root.Options.Where(option => option.Recursive));

    private IEnumerable<string> Names() =>
        Options().SelectMany(option => option.Aliases.Prepend(option.Name)).Where(name => name.StartsWith(End, StringComparison.Ordinal));

    // A letter alone is what the help calls the value of one option, or the first of a name.
    private string? NearestOption(string name)
    {
        if (name.TrimStart('-') is not { Length: 1 } letter) return Nearest.Find(name, Names());
        Option[] named = [.. _command.Options.Where(option => letter.Equals(option.HelpName, StringComparison.OrdinalIgnoreCase))];
        return named.Length == 1
            ? named[0].Name
            : Names().FirstOrDefault(other => other.StartsWith(End + letter, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What may have been meant, as it stands in a message; empty where nothing is near.</summary>
    private static string Suggestion(string? nearest) => nearest is null ? "" : $": did you mean {nearest}?";

    private static string OwnerOf(Command command) => command is RootCommand ? "" : $" of {string.Join(' ', Path(command))}";

    /// <summary>A command's name after those of the commands that it belongs to; nothing for the root.</summary>
    private static IEnumerable<string> Path(Command command) =>
        command is RootCommand ? [] : [.. Path(command.Parents.OfType<Command>().First()), command.Name];

    private static bool IsOption(string argument) => argument.StartsWith('-') && argument != Dash && !NumberText.IsMeant(argument);

    private void Unknown(string name, string suggestion)
    {
        string words = _command.Arguments.Count == 0 ? "" : " (words that begin with - go after --)";
        Wrong($"expected an option{OwnerOf(_command)}, found '{name}'{suggestion}{words}");
    }

    private void Surplus(string word, int maxWords)
    {
        string expected = maxWords == 0
            ? "options alone"
            : $"{string.Join(' ', _command.Arguments.Select(argument => argument.HelpName))} alone, or options";
        Wrong($"expected {expected}, found '{word}'{Suggestion(Nearest.Find(word, Names()))}");
    }

    private void Wrong(string message) => _wrong ??= new UsageException($"{message} {Hint(_command)}");
}
