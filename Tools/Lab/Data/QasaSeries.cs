namespace QEngine.Tools.Lab;

/// <summary>
/// The nine series of QASA's benchmark (arXiv 2504.05336 and its code), 500 points each. Noise has the law of the publication's and comes
/// from this program's generator, so that its numbers are others.
/// </summary>
internal static class QasaSeries
{
    /// <summary>Points of a series.</summary>
    public const int Length = 500;

    private const ulong NoiseSeed = 42;

    // Steps before a series begins, so that it has forgotten its start.
    private const int BurnIn = 500;

    /// <summary>e^(-t/20) sin t for t from 0 to 50.</summary>
    public static double[] Damped() => Of(i => Math.Exp(-0.05 * Time(i)) * Math.Sin(Time(i)));

    /// <summary>sin t for t from 0 to 50.</summary>
    public static double[] Waveform() => Of(i => Math.Sin(Time(i)));

    /// <summary>The logistic map x -> 3.9 x (1 - x) from 0.2.</summary>
    public static double[] Logistic()
    {
        double x = 0.2;
        return Of(i => i == 0 ? x : x = 3.9 * x * (1 - x));
    }

    /// <summary>y[n] = 0.75 y[n-1] - 0.25 y[n-2] + e[n] + 0.65 e[n-1] with standard normal e.</summary>
    public static double[] Arma()
    {
        SplittableRandom random = new(NoiseSeed);
        double last = 0, beforeLast = 0, lastNoise = 0;
        double[] series = new double[Length];
        for (int i = -BurnIn; i < Length; i++)
        {
            double noise = random.NextGaussian();
            double value = (0.75 * last) - (0.25 * beforeLast) + noise + (0.65 * lastNoise);
            (beforeLast, last, lastNoise) = (last, value, noise);
            if (i >= 0) series[i] = value;
        }
        return series;
    }

    /// <summary>e^(-n/20) sin(0.4 pi n) with normal noise of deviation 0.05.</summary>
    public static double[] NoisyDamped()
    {
        SplittableRandom random = new(NoiseSeed);
        return Of(i => (Math.Exp(-0.05 * i) * Math.Sin(0.4 * Math.PI * i)) + (0.05 * random.NextGaussian()));
    }

    /// <summary>Six lines with normal noise of deviation 0.01 or, from 200 on, 0.02, two shocks on five points each.</summary>
    public static double[] Piecewise()
    {
        SplittableRandom random = new(NoiseSeed);
        return Of(i => Regime(i) + Shock(i) + ((i < 200 ? 0.01 : 0.02) * random.NextGaussian()));
    }

    /// <summary>A sawtooth from -1 to 1 of period 10, on the time of <see cref="Damped"/>.</summary>
    public static double[] Sawtooth() => Of(i => 2 * ((Time(i) / 10) - Math.Floor(0.5 + (Time(i) / 10))));

    /// <summary>1 in a first part of a period and else -1; period 5 + 5 sin(t/10), part 0.2 + 0.6 (0.5 + 0.5 sin(t/20)).</summary>
    /// <remarks>Where the period is 0, of a phase that is not defined, it is -1.</remarks>
    public static double[] Square() => Of(i =>
    {
        double t = Time(i), period = 5 + (5 * Math.Sin(0.1 * t)), part = 0.2 + (0.6 * (0.5 + (0.5 * Math.Sin(0.05 * t))));
        return t % period / period < part ? 1 : -1;
    });

    /// <summary>0.03 n + sin(0.4 n) with normal noise of deviation 0.2.</summary>
    public static double[] Seasonal()
    {
        SplittableRandom random = new(NoiseSeed);
        return Of(i => (0.03 * i) + Math.Sin(0.4 * i) + (0.2 * random.NextGaussian()));
    }

    /// <summary>The line that a point of <see cref="Piecewise"/> lies on.</summary>
    internal static double Regime(int i) => i switch
    {
        < 100 => 0.05 * i,
        < 200 => (-0.1 * i) + 10,
        < 300 => 0,
        < 350 => (0.2 * i) - 40,
        < 400 => (-0.15 * i) + 40,
        _ => (0.03 * i) - 10,
    };

    private static double Shock(int i) => i switch
    {
        >= 200 and <= 204 => 2,
        >= 350 and <= 354 => -2,
        _ => 0,
    };

    private static double Time(int i) => 50.0 * i / (Length - 1);

    private static double[] Of(Func<int, double> value)
    {
        double[] series = new double[Length];
        for (int i = 0; i < Length; i++) series[i] = value(i);
        return series;
    }
}
