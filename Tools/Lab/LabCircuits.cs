using System.Globalization;
using QEngine.Quantum;
using QEngine.Storage;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Lab;

/// <summary>The folder of --qasm: a file for every circuit of the first model of each task, as trained with the first seed.</summary>
/// <param name="folder">The folder.</param>
internal sealed class LabCircuits(string folder)
{
    private readonly List<string> _said = [];

    /// <summary>What was written, and which models have no circuits, a line each.</summary>
    public IReadOnlyList<string> Said => _said;

    /// <summary>Requires, before long work, that a system's files can be written; makes the folder.</summary>
    /// <exception cref="QEngineException">They cannot.</exception>
    public void Require(string system) => LabFolder.Require(folder, PathOf(system, "task", 1, "circuit"));

    /// <summary>Writes the circuits of a model.</summary>
    /// <param name="system">The system.</param>
    /// <param name="task">What it was trained for.</param>
    /// <param name="model">The model.</param>
    /// <param name="circuits">Its circuits, with the numbers of the first test input.</param>
    /// <exception cref="QEngineException">They cannot be written.</exception>
    public void Write(string system, string task, string model, IReadOnlyList<BoundCircuit> circuits)
    {
        for (int i = 0; i < circuits.Count; i++)
        {
            string head = $"// {system}, {task}, {model}: {circuits[i].Name}\n";
            AtomicFile.WriteText(PathOf(system, task, i + 1, circuits[i].Name), head + circuits[i].ToOpenQasm());
        }
        _said.Add(
            circuits.Count == 0
                ? $"No OpenQASM of {task}: {model} runs no circuit of gates"
                : $"Written: {Plural.Format(circuits.Count, "circuit")} of {model}, {PathOf(system, task, 1, circuits[0].Name)}");
    }

    private string PathOf(string system, string task, int number, string name) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{system}-{FileName(task)}-{number:D3}-{name}.qasm"));

    /// <summary>Letters and digits of a name, with a dash for everything between them.</summary>
    private static string FileName(string name)
    {
        char[] letters = [.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')];
        return string.Join('-', new string(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
