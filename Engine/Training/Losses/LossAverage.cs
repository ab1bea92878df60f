using System.Globalization;

namespace QEngine.Training;

/// <summary>An exponential average of losses.</summary>
internal sealed class LossAverage
{
    private const double Keep = 0.98;
    private double _weight;
    private double _sum;

    /// <summary>The average so far, in nats.</summary>
    public double Value => _sum / _weight;

    /// <summary>Takes one more loss in.</summary>
    public void Add(double loss) => (_sum, _weight) = ((Keep * _sum) + loss, (Keep * _weight) + 1);

    /// <summary>The state as text, exactly.</summary>
    public string Save() => string.Create(CultureInfo.InvariantCulture, $"{_sum:R} {_weight:R}");

    /// <summary>Takes the state back; false where the text is not of that form.</summary>
    public bool TryRestore(string text)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out _sum)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out _weight);
    }
}
