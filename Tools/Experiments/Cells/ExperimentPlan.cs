using System.Numerics;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>The cells of an experiment; what cannot be run is refused before anything is.</summary>
internal static class ExperimentPlan
{
    /// <summary>Lays out the cells, seed by seed, so that every model has some seeds early.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="seeds">The seeds of the command line; null for those of the experiment.</param>
    /// <param name="backbones">Its encoders.</param>
    /// <exception cref="QEngineException">A size or another setting is impossible for an encoder.</exception>
    public static Cell[] Lay(Experiment experiment, ulong[]? seeds, IReadOnlyList<Backbone> backbones)
    {
        ulong[] Of(Backbone backbone) => seeds ?? backbone.Choice.Seeds ?? experiment.Seeds;

        List<Cell> cells = [];
        foreach (ulong seed in backbones.SelectMany(Of).Distinct())
        {
            foreach (Backbone backbone in backbones)
            {
                if (!Of(backbone).Contains(seed)) continue;
                foreach (ExperimentModel model in experiment.Models)
                {
                    if (model.Backbones.Length > 0 && !model.Backbones.Contains(backbone.Choice.Name)) continue;
                    cells.AddRange(Cells(experiment, backbone, model, seed));
                }
            }
        }
        return [.. cells];
    }

    private static IEnumerable<Cell> Cells(Experiment experiment, Backbone backbone, ExperimentModel model, ulong seed)
    {
        int[] own = backbone.Choice.Sizes.Length > 0 ? backbone.Choice.Sizes : experiment.Sizes;
        // Without compression there is one size, and without learning one share of the rows.
        int[] sizes = model.KeepsWidth ? [backbone.Width] : own;
        double[] fractions = model.Learns ? experiment.Fractions : [1];
        ExperimentTraining training = experiment.Training.With(backbone.Choice.Training).With(model.Training);
        foreach (int size in sizes)
        {
            Require(backbone, model, size, training);
            foreach (double fraction in fractions) yield return new Cell(backbone.Choice, model, size, fraction, seed, training);
        }
    }

    private static void Require(Backbone backbone, ExperimentModel model, int size, ExperimentTraining training)
    {
        QEngineException Wrong(string expected, string found) =>
            new($"expected {expected} for {model.Name} with {backbone.Choice.Name}, found {found}");

        bool isEntangled = model.Head == CellHead.Entangled;
        if (isEntangled && (size is < 4 or > 2 << EntangledModule.MaxQubits || !BitOperations.IsPow2(size)))
            throw Wrong($"k a power of two from 4 to {2 << EntangledModule.MaxQubits}, two numbers an amplitude,", $"k = {size}");
        if (isEntangled && model.StateEncoding == StateEncoding.Amplitude && 2 * backbone.Width > size)
            throw Wrong($"k of at least {2 * backbone.Width}, two numbers an amplitude,", $"k = {size}");
        if (!isEntangled && size > backbone.Width) throw Wrong($"k from 1 to {backbone.Width}, the width of the vectors,", $"k = {size}");
        if (model.Matryoshka.Length > 0 && !model.Matryoshka.Contains(size)) throw Wrong("k among its matryoshka lengths", $"k = {size}");
        if (model.Matryoshka.Length > 0 && model.Matryoshka[^1] > backbone.Width)
            throw Wrong($"matryoshka lengths of at most {backbone.Width}, the width of the vectors,", $"{model.Matryoshka[^1]}");
        if (model.HasResidual && size == backbone.Width) throw Wrong($"k below {backbone.Width} with a residual", $"k = {size}");
        if (size % (model.Groups ?? 1) != 0) throw Wrong("groups that divide k", $"{model.Groups} groups and k = {size}");
        if (backbone.Given is null && model.Learns && training.Triples is null) throw Wrong("training.triples", "none");
        bool isFrozen = training.Layers == "none";
        if (backbone.Choice.IsNew && (model.Method == CellMethod.Head || isFrozen))
            throw Wrong("an encoder that was trained before", "a new one");
        if (model.Method == CellMethod.Head) return;
        RequireLayers(backbone, training.Layers, Wrong);
        bool compresses = isEntangled ? model.StateEncoding == StateEncoding.Angle : size < backbone.Width;
        bool hasNumbers = compresses || model.Head is CellHead.Linear or CellHead.Grouped || model.EncodingScale is not null;
        if (isFrozen && (model.Head == CellHead.None || !hasNumbers))
            throw Wrong("something to train", "a frozen encoder and a head without numbers");
    }

    private static void RequireLayers(Backbone backbone, string? layers, Func<string, string, QEngineException> wrong)
    {
        if (layers is null) return;
        try
        {
            FineTuneLayers.Parse(layers).Require(backbone.Layers);
        }
        catch (QEngineException refused)
        {
            throw wrong("layers that the encoder has", refused.Message);
        }
    }
}
