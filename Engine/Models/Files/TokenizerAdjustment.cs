using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>
/// How a class of tokenizer of transformers adjusts the normaliser of <c>tokenizer.json</c>: what <c>tokenizer_config.json</c> says wins,
/// and what it does not say has the class's default, whatever <c>tokenizer.json</c> says.
/// </summary>
internal static class TokenizerAdjustment
{
    private const string Case = "do_lower_case", Ideographs = "tokenize_chinese_chars", Accents = "strip_accents";

    /// <summary>
    /// Adjusts the settings of a file; refuses by name what releases of transformers read differently, or nobody can have meant.
    /// </summary>
    /// <param name="file">The settings of the tokenizer's file.</param>
    /// <param name="configuration">What <c>tokenizer_config.json</c> says.</param>
    /// <param name="kind">The class of tokenizer.</param>
    /// <param name="complete">Whether the file is <c>tokenizer.json</c>.</param>
    /// <param name="adjustable">Whether its normaliser is one that the class adjusts.</param>
    /// <param name="folder">The folder, for errors.</param>
    public static TokenizerSettings Apply(
        TokenizerSettings file, TokenizerConfigurationFile configuration, string kind, bool complete, bool adjustable, string folder)
    {
        string path = FileErrors.Name(Path.Combine(folder, TokenizerConfigurationFile.FileName));
        TokenizerSettings settings = file with
        {
            Lowercase = configuration.Lowercase ?? true,
            HandleChineseCharacters = configuration.HandleChineseCharacters ?? true,
            StripAccents = configuration.StripAccents,
        };
        if (complete && adjustable)
        {
            RequireSaid(configuration.Lowercase is not null, Case, settings.Lowercase, file.Lowercase);
            RequireSaid(
                configuration.HandleChineseCharacters is not null, Ideographs, settings.HandleChineseCharacters,
                file.HandleChineseCharacters);
            RequireSaid(configuration.SaysAccents, Accents, settings.StripsAccents, file.StripsAccents);
        }
        if (!adjustable)
        {
            RequireSame(Case, settings.Lowercase, file.Lowercase);
            RequireSame(Ideographs, settings.HandleChineseCharacters, file.HandleChineseCharacters);
            RequireSame(Accents, settings.StripsAccents, file.StripsAccents);
            settings = file;
        }
        if (configuration.CleanText is bool cleans) RequireSame("clean_text", cleans, settings.CleanText);
        if (configuration.ContinuingPrefix is string prefix && prefix != settings.ContinuingPrefix)
            throw new QEngineException(
                $"expected wordpieces_prefix {Printable.Quote(settings.ContinuingPrefix)} as the tokenizer's file has it, "
                + $"found {Printable.Quote(prefix)} in {path}");
        return settings;

        void RequireSaid(bool said, string name, bool taken, bool found)
        {
            if (!said && taken != found)
                throw new QEngineException(
                    $"expected {name} {Word(found)} as the normalizer of tokenizer.json has it, "
                    + $"found none, for which {kind} takes {Word(taken)}, in {path}");
        }

        void RequireSame(string name, bool said, bool found)
        {
            if (said != found)
                throw new QEngineException(
                    $"expected {name} {Word(found)} as the tokenizer's file has it, "
                    + $"found {Word(said)}, which releases of {kind} read differently, in {path}");
        }
    }

    private static string Word(bool flag) => flag ? "true" : "false";
}
