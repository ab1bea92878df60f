using QEngine.Models;
using QEngine.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>Cells whose head is made over the vectors of an encoder that stays as it is, as <c>train-head</c> does it.</summary>
internal static class HeadCell
{
    /// <summary>Makes the head.</summary>
    /// <param name="context">What cells share.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="session">Threads, and the cell's seed.</param>
    public static CellModel Make(CellContext context, Cell cell, Session session)
    {
        Backbone backbone = context.BackboneOf(cell);
        int length = cell.Training.MaxLength ?? CellDefaults.MaxLength;
        HeadChoice choice = CellModels.Choice(cell.Model, backbone.Width, cell.Size);
        Head own = CellModels.Own(cell, backbone);
        (FinishedHead made, CellWork work, CellEpoch[] epochs) = cell.Model.Learns
            ? Learn(context, cell, backbone, own, choice, length, session)
            : (Fixed(cell, backbone, choice), new CellWork(0, 0, 0), []);

        Func<TestTable, HeldOutVectors> pooled = TrainedCell.Frozen(context, backbone, own, length, session);
        CellVectors vectors = new(table => Apply(made.Head, pooled(table), session), cell.Model.Similarity, cell.Size);
        int parameters = cell.Model.Head is CellHead.None or CellHead.Truncate or CellHead.Random
            ? 0
            : HeadKinds.Parameters(choice.Kind, made.Head, cell.Size);
        int trained = HeadKinds.IsTrained(choice.Kind) && made.Losses.Length > 0 ? made.Head.Parameters.Count : 0;
        int all = (backbone.Model?.EncoderLength ?? 0) + made.Head.Parameters.Count;
        return new CellModel(vectors, new CellParameters(parameters, trained, all), work, epochs)
        {
            Seconds = made.Time.TotalSeconds,
        };
    }

    private static HeldOutVectors Apply(Head head, HeldOutVectors vectors, Session session) => HeldOutVectors.Compute(
        head,
        new Vectors(vectors.Data, vectors.Dimension),
        [.. Enumerable.Range(0, vectors.Data.Length / vectors.Dimension)],
        session.Workers);

    private static FinishedHead Fixed(Cell cell, Backbone backbone, HeadChoice choice) => cell.Model.Head switch
    {
        CellHead.Random => new FinishedHead(CellModels.RandomProjection(backbone.Width, cell.Size, cell.Seed), [], TimeSpan.Zero),
        CellHead.Truncate => HeadRun.Truncate(new Vectors([], backbone.Width), cell.Size),
        _ when cell.Model.Similarity == Similarity.Fidelity => HeadRun.Encode(choice, length: 1),
        _ => new FinishedHead(Head.Create(HeadConfiguration.None(backbone.Width)), [], TimeSpan.Zero),
    };

    private static (FinishedHead Made, CellWork Work, CellEpoch[] Epochs) Learn(
        CellContext context, Cell cell, Backbone backbone, Head own, HeadChoice choice, int length, Session session)
    {
        (Vectors vectors, HeadTask task, string loss, int rows, int queries) =
            CellTask.Of(context, cell, backbone, own, length, session);
        FinishedHead made = choice.Kind switch
        {
            HeadKind.Pca => HeadRun.Fit(session, vectors, task.TrainingRows, choice.Dimension),
            HeadKind.TemperedPca => HeadRun.FitTempered(session, vectors, task, choice.Dimension),
            // Without compression a quantum head has nothing to train.
            HeadKind.Quantum when choice.Dimension == backbone.Width && !choice.EncodingScale.IsTrained =>
                HeadRun.Encode(choice, vectors.Length(task.TrainingRows)),
            _ when !choice.IsTrained => HeadRun.Encode(choice, length: 1),
            _ => HeadRun.Train(session, vectors, task, choice, loss, Training(cell, choice)),
        };
        CellWork work = new(rows, queries, made.Losses.Length);
        return (made, work, Epochs(made.Losses, task.Examples.Count, cell.Training.Batch ?? CellDefaults.Batch));
    }

    private static TrainingChoice Training(Cell cell, HeadChoice choice) => new(
        cell.Training.Epochs,
        null,
        cell.Training.Batch ?? CellDefaults.Batch,
        cell.Training.Rate ?? TrainingChoiceOptions.UsualRate(choice.Kind),
        cell.Training.Schedule is not Schedule.Constant,
        Shuffle: true,
        Initial: null);

    private static CellEpoch[] Epochs(double[] losses, int examples, int batch)
    {
        if (losses.Length == 0) return [];
        int steps = HeadTrainer.StepsOfEpoch(examples, batch);
        return
        [
            .. losses.Chunk(steps).Select((part, epoch) => new CellEpoch(
                epoch + 1, new Dictionary<string, double> { [EpochReport.Loss] = part.Average() }, new Dictionary<string, double>(), [])),
        ];
    }
}
