using System.Globalization;

namespace QEngine.Benchmarks.Rivals;

/// <summary>Prints what was measured: how many times as fast as each contender the engine is, in float32 and in int8.</summary>
internal static class Table
{
    private const string Engine = "QEngine";

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
        Timing[] own = [.. timings.Where(timing => timing.Name.StartsWith(Engine, StringComparison.Ordinal))];
        foreach (Timing timing in timings)
        {
            string ratios = string.Join(", ", own.Where(engine => engine != timing).Select(engine => Ratio(engine, timing)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {timing.Name,-36}{figure(timing.Seconds),14:N2}  {ratios}"));
        }
    }

    private static string Ratio(Timing engine, Timing other) =>
        string.Create(CultureInfo.InvariantCulture, $"{engine.Name} is {other.Seconds / engine.Seconds:F2} times as fast");
}
