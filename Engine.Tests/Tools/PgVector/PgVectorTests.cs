using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Storage;
using QEngine.Tests.Collections;
using QEngine.Tests.Support;
using Win32Exception = System.ComponentModel.Win32Exception;

namespace QEngine.Tests.Tools.PgVector;

/// <summary>The sample <c>Tools/Samples/PgVector</c> against a real pgvector, which npm brings without a server's installation.</summary>
[Category("Slow")]
public sealed class PgVectorTests
{
    private static readonly string[] Packages =
        ["@electric-sql/pglite@0.5.14", "@electric-sql/pglite-socket@0.2.17", "@electric-sql/pglite-pgvector@0.0.15"];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Test]
    public void Candidates_of_pgvector_and_of_USearch_hold_the_best_documents()
    {
        using TemporaryFolder folder = new();
        string[] inputs = WriteInputs(folder, documents: 95);
        Install(folder.Path("."));
        int port = FreePort();
        using Process server = Run(folder.Path("."), "npx", "pglite-server", "--db=memory://", $"--port={port}", "-m", "4", "--extensions=@electric-sql/pglite-pgvector:vector");
        try
        {
            WaitFor(port, server);

            string[] lines = Sample([.. inputs, $"Host=127.0.0.1;Port={port};Username=postgres;Password=postgres;Database=postgres;SSL Mode=Disable"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

            Assert.That(lines[0], Is.EqualTo("95 documents, 30 queries, vectors of 8, Fidelity"));
            Assert.That(lines[1..].Select(line => line.Split('\t')[0]), Is.EqualTo(new[] { "candidates by Euclidean distance", "USearch, HNSW", "pgvector, every row", "pgvector, HNSW" }));
            foreach (string line in lines[2..])
            {
                double[] recalls = [.. line.Split('\t')[1..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
                TestContext.Out.WriteLine(line);
                Assert.That(recalls, Is.Ordered.And.Length.EqualTo(3));
                // A hundred candidates are all documents there are: what is then missing, a graph has not reached.
                Assert.That(recalls[2], line.Contains("every row") ? Is.EqualTo(1) : Is.GreaterThan(0.98));
                Assert.That(recalls[0], Is.GreaterThan(0.5));
            }
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit();
        }
    }

    [Test]
    public void Without_a_database_USearch_alone_is_measured_and_faults_are_one_line()
    {
        using TemporaryFolder folder = new();
        string[] inputs = WriteInputs(folder, documents: 40);

        Assert.That(Sample(inputs).Split('\n'), Has.Length.EqualTo(4).And.Some.StartsWith("USearch, HNSW\t"));
        Assert.That(Fails(1, [.. inputs, $"Host=127.0.0.1;Port={FreePort()};Username=postgres;Timeout=5"]), Does.StartWith("pgvector-search: "));
        Assert.That(Fails(1, [folder.Path("nothing"), .. inputs[1..]]), Does.Contain("nothing"));
        Assert.That(Fails(1, [inputs[0], inputs[2], inputs[2], inputs[3]]), Does.Contain("expected a NumPy file of rows of <f4, found another: "));
        Assert.That(Fails(1, [inputs[0], inputs[3], inputs[2], inputs[3]]), Does.Contain("expected 40 vectors and ids, found 30 and 40"));
        Assert.That(Fails(2, inputs[..3]), Does.Contain("expected an index, its vectors, their ids, vectors of queries"));
    }

    private static string[] WriteInputs(TemporaryFolder folder, int documents)
    {
        using SearchIndex index = SearchIndex.CreateForVectors(folder.Path("index"), SmallCollection.Dimension, Similarity.Fidelity);
        index.Add(Enumerable.Range(0, documents).Select(i => new Document($"d{i}", "") { Vector = SmallCollection.Vector(i) }));
        return [index.Folder, Rows("documents.npy", 0, documents), folder.Write("ids.txt", string.Concat(Enumerable.Range(0, documents).Select(i => $"d{i}\n"))), Rows("queries.npy", 1000, 30)];

        string Rows(string name, int first, int count)
        {
            using NpyWriter writer = NpyWriter.Create(folder.Path(name), SmallCollection.Dimension);
            writer.Write(SmallCollection.Vectors(first, count));
            writer.Complete();
            return folder.Path(name);
        }
    }

    private static string Sample(string[] arguments)
    {
        using Process sample = Started(arguments);
        Task<string> error = sample.StandardError.ReadToEndAsync();
        string output = sample.StandardOutput.ReadToEnd();
        sample.WaitForExit();
        Assert.That(sample.ExitCode, Is.Zero, error.Result);
        return output;
    }

    private static string Fails(int code, string[] arguments)
    {
        using Process sample = Started(arguments);
        string error = sample.StandardError.ReadToEnd();
        sample.WaitForExit();
        Assert.That(sample.ExitCode, Is.EqualTo(code), error);
        Assert.That(error.Split('\n'), Has.Length.EqualTo(2), error);
        return error;
    }

    private static Process Started(string[] arguments) => Run(
        TestContext.CurrentContext.WorkDirectory, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        ["exec", Path.Combine(TestContext.CurrentContext.TestDirectory, "pgvector-search.dll"), .. arguments]);

    private static void Install(string folder)
    {
        try
        {
            File.WriteAllText(Path.Combine(folder, "package.json"), "{\"private\":true}");
            using Process npm = Run(folder, "npm", ["install", "--no-audit", "--no-fund", "--save-exact", .. Packages]);
            Task<string> error = npm.StandardError.ReadToEndAsync(), output = npm.StandardOutput.ReadToEndAsync();
            bool ended = npm.WaitForExit(Limit);
            if (!ended) npm.Kill(entireProcessTree: true);
            if (!ended || npm.ExitCode != 0) Assert.Ignore($"skipped: npm installs no pgvector: {error.Result}");
        }
        catch (Win32Exception)
        {
            Assert.Ignore("skipped: npm is missing, which brings a pgvector to test with");
        }
    }

    private static void WaitFor(int port, Process server)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed < Limit && !server.HasExited)
        {
            try
            {
                using TcpClient client = new();
                client.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(100);
            }
        }
        Assert.Fail($"expected a database on port {port}, found none");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Run(string folder, string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
}
