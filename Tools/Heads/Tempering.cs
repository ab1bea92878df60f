using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>
/// Chooses the exponent of tempered components (<see cref="ProjectionHead.Tempered"/>) within the training part: the one by which the
/// task's first measure is largest there, the smaller of equal ones.
/// </summary>
internal sealed class Tempering
{
    private const int Steps = 10;

    private readonly Session _session;
    private readonly HeadTask? _validation;
    private readonly PrincipalComponents _components;
    private readonly HeldOutVectors? _projected;

    /// <summary>Prepares the choice.</summary>
    /// <param name="session">Threads.</param>
    /// <param name="vectors">All vectors.</param>
    /// <param name="task">Whose training part decides.</param>
    /// <param name="components">Found in that part.</param>
    public Tempering(Session session, Vectors vectors, HeadTask task, PrincipalComponents components)
    {
        (_session, _validation, _components) = (session, task.CreateValidation(), components);
        if (_validation is not null)
            _projected = HeldOutVectors.Compute(ProjectionHead.From(components), vectors, _validation.MeasuredRows, session.Workers);
    }

    /// <summary>The exponent for the leading components, from 0 to 1; 0 where the training part is too small to choose by.</summary>
    /// <param name="dimension">How many, 1 to all.</param>
    public double Exponent(int dimension)
    {
        if (_validation is null || _projected is null) return 0;
        HeldOutVectors leading = _projected.Leading(dimension);
        (double best, double exponent) = (double.NegativeInfinity, 0);
        for (int step = 0; step <= Steps; step++)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            double tried = (double)step / Steps;
            double[] scales = ProjectionHead.Scales(_components, tried);
            double value = _validation.Measure(leading.Scaled(scales), _session.Workers)[0];
            if (value > best) (best, exponent) = (value, tried);
        }
        return exponent;
    }
}
