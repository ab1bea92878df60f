using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using QEngine.Storage;
using QEngine.Text;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine tokenize</c>.</summary>
internal sealed class TokenizeCommand : Command
{
    // Results are handed over in pieces of this size, since the console writes every piece at once.
    private const int FlushBytes = 1 << 16;

    private readonly Option<InputFile> _vocab = new("--vocab")
    {
        CustomParser = InputFile.Parse,
        Required = true,
        Description = "vocab.txt or tokenizer.json.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _maxLength = new Option<int?>("--max-length")
    {
        Description = "Most ids a text, [CLS] and [SEP] included, which are 2; no limit unless given.",
        HelpName = "N",
    }.Whole(2);

    /// <summary>Defines the command.</summary>
    public TokenizeCommand()
        : base(
            "tokenize",
            "Show the token ids of lines from standard input: a JSON object {\"text\", \"ids\"} a line.\n"
            + "Example: echo \"Hello, world!\" | qengine tokenize --vocab models/qbec/vocab.txt")
    {
        this.AddOptions(_vocab, _maxLength);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        int maximum = parse.GetValue(_maxLength) ?? int.MaxValue;
        InputFile vocabulary = parse.GetRequiredValue(_vocab);
        if (vocabulary.IsStandardInput)
            throw new UsageException($"expected --vocab to name a file, found {vocabulary.Name}, which holds the lines");
        CommandPaths.RequireUsable(parse);
        BertTokenizer tokenizer = new(Vocabulary.Load(vocabulary.ReadablePath));
        if (!StandardInput.IsProvided) throw new UsageException($"expected lines on standard input, found {StandardInput.Instead}");

        ArrayBufferWriter<byte> buffer = new(2 * FlushBytes);
        using Utf8JsonWriter json = new(buffer, JsonText.Compact);
        using Utf8Lines lines = StandardInput.Lines(beforeReading: () => Flush(buffer));
        try
        {
            while (lines.MoveNext())
            {
                Session.Cancellation.ThrowIfCancellationRequested();
                Write(json, lines.Text, tokenizer, maximum);
                buffer.Write("\n"u8);
                if (buffer.WrittenCount >= FlushBytes) Flush(buffer);
            }
        }
        finally
        {
            // Lines before a bad one are results all the same.
            Flush(buffer);
        }
        return ExitCode.Success;
    }

    private static void Write(Utf8JsonWriter json, string text, BertTokenizer tokenizer, int maximum)
    {
        json.Reset();
        JsonSerializer.Serialize(json, new TokenizedText(text, tokenizer.Encode(text, maximum)), ResultJson.Default.TokenizedText);
        json.Flush();
    }

    private static void Flush(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.WrittenCount == 0) return;
        Console.Out.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        Console.Out.Flush();
        buffer.ResetWrittenCount();
    }
}

/// <summary>A line and its token ids, as JSON.</summary>
internal sealed record TokenizedText(string Text, int[] Ids);
