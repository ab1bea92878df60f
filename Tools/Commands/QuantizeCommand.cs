using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine quantize</c>: a model folder in int8, if its vectors stay near those in float32.</summary>
internal sealed class QuantizeCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "The model in float32: its folder, or a name of qengine models.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFile> _texts = new("--texts")
    {
        CustomParser = InputFile.Parse,
        Description = "Texts to compare the vectors on, as qengine embed reads them; some built-in ones if left out.",
        HelpName = "FILE",
    };

    private readonly Option<double> _minCosine = new Option<double>("--min-cosine")
    {
        Description = "Least mean cosine between the vectors in int8 and those in float32; below it nothing is written.",
        DefaultValueFactory = _ => 0.998,
        HelpName = "C",
    }.Real(Interval.Between(-1, 1));

    private readonly Option<OutputFolder?> _out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Required = true,
        Description = "Folder of the model to write.",
        HelpName = "DIR",
    };

    private readonly TextFormatOption _format;

    /// <summary>Defines the command.</summary>
    public QuantizeCommand()
        : base(
            "quantize",
            "Write a model with its encoder in int8, about a quarter of the size, if its vectors stay near those of the model.\n"
            + "Example: qengine quantize --model all-MiniLM-L6-v2 --texts passages.tsv --out models/minilm-int8")
    {
        this.AddOptions(_model, _texts, _minCosine, _out);
        _format = new TextFormatOption(this, _texts);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        IdTextFormat? format = _format.Read(parse);
        CommandPaths.RequireUsable(parse);
        OutputFolder output = parse.GetRequiredValue(_out)!;
        ModelFolder.RequireOwnReadme(output.Folder);
        string model = parse.GetRequiredValue(_model).Folder;
        SentenceEmbedder exact = ModelArgument.Load(model, session.Workers, EncoderPrecision.Float32);
        SentenceEmbedder quantized = ModelArgument.Load(model, session.Workers, EncoderPrecision.Int8);
        VectorAgreement agreement = Compare(parse, session, format, exact, quantized);

        double bound = parse.GetValue(_minCosine);
        bool near = agreement.MeanCosine >= bound;
        if (near) Save(quantized, model, output, agreement);
        QuantizeResult result = new(
            output.Given,
            ModelArgument.NameOf(model),
            agreement.Texts,
            agreement.MeanCosine,
            agreement.MinCosine,
            (long)exact.Model.Parameters.Count * sizeof(float),
            quantized.Model.Parameters.QuantizedCount + ((long)quantized.Model.Parameters.Count * sizeof(float)),
            near);
        session.Show(result, ResultJson.Default.QuantizeResult, results => results.Table(Table(result)));
        return near
            ? ExitCode.Success
            : throw new QEngineException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"expected a mean cosine of at least {bound} to the vectors in float32, found {agreement.MeanCosine:F5}: "
                    + $"nothing was written to {output.Given}"));
    }

    private VectorAgreement Compare(
        ParseResult parse, Session session, IdTextFormat? format, SentenceEmbedder exact, SentenceEmbedder quantized)
    {
        if (parse.GetValue(_texts) is not { } file)
            return VectorAgreement.Measure(session, exact, quantized, SampleTexts.All, SampleTexts.All.Count);
        TextSource texts = TextSource.From(file, format);
        long count = texts.Count();
        if (count == 0) throw new QEngineException($"expected texts to compare the vectors on, found none in {file.Name}");
        return VectorAgreement.Measure(session, exact, quantized, texts.Read().Select(text => text.Text), count);
    }

    private static void Save(SentenceEmbedder quantized, string model, OutputFolder output, VectorAgreement agreement)
    {
        Session.Cancellation.ThrowIfCancellationRequested();
        if (Path.GetDirectoryName(output.Folder) is { } parent) Directory.CreateDirectory(parent);
        ModelCard card = new()
        {
            Data = [("quantised from", ModelArgument.NameOf(model))],
            Measures = [("mean cosine to float32", agreement.MeanCosine), ("minimum cosine to float32", agreement.MinCosine)],
        };
        ModelFolder.Save(quantized, output.Folder, new SaveOptions { Card = card });
    }

    private static ResultTable Table(QuantizeResult result)
    {
        ResultTable table = ResultTable.OfProperties();
        table.Add("model", result.Model);
        table.Add("texts", result.Texts.ToString("N0", CultureInfo.InvariantCulture));
        table.Add("mean cosine", Number(result.MeanCosine));
        table.Add("minimum cosine", Number(result.MinCosine));
        table.Add("weights", $"{Megabytes(result.Float32Bytes)} in float32, {Megabytes(result.Int8Bytes)} in int8");
        table.Add("folder", result.Written ? result.Folder : "not written");
        return table;
    }

    private static string Number(double value) => value.ToString("F5", CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
}

/// <summary>What <c>qengine quantize</c> found and wrote, as JSON.</summary>
internal sealed record QuantizeResult(
    string Folder,
    string Model,
    int Texts,
    double MeanCosine,
    double MinCosine,
    long Float32Bytes,
    long Int8Bytes,
    bool Written);
