using QEngine.Tools.Cli;

namespace QEngine.Tools.Lab;

/// <summary>The systems that the program knows.</summary>
internal static class LabSystems
{
    /// <summary>All of them, in the order of the list.</summary>
    public static IReadOnlyList<ILabSystem> All { get; } =
    [
        new DaruanSystem(),
        new HybridQkanSystem(),
        new QkanLstmSystem(),
        new QlstmSystem(),
        new QfwpSystem(),
        new QasaSystem(),
        new QsslSystem(),
        new KatSystem(),
        new QdsformerSystem(),
        new KaratSystem(),
        new CompactifaiSystem(),
        new QuanvolutionSystem(),
        new HqnnParallelSystem(),
        new TransferSystem(),
        new KernelSystem(),
        new VqcSystem(),
        new HamiltonianSystem(),
        new CreepInSystem(),
        new AdversarialSystem(),
        new ImportanceSystem(),
        new ZeroNoiseSystem(),
    ];

    /// <summary>Finds a system.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static ILabSystem Find(string name)
    {
        if (All.FirstOrDefault(system => system.Card.Name == name) is { } found) return found;
        string[] names = [.. All.Select(system => system.Card.Name)];
        string nearest = Nearest.Find(name, names) is { } near ? $": did you mean {near}?" : "";
        throw new UsageException($"expected {Usage.Either(names)}, found '{name}'{nearest}");
    }
}
