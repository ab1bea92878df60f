namespace QEngine.Training;

/// <summary>Measures what is trained as it is at the end of an epoch.</summary>
public interface IEvaluator
{
    /// <summary>Measures; the same parameters give the same numbers.</summary>
    /// <param name="report">Receives measures and diagnostics.</param>
    void Evaluate(EpochReportBuilder report);
}
