using System.Diagnostics;

namespace QEngine.Benchmarks.Rivals;

/// <summary>Somebody who does a piece of work.</summary>
/// <param name="Name">Who.</param>
/// <param name="Work">Does all of it once.</param>
internal sealed record Contender(string Name, Action Work);

/// <summary>What a contender took.</summary>
/// <param name="Name">Who.</param>
/// <param name="Seconds">Median of the rounds.</param>
internal sealed record Timing(string Name, double Seconds);

/// <summary>Times contenders in turn, so that what slows the machine slows all of them.</summary>
internal static class Rounds
{
    /// <summary>Median seconds of each, after one round that is not counted.</summary>
    public static Timing[] Measure(IReadOnlyList<Contender> contenders, int rounds)
    {
        foreach (Contender contender in contenders) contender.Work();
        double[][] seconds = [.. contenders.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                // Who goes first changes.
                int turn = (i + round) % contenders.Count;
                Stopwatch watch = Stopwatch.StartNew();
                contenders[turn].Work();
                seconds[turn][round] = watch.Elapsed.TotalSeconds;
            }
        }
        return [.. contenders.Zip(seconds, (contender, values) => new Timing(contender.Name, Median(values)))];
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[(values.Length / 2) - 1] + values[values.Length / 2]) / 2;
    }
}
