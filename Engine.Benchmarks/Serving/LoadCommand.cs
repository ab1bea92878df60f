using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace QEngine.Benchmarks;

/// <summary>
/// Load on a running <c>qengine serve</c> of this machine: clients that each ask for the embedding of one text, again and again. The
/// server's memory is what it says of itself.
/// </summary>
internal static partial class LoadCommand
{
    private const string Option = "--load";
    private const int WarmUp = 200;

    private static readonly string[] Words = ["a", "qubit", "is", "two", "levels", "that", "hold", "both", "until", "somebody", "looks", "at", "them"];

    /// <summary>Whether a command line asks for it.</summary>
    public static bool Takes(string[] args) => args is [Option, ..];

    /// <summary>Runs <c>--load ADDRESS [CLIENTS [SECONDS [FOLDER]]]</c>; the folder gets a plot of the memory.</summary>
    /// <returns>0 where every request was answered.</returns>
    public static async Task<int> Run(string[] args)
    {
        if (args.Length is < 2 or > 5 || !Uri.TryCreate(args[1], UriKind.Absolute, out Uri? address) || !address.IsLoopback)
        {
            await Console.Error.WriteLineAsync($"expected {Option} ADDRESS [CLIENTS [SECONDS [FOLDER]]] with an address of this machine, found {string.Join(' ', args)}");
            return 2;
        }
        int clients = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 64;
        TimeSpan time = TimeSpan.FromSeconds(args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 20);
        using HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = address };

        for (int i = 0; i < WarmUp; i++) await Ask(http, i);
        double before = await Megabytes(http);
        using HttpClient metrics = new() { BaseAddress = address };
        MemoryTrace trace = new(() => Megabytes(metrics));
        Stopwatch clock = Stopwatch.StartNew();
        Task tracing = Task.Run(() => trace.Run(clock, time));
        List<double>[] times = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => Client(http, client, clock, time, trace))));
        await tracing;
        double seconds = clock.Elapsed.TotalSeconds, after = await Megabytes(http);

        double[] answered = [.. times.SelectMany(each => each).Where(double.IsFinite).Order()];
        int failed = times.Sum(each => each.Count) - answered.Length;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{clients} clients, {seconds:F1} s: {answered.Length / seconds:F0} requests/s, p50 {Quantile(answered, 0.5):F1} ms, "
            + $"p99 {Quantile(answered, 0.99):F1} ms, longest {Quantile(answered, 1):F1} ms, {failed} errors, memory {before:F0} to {after:F0} MB"));
        if (args.Length > 4)
            trace.Write(args[4], string.Create(CultureInfo.InvariantCulture, $"{answered.Length:N0} embeddings asked for by {clients} clients in {seconds:F0} s"));
        return failed == 0 ? 0 : 1;
    }

    /// <summary>Asks until the time is over; a request that fails is a NaN.</summary>
    private static async Task<List<double>> Client(HttpClient http, int client, Stopwatch clock, TimeSpan time, MemoryTrace trace)
    {
        List<double> milliseconds = [];
        for (int i = 0; clock.Elapsed < time; i++)
        {
            long started = Stopwatch.GetTimestamp();
            bool answered = await Ask(http, (client * 7919) + i);
            if (answered) trace.Count();
            milliseconds.Add(answered ? Stopwatch.GetElapsedTime(started).TotalMilliseconds : double.NaN);
        }
        return milliseconds;
    }

    private static async Task<bool> Ask(HttpClient http, int seed)
    {
        string text = string.Join(' ', Enumerable.Range(0, 4 + (seed % 9)).Select(i => Words[(seed + (i * i)) % Words.Length]));
        try
        {
            using StringContent body = new($$"""{"input": "{{text}}"}""", Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await http.PostAsync("/v1/embeddings", body);
            string answer = await response.Content.ReadAsStringAsync();
            return response.StatusCode == HttpStatusCode.OK && answer.EndsWith('}');
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<double> Megabytes(HttpClient http)
    {
        Match memory = Memory().Match(await http.GetStringAsync("/metrics"));
        return double.Parse(memory.Groups[1].Value, CultureInfo.InvariantCulture) / 1e6;
    }

    private static double Quantile(double[] ordered, double share) => ordered.Length == 0 ? double.NaN : ordered[(int)(share * (ordered.Length - 1))];

    [GeneratedRegex("^process_resident_memory_bytes (.+)$", RegexOptions.Multiline)]
    private static partial Regex Memory();
}
