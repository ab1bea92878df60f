using System.Globalization;

namespace QEngine.Benchmarks.Rivals;

/// <summary>Prints what was measured: the first contender is the engine, every other has its ratio to it.</summary>
internal static class Table
{
    /// <summary>Work done in a second; more is better.</summary>
    /// <param name="title">What was done, and the unit.</param>
    /// <param name="amount">How much a round does.</param>
    /// <param name="timings">Contenders with their median seconds.</param>
    public static void Rates(string title, double amount, IReadOnlyList<Timing> timings) => Write(title, timings, seconds => amount / seconds);

    /// <summary>Time a piece; less is better.</summary>
    /// <param name="title">What was done, and the unit.</param>
    /// <param name="factor">What makes a round's seconds the unit.</param>
    /// <param name="timings">Contenders with their median seconds.</param>
    public static void Times(string title, double factor, IReadOnlyList<Timing> timings) => Write(title, timings, seconds => factor * seconds);

    /// <summary>A line below a table.</summary>
    public static void Remark(FormattableString text) => Console.WriteLine("  " + text.ToString(CultureInfo.InvariantCulture));

    private static void Write(string title, IReadOnlyList<Timing> timings, Func<double, double> figure)
    {
        Console.WriteLine(title);
        foreach (Timing timing in timings)
        {
            double faster = timing.Seconds / timings[0].Seconds;
            string ratio = timing == timings[0] ? "" : string.Create(CultureInfo.InvariantCulture, $"  QEngine is {faster:F2} times as fast");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {timing.Name,-36}{figure(timing.Seconds),14:N2}{ratio}"));
        }
    }
}
