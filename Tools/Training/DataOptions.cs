using System.CommandLine;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The options that say what is trained on.</summary>
internal sealed class DataOptions
{
    private readonly Option<FileInfo[]> _triples = new("--triples") { AllowMultipleArgumentsPerToken = true, Description = "TSV files with rows of query, positive and any number of negatives.", HelpName = "FILE.tsv" };
    private readonly Option<FileInfo[]> _pairs = new("--pairs") { AllowMultipleArgumentsPerToken = true, Description = "TSV files of text, text, score of their likeness, or in the STS benchmark's columns; for --loss cosent or mse.", HelpName = "FILE.tsv" };
    private readonly Option<FileInfo[]> _teacher = new("--teacher") { AllowMultipleArgumentsPerToken = true, Description = "TSV files of query, passage, score by a teacher; for --loss margin-mse or distillation.", HelpName = "FILE.tsv" };
    private readonly Option<FileInfo[]> _cloze = new("--inverse-cloze") { AllowMultipleArgumentsPerToken = true, Description = "Texts (.txt, .tsv, .jsonl) without queries, for pairs of a sentence and the rest of its text; needs --in-batch.", HelpName = "FILE" };
    private readonly Option<int> _perQuery = new("--max-per-query") { Description = "Most rows of one query from --triples; 0 for all.", HelpName = "N" };
    private readonly Option<FileInfo[]> _dev = new("--dev") { AllowMultipleArgumentsPerToken = true, Description = "Development rows in the same format, not trained on: loss, accuracy and NDCG@10 after every epoch.", HelpName = "FILE.tsv" };
    private readonly Option<double> _devShare = new("--dev-share") { Description = "Instead of --dev: the rows of this share of the queries are not trained on.", HelpName = "X" };

    /// <summary>Adds the options to a command.</summary>
    public DataOptions(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_triples, _pairs, _teacher, _cloze, _perQuery, _dev, _devShare]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            int kinds = (result.GetResult(_triples) is null ? 0 : 1) + (result.GetResult(_pairs) is null ? 0 : 1) + (result.GetResult(_teacher) is null ? 0 : 1);
            if (kinds != 1) result.AddError($"expected one of --triples, --pairs and --teacher, found {(kinds == 0 ? "none" : "several")}");
        });
    }

    /// <summary>Whether pairs without queries are asked for.</summary>
    public bool HasInverseCloze(ParseResult parse) => parse.GetValue(_cloze) is { Length: > 0 };

    /// <summary>Whether the rows are scored pairs.</summary>
    public bool HasPairs(ParseResult parse) => parse.GetValue(_pairs) is { Length: > 0 };

    /// <summary>Whether the rows have a teacher's scores.</summary>
    public bool HasTeacher(ParseResult parse) => parse.GetValue(_teacher) is { Length: > 0 };

    /// <summary>Reads the rows.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="seed">Picks sentences and the development queries.</param>
    /// <returns>What is trained on, and the development rows or null.</returns>
    public (TrainingRows Training, TrainingRows? Development) Read(ParseResult parse, ulong seed)
    {
        double share = parse.GetValue(_devShare);
        FileInfo[] dev = parse.GetValue(_dev) ?? [];
        if (share is not (>= 0 and < 1)) throw new UsageException($"expected --dev-share from 0 to below 1, found {share}");
        if (share > 0 && dev.Length > 0) throw new UsageException("expected --dev or --dev-share, found both");
        TrainingRows rows = Rows(parse, [.. parse.GetValue(_triples) ?? [], .. parse.GetValue(_pairs) ?? [], .. parse.GetValue(_teacher) ?? []], parse.GetValue(_perQuery));
        TrainingRows? development = share > 0 ? rows.TakeOut(share, seed) : dev.Length > 0 ? Rows(parse, dev, 0) : null;
        // After the split: a sentence of a background text is no query to measure by.
        foreach (FileInfo texts in parse.GetValue(_cloze) ?? []) rows.AddInverseCloze(texts.FullName, seed);
        return (rows, development);
    }

    /// <summary>The files, as the model card names them.</summary>
    public IEnumerable<(string Name, string Value)> Describe(ParseResult parse)
    {
        foreach (Option<FileInfo[]> option in (Option<FileInfo[]>[])[_triples, _pairs, _teacher, _cloze, _dev])
            if (parse.GetValue(option) is { Length: > 0 } files) yield return (option.Name.TrimStart('-'), string.Join(", ", files.Select(file => file.Name)));
    }

    private TrainingRows Rows(ParseResult parse, FileInfo[] files, int maximumPerQuery)
    {
        TrainingRows rows = new();
        string[] paths = [.. files.Select(file => file.FullName)];
        if (HasPairs(parse)) foreach (string path in paths) rows.AddScoredPairs(path);
        else if (HasTeacher(parse)) foreach (string path in paths) rows.AddTeacherScores(path);
        else rows.AddTriples(paths, maximumPerQuery);
        return rows;
    }
}
