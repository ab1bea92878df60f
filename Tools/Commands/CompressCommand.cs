using System.CommandLine;
using System.Globalization;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine compress</c>.</summary>
internal sealed class CompressCommand : Command
{
    // Rows that are compressed at once.
    private const int RowsPerBatch = 1024;

    private readonly Option<InputFolder> _head = new("--head")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "Folder of the head: config.json and model.safetensors, for instance 2_QuantumCompression of a model.",
        HelpName = "DIR",
    };

    private readonly Option<InputFile> _input = new("--input", "--embeddings")
    {
        Required = true,
        Description = "NumPy file of embeddings from any encoder: [texts, d]; - for standard input.",
        HelpName = "X.npy",
        CustomParser = InputFile.Parse,
    };

    private readonly Option<OutputFile> _output = new("--output", "--out")
    {
        Required = true,
        Description = "NumPy file to write: float32 [texts, numbers]; - for standard output.",
        HelpName = "Y.npy",
        CustomParser = OutputFile.ParseAs(".npy"),
    };

    private readonly ChoiceOption<EmbeddingFormat?> _format = FormatOption.Create();

    /// <summary>Defines the command.</summary>
    public CompressCommand()
        : base(
            "compress",
            "Apply a trained head to embeddings of any encoder.\n"
            + "Example: qengine compress --head models/qbec/2_QuantumCompression --input bert.npy --output angles.npy")
    {
        this.AddOptions(_head, _input, _output, _format);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        EmbeddingFormat format = _format.Read(parse) ?? EmbeddingFormat.Default;
        CommandPaths.RequireUsable(parse);
        Head layer = HeadFolder.Load(parse.GetRequiredValue(_head).Folder);
        HeadConfiguration head = layer.Configuration;
        int width = format.Width(head);
        string input = parse.GetRequiredValue(_input).ReadablePath;
        OutputFile output = parse.GetRequiredValue(_output);
        NpyArray embeddings = NpyFile.Read(input);
        if (embeddings.Shape.Length != 2)
        {
            throw new QEngineException(
                $"expected an array [texts, {head.InputDimension}], found {embeddings.Rows} numbers of one dimension in {input}");
        }
        if (embeddings.Columns != head.InputDimension)
            throw new QEngineException(
                $"expected rows of {head.InputDimension} numbers as the head takes, found {embeddings.Columns} in {input}");
        embeddings.RequireFinite();

        output.Write(path =>
        {
            using NpyWriter writer = NpyWriter.Create(path, width);
            Write(session, layer, format, embeddings, writer, input);
            writer.Complete();
        });

        string name = FormatOption.Name(format, head);
        session.Show(
            new CompressResult(output.Name, embeddings.Rows, embeddings.Columns, width, name),
            ResultJson.Default.CompressResult,
            _ => Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{embeddings.Rows} x {embeddings.Columns} numbers to {embeddings.Rows} x {width} {name}: {output.Name}")));
        return ExitCode.Success;
    }

    private static void Write(
        Session session, Head head, EmbeddingFormat format, NpyArray embeddings, NpyWriter writer, string input)
    {
        int inputs = embeddings.Columns, width = format.Width(head.Configuration);
        float[] result = new float[Math.Min(RowsPerBatch, embeddings.Rows) * width];
        for (int first = 0; first < embeddings.Rows; first += RowsPerBatch)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            int rows = Math.Min(RowsPerBatch, embeddings.Rows - first);
            head.Apply(embeddings.Data.AsSpan(first * inputs, rows * inputs), result.AsSpan(0, rows * width), session.Workers, format);
            for (int i = 0; i < rows; i++)
            {
                ReadOnlySpan<float> row = result.AsSpan(i * width, width);
                RequireFinite(row, first + i, input);
                writer.Write(row);
            }
        }
    }

    // Numbers near the limits of binary32 may overflow inside a linear head.
    private static void RequireFinite(ReadOnlySpan<float> row, int index, string input)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (!float.IsFinite(row[i]))
            {
                throw new QEngineException(
                    $"expected finite results, found {row[i].ToString(CultureInfo.InvariantCulture)} for row {index} of {input}, "
                    + $"column {i}: its numbers are too large for the head");
            }
        }
    }
}

/// <summary>What <c>qengine compress</c> wrote, as JSON.</summary>
internal sealed record CompressResult(
    string Output,
    int Rows,
    int InputWidth,
    int Width,
    string Format);
