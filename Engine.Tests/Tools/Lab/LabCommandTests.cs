using System.Text.Json;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Quantum.Circuits;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Lab;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Lab;

/// <summary><c>qengine lab</c>.</summary>
public sealed class LabCommandTests : CommandFixture
{
    private static readonly string[] Systems = [.. LabSystems.All.Select(system => system.Card.Name)];

    // Their first models run kernels, matrices or nothing of the kind in place of gates.
    private static readonly string[] WithoutCircuits = ["kat", "karat", "compactifai", "zz-kernel", "hamiltonian", "creep-in", "q-medley", "zero-noise"];

    [Test]
    public void The_list_has_every_system_once()
    {
        Assert.That(Systems, Is.Unique);
        foreach (string[] command in (string[][])[["lab"], ["lab", "list"]])
        {
            JsonElement systems = CommandLine.Run([.. command, "--json"]).Json().GetProperty("systems");
            Assert.That(systems.EnumerateArray().Select(system => system.GetProperty("name").GetString()), Is.EqualTo(Systems));
            string table = CommandLine.Run(command).Succeeded().Output;
            foreach (LabCard card in LabSystems.All.Select(system => system.Card)) Assert.That(table, Does.Contain($"{card.Name}\t{card.Publication}\t{card.Title}"));
        }
    }

    [Test]
    public void What_is_wrong_is_said_in_one_line()
    {
        CommandLine.Run("lab", "run").Failed(2, "Required argument missing", "qengine lab run --help");
        CommandLine.Run("lab", "run", "qasaa").Failed(2, "found 'qasaa': did you mean qasa?", Systems[0], Systems[^1]);
        CommandLine.Run("lab", "run", "qkan", "--seeds", "1").Failed(2, "expected --seeds from 2 to 1000 seeds", "found 1");
        CommandLine.Run("lab", "run", "qkan", "--seeds", "-3").Failed(2, "expected --seeds from 2 to 1000 seeds", "found -3");
        CommandLine.Run("lab", "run", "qkan", "--seeds", "7..7").Failed(2, "expected --seeds from 2 to 1000 seeds", "found 7..7");
        CommandLine.Run("lab", "run", "qkan", "--seeds", "two").Failed(2, "expected --seeds a number or seeds as 42..61", "found 'two'");
        CommandLine.Run("lab", "run", "qkan", "--data", Folder).Failed(2, "expected no --data, as qkan reads none");
        string file = Write("taken", "");
        CommandLine.Run("lab", "run", "qkan", "--out", file).Failed(1, "expected to write a folder", file);
        Directory.CreateDirectory(In("out/qkan.json"));
        CommandLine.Run("lab", "run", "qkan", "--out", In("out")).Failed(1, "expected to write a file", "qkan.json");
        CommandLine.Run("lab", "run", "qkan", "--qasm", file).Failed(1, "expected to write a folder", file);
    }

    [Test]
    [Category("Slow")]
    public void A_quick_run_leaves_a_record_and_a_drawing_and_says_that_it_means_little()
    {
        CommandLine run = CommandLine.Run("lab", "run", "qkan", "--quick", "--seeds", "7,9", "--out", In("out")).Succeeded();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(In("out/qkan.json")));
        JsonElement record = document.RootElement, task = record.GetProperty("tasks")[0];

        Assert.That(run.Error, Does.Contain("its figures mean little"));
        Assert.That(run.Output, Does.Contain("task\tmodel\tparameters").And.Contain("verdict"));
        Assert.That(record.GetProperty("quick").GetBoolean());
        Assert.That(record.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetUInt64()), Is.EqualTo(new ulong[] { 7, 9 }));
        foreach (JsonElement model in task.GetProperty("models").EnumerateArray())
        {
            double[] values = [.. model.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
            Assert.That(values, Has.Length.EqualTo(2));
            Assert.That(model.GetProperty("mean").GetDouble(), Is.EqualTo(values.Average()).Within(1e-12));
            Assert.That(model.GetProperty("curves").GetArrayLength(), Is.EqualTo(2));
        }
        Assert.That(task.GetProperty("comparisons")[0].GetProperty("verdict").GetString(), Is.EqualTo(LabVerdict.NoClaim));
        Assert.That(File.ReadAllText(In("out/qkan.svg")), Does.StartWith("<svg").And.Contain("log10 of the loss"));
    }

    [Test]
    [Category("Slow")]
    public void A_run_repeats_itself_at_any_number_of_threads() =>
        Assert.That(Quick("qkan", "1").GetRawText(), Is.EqualTo(Quick("qkan", "2").GetRawText()));

    [Test]
    [Category("Slow")]
    public void Every_system_runs_quickly_and_compares_models([ValueSource(nameof(Systems))] string name)
    {
        foreach (JsonElement task in Quick(name, "2").EnumerateArray())
            Assert.That(task.GetProperty("comparisons").GetArrayLength(), Is.GreaterThan(0));
    }

    [Test]
    [Category("Slow")]
    public void Circuits_are_written_of_the_first_model_of_every_task()
    {
        CommandLine run = CommandLine.Run("lab", "run", "vqc", "--quick", "--qasm", In("qasm")).Succeeded();
        Assert.That(run.Error, Does.Contain("Written: 1 circuit of VQC").And.Contain("vqc-ad-hoc-data-001-circuit.qasm"));
        string file = Directory.GetFiles(In("qasm")).Single(), text = File.ReadAllText(file);
        Assert.That(Path.GetFileName(file), Is.EqualTo("vqc-ad-hoc-data-001-circuit.qasm"));
        Assert.That(text, Does.StartWith("// vqc, ad-hoc data, VQC").And.EndWith("// measured: <Z0Z1>\n"));
        Assert.That(QasmProgram.Read(text, file).Circuit.Qubits, Is.EqualTo(2));

        CommandLine none = CommandLine.Run("lab", "run", "zz-kernel", "--quick", "--qasm", In("none")).Succeeded();
        Assert.That(none.Error, Does.Contain("No OpenQASM of circle: ZZ kernel runs no circuit of gates"));
        Assert.That(Directory.GetFiles(In("none")), Is.Empty);
    }

    [Test]
    [Category("Slow")]
    public void Circuits_of_every_system_are_read_back_as_they_were([ValueSource(nameof(Systems))] string name)
    {
        foreach (LabTask task in LabSystems.Find(name).Tasks(new LabSetting(true, null)))
        {
            List<BoundCircuit> circuits = [];
            task.Models[0].Train(new LabRun(42, WorkerPool.Shared, _ => { }) { Circuits = circuits });
            Assert.That(circuits.Count > 0, Is.Not.EqualTo(WithoutCircuits.Contains(name)), task.Name);
            foreach (BoundCircuit circuit in circuits)
            {
                Circuit read = QasmProgram.Read(circuit.ToOpenQasm(), "written").Circuit;
                Assert.That(Expectations(read, [], []), Is.EqualTo(Expectations(circuit.Circuit, circuit.Inputs, circuit.Parameters)).Within(1e-12));
            }
        }
    }

    private static double[] Expectations(Circuit circuit, double[] inputs, double[] parameters) =>
        CircuitRun.Results<double>(new CircuitBuilder(circuit.Qubits).Append(circuit).ExpectZ().Build(), inputs, parameters);

    private static JsonElement Quick(string name, string threads) =>
        CommandLine.Run("lab", "run", name, "--quick", "--json", "--threads", threads).Json().GetProperty("tasks");
}
