namespace QEngine.Tools.Experiments;

/// <summary>Cells of an experiment that a run does not have, as far as its definition and the others tell.</summary>
/// <param name="Count">How many of the seeds that were begun are missing.</param>
/// <param name="Lines">Which ones, in words: a line a model, size and share, or an encoder.</param>
/// <param name="UnstartedSeeds">Seeds of the definition that no cell of their encoder has.</param>
internal sealed record MissingCells(int Count, string[] Lines, int UnstartedSeeds)
{
    /// <summary>Compares cells with the experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="cells">Cells that are done.</param>
    public static MissingCells Find(Experiment experiment, IReadOnlyList<CellResult> cells)
    {
        List<string> lines = [];
        int count = 0, unstarted = 0;
        foreach (ExperimentBackbone backbone in experiment.Backbones)
        {
            CellResult[] own = [.. cells.Where(cell => cell.Backbone == backbone.Name)];
            if (own.Length == 0)
            {
                lines.Add($"{backbone.Name}: none of its cells");
                continue;
            }
            // The command line may have had other seeds than the definition: what was begun with one is expected of all.
            ulong[] seeds = [.. own.Select(cell => cell.Seed).Distinct().Order()];
            unstarted += (backbone.Seeds ?? experiment.Seeds).Except(seeds).Count();
            foreach ((ExperimentModel model, int? size, double fraction) in Expected(experiment, backbone))
            {
                IEnumerable<ulong> done = own
                    .Where(cell => cell.Model == model.Name && (size is null || cell.Size == size) && cell.Fraction == fraction)
                    .Select(cell => cell.Seed);
                ulong[] missing = [.. seeds.Except(done)];
                if (missing.Length == 0) continue;
                count += missing.Length;
                string share = fraction < 1 ? $", {ReportText.Percent(fraction)} of the rows" : "";
                lines.Add($"{model.Name} with {backbone.Name}{(size is null ? "" : $", k = {size}")}{share}: "
                    + $"{(missing.Length == 1 ? "seed" : "seeds")} {ReportText.Seeds(missing)}");
            }
        }
        return new MissingCells(count, [.. lines], unstarted);
    }

    private static IEnumerable<(ExperimentModel Model, int? Size, double Fraction)> Expected(
        Experiment experiment, ExperimentBackbone backbone)
    {
        int[] sizes = backbone.Sizes.Length > 0 ? backbone.Sizes : experiment.Sizes;
        return
            from model in experiment.Models
            where model.Backbones.Length == 0 || model.Backbones.Contains(backbone.Name)
            from size in model.KeepsWidth ? [null] : sizes.Select(size => (int?)size)
            from fraction in model.Learns ? experiment.Fractions : [1]
            select (model, size, fraction);
    }
}
