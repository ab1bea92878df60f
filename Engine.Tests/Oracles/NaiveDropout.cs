using QEngine.Kernels;

namespace QEngine.Tests.Oracles;

/// <summary>Factors of dropouts at named places of a network for one sequence: 0, or 1 / (1 - rate).</summary>
internal sealed class NaiveDropout
{
    private const int Most = 1 << 12;

    private readonly Dictionary<string, Dropout> _places = [];
    private readonly Dictionary<(string, int), double[]> _factors = [];

    /// <summary>Sets the dropout of a place; one without has a factor of 1.</summary>
    public void Add(string place, Dropout dropout) => _places.Add(place, dropout);

    /// <summary>The factor of a number.</summary>
    public double Factor(string place, int index) => Factor(place, 0, index);

    /// <summary>The factor of a number of one of several items, the heads of attention.</summary>
    public double Factor(string place, int item, int index)
    {
        if (!_places.TryGetValue(place, out Dropout dropout) || !dropout.Active) return 1;
        if (!_factors.TryGetValue((place, item), out double[]? factors))
        {
            factors = new double[Most];
            Array.Fill(factors, 1);
            dropout.Mask<double>((long)item << 32, factors);
            _factors.Add((place, item), factors);
        }
        return factors[index];
    }
}
