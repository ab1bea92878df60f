using NUnit.Framework;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Cli;

public sealed class ProgressReporterTests
{
    [TestCase(0, 10, "10 s so far")]
    [TestCase(1e-5, 10, "10 s so far")]
    [TestCase(0.005, 10, "33:10 min left")]
    [TestCase(0.25, 60, "3:00 min left")]
    [TestCase(1, 42, "42 s")]
    public void Work_that_has_hardly_begun_has_no_time_left_yet(double done, int seconds, string expected) =>
        Assert.That(ProgressReporter.TimeLeft(done, TimeSpan.FromSeconds(seconds)), Is.EqualTo(expected));
}
