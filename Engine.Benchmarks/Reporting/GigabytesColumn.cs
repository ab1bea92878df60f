using System.Reflection;
using BenchmarkDotNet.Running;

namespace QEngine.Benchmarks;

/// <summary>Says how many numbers a benchmark reads from and writes to its arrays for each element of its <see cref="RowsShape"/>.</summary>
/// <remarks>A number changed in place is read and written; one that is read again while it is in the first-level cache counts once.</remarks>
/// <param name="benchmark">Name of the benchmark's method.</param>
/// <param name="numbers">Numbers, in single precision.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class TrafficAttribute(string benchmark, int numbers) : Attribute
{
    /// <summary>Name of the benchmark's method.</summary>
    public string Benchmark { get; } = benchmark;

    /// <summary>Bytes for each element.</summary>
    public int Bytes { get; } = numbers * sizeof(float);
}

/// <summary>Bytes a nanosecond, from the numbers that a benchmark has to read and write.</summary>
internal sealed class GigabytesColumn() : FigureColumn("GB/s", "10^9 bytes a second that are read from or written to arrays, in a cache or not")
{
    protected override double? Figure(BenchmarkCase benchmark, double nanoseconds)
    {
        string name = benchmark.Descriptor.WorkloadMethod.Name;
        TrafficAttribute? traffic =
            benchmark.Descriptor.Type.GetCustomAttributes<TrafficAttribute>().FirstOrDefault(traffic => traffic.Benchmark == name);
        return (double?)traffic?.Bytes * Parameter<RowsShape>(benchmark)?.Length / nanoseconds;
    }
}
