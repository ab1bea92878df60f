using System.Text.Json;
using System.Text.Json.Serialization;
using QEngine.Tools.Circuits;
using QEngine.Tools.Demo;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Experiments;
using QEngine.Tools.Heads;
using QEngine.Tools.Indexing;
using QEngine.Tools.Lab;
using QEngine.Tools.Searching;
using QEngine.Tools.Sharding;
using QEngine.Training;

namespace QEngine.Tools.Commands;

/// <summary>The results of all commands as JSON: names in snake case, members in the order of their definition.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(EpochReportConverter), typeof(MetadataJson)])]
[JsonSerializable(typeof(AttachResult))]
[JsonSerializable(typeof(BenchResult))]
[JsonSerializable(typeof(CircuitResult))]
[JsonSerializable(typeof(CompressResult))]
[JsonSerializable(typeof(CosineCorrelations))]
[JsonSerializable(typeof(DemoResult))]
[JsonSerializable(typeof(EmbedResult))]
[JsonSerializable(typeof(EvaluationResult))]
[JsonSerializable(typeof(ExperimentList))]
[JsonSerializable(typeof(ExperimentSummary))]
[JsonSerializable(typeof(StudySummary))]
[JsonSerializable(typeof(FetchedModel))]
[JsonSerializable(typeof(FidelityCorrelations))]
[JsonSerializable(typeof(HeadResult))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(IndexResult))]
[JsonSerializable(typeof(InfoResult))]
[JsonSerializable(typeof(LabList))]
[JsonSerializable(typeof(LabResult))]
[JsonSerializable(typeof(MineResult))]
[JsonSerializable(typeof(ModelsResult))]
[JsonSerializable(typeof(PretrainResult))]
[JsonSerializable(typeof(QuantizeResult))]
[JsonSerializable(typeof(ReportResult))]
[JsonSerializable(typeof(QueryResult<FidelityHit>))]
[JsonSerializable(typeof(QueryResult<ScoredHit>))]
[JsonSerializable(typeof(ScoreResult))]
[JsonSerializable(typeof(ShardMergeResult))]
[JsonSerializable(typeof(ShardResult))]
[JsonSerializable(typeof(ShellScript))]
[JsonSerializable(typeof(SearchRunResult))]
[JsonSerializable(typeof(ServeResult))]
[JsonSerializable(typeof(StepLosses))]
[JsonSerializable(typeof(TokenizedText))]
[JsonSerializable(typeof(TrainResult))]
internal sealed partial class ResultJson : JsonSerializerContext;

/// <summary>An epoch writes itself, as in the log of a training: its measures are members of its object.</summary>
internal sealed class EpochReportConverter : JsonConverter<EpochReport>
{
    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EpochReport value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        value.Write(writer);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override EpochReport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
