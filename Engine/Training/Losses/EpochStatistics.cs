using System.Globalization;

namespace QEngine.Training;

/// <summary>What the steps of an epoch came to.</summary>
internal sealed class EpochStatistics
{
    private readonly double[] _norms;
    private double _loss;

    internal EpochStatistics(int groups) => _norms = new double[groups];

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>Mean loss of the steps, in nats; NaN without steps.</summary>
    public double Loss => _loss / Steps;

    /// <summary>How the queries' positives were ranked, with dropout, each step before its update.</summary>
    public RankingStatistics Ranking { get; internal set; }

    /// <summary>Mean over the steps of a group's gradient norm.</summary>
    /// <param name="group">Index of the group.</param>
    public double GradientNorm(int group) => _norms[group] / Steps;

    internal void Add(double loss, ReadOnlySpan<double> norms)
    {
        Steps++;
        _loss += loss;
        for (int group = 0; group < _norms.Length; group++) _norms[group] += norms[group];
    }

    internal void Clear()
    {
        (Steps, _loss, Ranking) = (0, 0, default);
        Array.Clear(_norms);
    }

    /// <summary>All sums as text, exactly.</summary>
    internal string Save()
    {
        string norms = string.Join(' ', Array.ConvertAll(_norms, norm => norm.ToString("R", CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Steps} {_loss:R} {Ranking.Queries} {Ranking.Correct} {Ranking.Tied} {Ranking.Gain:R} {norms}");
    }

    /// <summary>Takes sums back; false where the text is not of that form.</summary>
    internal bool TryRestore(string text)
    {
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double[] numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) return false;
        if (parts.Length != 6 + _norms.Length) return false;
        (Steps, _loss) = ((int)numbers[0], numbers[1]);
        Ranking = new RankingStatistics((long)numbers[2], (long)numbers[3], (long)numbers[4], numbers[5]);
        numbers.AsSpan(6).CopyTo(_norms);
        return true;
    }
}
