using System.Text.Json;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>qengine circuit</c>.</summary>
public sealed class CircuitCommandTests : CommandFixture
{
    private const string Bell = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[2];\ncreg c[2];\nh q[0];\ncx q[0],q[1];\nmeasure q -> c;\n";

    private const string Turned = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[2];\nrx(2*theta) q[0];\nry(phi) q[1];\n";

    private string BellFile => Write("bell.qasm", Bell);

    private string TurnedFile => Write("turned.qasm", Turned);

    [Test]
    public void Without_anything_asked_it_is_drawn()
    {
        CommandLine run = CommandLine.Run("circuit", BellFile).Succeeded();

        Assert.That(run.Output, Is.EqualTo("q0 ─H─●─\n      │\nq1 ───X─\n"));
        Assert.That(run.Error, Is.EqualTo("2 qubits, 2 gates\n"));
        Assert.That(CommandLine.Run("circuit", TurnedFile).Succeeded().Output, Is.EqualTo("q0 ─RX(2*theta)─\n\nq1 ───RY(phi)───\n"));
    }

    [Test]
    public void A_drawing_is_written_to_a_file()
    {
        CommandLine run = CommandLine.Run("circuit", BellFile, "--svg", In("bell.svg")).Succeeded();
        JsonElement json = CommandLine.Run("circuit", BellFile, "--svg", In("bell.svg"), "--probabilities", "--json").Succeeded().Json();

        string svg = File.ReadAllText(In("bell.svg"));
        Assert.That(svg, Does.StartWith("<svg ").And.EndsWith("</svg>\n").And.Contain(">H</text>"));
        Assert.That((run.Output, run.Error), Is.EqualTo(("", $"2 qubits, 2 gates, drawn in {In("bell.svg")}\n")));
        Assert.That(json.GetProperty("drawing").GetString(), Is.EqualTo(In("bell.svg")));
        CommandLine.Run("circuit", BellFile, "--svg", In("bell.png")).Failed(2, ".svg");
        CommandLine.Run("circuit", BellFile, "--svg", In("none/bell.svg")).Failed(1, "none");
    }

    [Test]
    public void Expectations_and_probabilities_are_rows()
    {
        CommandLine run = CommandLine.RunOn(Bell, "circuit", "-", "--expect", "Z0Z1", "X0X1", "Y0Y1", "Z0", "--probabilities").Succeeded();

        Assert.That(
            run.Output.Replace("-0.00000000", "0.00000000"),
            Is.EqualTo("observable\texpectation\nZ0Z1\t1.00000000\nX0X1\t1.00000000\nY0Y1\t-1.00000000\nZ0\t0.00000000\n\nstate\tprobability\n00\t0.50000000\n11\t0.50000000\n"));
    }

    [Test]
    public void Gradients_are_derivatives_by_name()
    {
        JsonElement json = CommandLine.Run("circuit", TurnedFile, "--expect", "Z0", "Z0Z1", "--set", "theta=0.3", "phi=-0.5", "--gradients", "--json").Succeeded().Json();

        JsonElement product = json.GetProperty("expectations")[1];
        Assert.That(json.GetProperty("parameters").GetProperty("phi").GetDouble(), Is.EqualTo(-0.5));
        Assert.That(product.GetProperty("observable").GetString(), Is.EqualTo("Z0Z1"));
        Assert.That(product.GetProperty("value").GetDouble(), Is.EqualTo(Math.Cos(0.6) * Math.Cos(0.5)).Within(1e-14));
        Assert.That(product.GetProperty("gradient").GetProperty("theta").GetDouble(), Is.EqualTo(-2 * Math.Sin(0.6) * Math.Cos(0.5)).Within(1e-14));
        Assert.That(product.GetProperty("gradient").GetProperty("phi").GetDouble(), Is.EqualTo(Math.Cos(0.6) * Math.Sin(0.5)).Within(1e-14));
        Assert.That(json.GetProperty("probabilities").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(CommandLine.Run("circuit", TurnedFile, "--expect", "Z0", "--set", "theta=0", "--set", "phi=0", "--gradients").Succeeded().Output, Does.StartWith("observable\texpectation\td/dtheta\td/dphi\nZ0\t1.00000000\t"));
    }

    [Test]
    public void Shots_are_shares_that_the_seed_picks()
    {
        string[] arguments = ["circuit", BellFile, "--probabilities", "--expect", "X0", "--shots", "100", "--json", "--seed"];
        JsonElement one = CommandLine.Run([.. arguments, "1"]).Succeeded().Json(), again = CommandLine.Run([.. arguments, "1"]).Succeeded().Json(), other = CommandLine.Run([.. arguments, "2"]).Succeeded().Json();

        Assert.That(one.ToString(), Is.EqualTo(again.ToString()).And.Not.EqualTo(other.ToString()));
        double[] shares = [.. one.GetProperty("probabilities").EnumerateObject().Select(state => state.Value.GetDouble())];
        Assert.That(shares.Sum(), Is.EqualTo(1).Within(1e-12));
        Assert.That(shares[0] * 100, Is.EqualTo(Math.Round(shares[0] * 100)).Within(1e-9));
        Assert.That(one.GetProperty("shots").GetInt32(), Is.EqualTo(100));
    }

    [Test]
    public void Only_measured_qubits_have_probabilities() =>
        Assert.That(
            CommandLine.RunOn("OPENQASM 2.0; include \"qelib1.inc\"; qreg q[3]; creg c[3]; x q[2]; h q[0]; measure q[2] -> c[0]; measure q[1] -> c[1];", "circuit", "-", "--probabilities").Succeeded().Output,
            Is.EqualTo("state\tprobability\n10\t1.00000000\n"));

    [Test]
    public void What_is_wrong_is_one_line()
    {
        CommandLine.Run("circuit", In("none.qasm"), "--probabilities").Failed(1, "no such file", "none.qasm");
        CommandLine.Run("circuit", Write("bad.qasm", "OPENQASM 2.0;\nqreg q[40];")).Failed(1, "bad.qasm, line 2, column 8", "found '40'");
        CommandLine.Run("circuit", BellFile, "--expect", "Q0").Failed(2, "Pauli string", "'Q0'", "--expect");
        CommandLine.Run("circuit", BellFile, "--expect", "Z2").Failed(2, "qubits 0 to 1", "found Z2");
        CommandLine.Run("circuit", BellFile, "--gradients").Failed(2, "--expect beside --gradients");
        CommandLine.Run("circuit", BellFile, "--shots", "10").Failed(2, "--expect or --probabilities beside --shots");
        CommandLine.Run("circuit", BellFile, "--probabilities", "--shots", "0").Failed(2, "--shots", "found 0");
        CommandLine.Run("circuit", BellFile, "--probabilities", "--set", "a=1").Failed(2, "--set of nothing", "found a");
        CommandLine.Run("circuit", TurnedFile, "--probabilities", "--set", "theta=1").Failed(2, "a value of phi", "--set phi=0.3");
        CommandLine.Run("circuit", TurnedFile, "--set", "theta=1", "rho=2").Failed(2, "--set of theta, phi", "found rho");
        CommandLine.Run("circuit", TurnedFile, "--set", "theta").Failed(2, "theta=0.3", "found 'theta'");
        CommandLine.Run("circuit", TurnedFile, "--set", "theta=1e999").Failed(2, "theta=0.3", "found 'theta=1e999'");
        CommandLine.Run("circuit", TurnedFile, "--set", "theta=1", "theta=2").Failed(2, "one value of theta", "found two");
    }
}
