using System.Globalization;
using QEngine.Quantum;
using QEngine.Tools.Heads;

namespace QEngine.Tools.Experiments;

/// <summary>One run of an experiment.</summary>
/// <param name="Backbone">The encoder.</param>
/// <param name="Model">The model.</param>
/// <param name="Size">k, numbers of a vector.</param>
/// <param name="Fraction">Share of the training queries.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="Training">How it is trained.</param>
internal sealed record Cell(
    ExperimentBackbone Backbone, ExperimentModel Model, int Size, double Fraction, ulong Seed, ExperimentTraining Training)
{
    /// <summary>Its name, fit for a file: encoder, model, k, percent and seed.</summary>
    public string Key => string.Create(
        CultureInfo.InvariantCulture, $"{Backbone.Name}.{Model.Name}.k{Size}.p{Math.Round(100 * Fraction, 6)}.s{Seed}");

    /// <summary>All that it depends on but seed and data, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings
    {
        get
        {
            SortedDictionary<string, string> settings = new(StringComparer.Ordinal);
            void Add(string name, object? value)
            {
                if (value is string[] texts) value = string.Join(", ", texts);
                if (value is int[] numbers) value = string.Join(", ", numbers);
                if (value is Enum word) value = word.ToString().ToLowerInvariant();
                if (value is bool flag) value = flag ? "yes" : "no";
                if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text) settings.Add(name, text);
            }

            if (Backbone.Vectors is null) Add("encoder", Backbone.Model);
            Add("vectors", Backbone.Vectors?.Files);
            Add("head", Model.Head);
            Add("method", Model.Method);
            Add("similarity", Model.Similarity.Name());
            if (Model.Head == CellHead.Quantum) Add("gate", Model.Gate);
            if (Model.Similarity.IsFidelity()) Add("tau", Model.Tau);
            if (Model.Head == CellHead.Linear) Add("activation", Model.Activation);
            Add("groups", Model.Groups);
            if (Model.Head == CellHead.Entangled) Add("state_encoding", Model.StateEncoding);
            Add("encoding_scale", Model.EncodingScale);
            // Cells of runs from before there was a choice have no such settings.
            if (Model.Score != FidelityForm.Fidelity) Add("score", Model.Score);
            if (Model.Angles != PairAngles.All) Add("angles", Model.Angles);
            if (Model.HasResidual) Add("residual", true);
            if (Model.ShufflesInputs) Add("shuffle_inputs", true);
            if (Model.StartDeviation != 1) Add("start_deviation", Model.StartDeviation);
            Add("matryoshka", Model.Matryoshka);
            if (Backbone.Vectors is null) Add("max_length", Training.MaxLength ?? CellDefaults.MaxLength);
            if (!Model.Learns) return settings;
            Add("triples", Training.Triples);
            Add("max_per_query", Training.MaxPerQuery);
            Add("max_rows", Training.MaxRows);
            Add("epochs", Training.Epochs);
            Add("min_steps", Training.MinSteps);
            Add("batch", Training.Batch ?? CellDefaults.Batch);
            Add("learning_rate", Training.Rate);
            Add("head_learning_rate", Training.HeadRate);
            Add("schedule", Training.Schedule);
            Add("negatives", Training.Negatives);
            Add("in_batch", Training.InBatch);
            Add("layers", Training.Layers);
            Add("dropout", Training.Dropout);
            Add("vocabulary", Training.Vocabulary);
            Add("vocabulary_size", Training.VocabularySize);
            return settings;
        }
    }
}

/// <summary>What holds where an experiment says nothing: the defaults of <c>train</c>.</summary>
internal static class CellDefaults
{
    /// <summary>Longest text in tokens.</summary>
    public const int MaxLength = 128;

    /// <summary>Queries of a batch.</summary>
    public const int Batch = 64;

    /// <summary>Hard negatives of a query.</summary>
    public const int Negatives = 5;

    /// <summary>Passes over the rows.</summary>
    public const int Epochs = 1;

    /// <summary>Pieces of a vocabulary that is trained on the texts.</summary>
    public const int VocabularySize = 16_000;

    /// <summary>Largest learning rate.</summary>
    public const double Rate = 5e-5;
}
