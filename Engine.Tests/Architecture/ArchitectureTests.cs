using System.Reflection;
using NUnit.Framework;
using QEngine.Tests.Support;

namespace QEngine.Tests.Architecture;

/// <summary>The engine keeps to the layer table of Engine/README.md and to the rules of its code.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Engine = typeof(QEngineException).Assembly;

    // Files that may be longer, each with the reason.
    private static readonly Dictionary<string, string> LongFiles = [];

    // Where lines keep to the limit of .editorconfig; a row of test cases may be longer.
    private static readonly string[] Narrow = ["Engine/", "Tools/"];

    // Files whose lines may be longer, each with the reason.
    private static readonly Dictionary<string, string> WideFiles = new()
    {
        ["Engine/Kernels/Gemm/GemmTile.cs"] = "its steps are a table, one line for each row of the tile",
    };

    // Where a hidden allocation would be paid in every step.
    private static readonly string[] WithoutClosures = ["QEngine.Simd", "QEngine.Kernels", "QEngine.Codes", "QEngine.Autodiff", "QEngine.Ops", "QEngine.Quantum"];

    // Layers that are nobody's but the engine's, and what they have to show all the same: arguments of public operations.
    private static readonly string[] Hidden = ["QEngine.Simd", "QEngine.Memory", "QEngine.Kernels", "QEngine.Codes"];
    private static readonly string[] Shown = ["QEngine.Kernels.Dropout", "QEngine.Kernels.MeanDivisor"];

    [Test]
    public void Namespaces_are_the_layers_of_the_table()
    {
        LayerTable table = Table();

        None(SourceFile.OfEngine().SelectMany(file => SourceRules.Namespaces(file, table)));
    }

    [Test]
    public void Layers_use_only_what_the_table_lists()
    {
        LayerTable table = Table();
        IReadOnlyList<SourceFile> files = SourceFile.OfEngine();

        Assert.That(files, Is.Not.Empty);
        None(files.SelectMany(file => SourceRules.Uses(file, table, files)));
    }

    [Test]
    public void Sources_name_nothing_forbidden() =>
        None(SourceFile.OfEngine().SelectMany(SourceRules.ForbiddenNames));

    [Test]
    public void Files_are_short() =>
        None(SourceFile.OfEngine().Where(file => !LongFiles.ContainsKey(file.Path)).SelectMany(SourceRules.Length));

    [Test]
    public void Files_with_leave_to_be_long_are_long()
    {
        IEnumerable<string> tooLong = SourceFile.OfEngine().Where(file => SourceRules.Length(file).Any()).Select(file => file.Path);

        Assert.That(LongFiles.Keys, Is.SubsetOf(tooLong));
    }

    [Test]
    public void Lines_are_short() =>
        None(NarrowFiles().Where(file => !WideFiles.ContainsKey(file.Path)).SelectMany(SourceRules.LineLength));

    [Test]
    public void Files_with_leave_to_be_wide_are_wide()
    {
        IEnumerable<string> wide = NarrowFiles().Where(file => SourceRules.LineLength(file).Any()).Select(file => file.Path);

        Assert.That(WideFiles.Keys, Is.SubsetOf(wide));
    }

    [Test]
    public void Every_folder_has_a_short_readme()
    {
        string engine = Path.Combine(Repository.Root(), "Engine");
        IEnumerable<string> layers = SourceFile.OfEngine().Select(file => file.Layer).Where(layer => layer.Length > 0).Distinct();

        None(layers.SelectMany(layer => SourceRules.Readme(layer, Read(Path.Combine(engine, layer, "README.md")))));
    }

    [Test]
    public void Operations_are_readonly_structs() => None(AssemblyRules.Operations(Engine.GetTypes()));

    [Test]
    public void Hidden_layers_show_only_arguments_of_operations()
    {
        IEnumerable<string?> shown = Engine.GetExportedTypes().Where(type => Hidden.Contains(type.Namespace)).Select(type => type.FullName);

        Assert.That(shown, Is.EquivalentTo(Shown));
    }

    [Test]
    public void Hot_layers_have_no_closures()
    {
        IEnumerable<Type> types = Engine.GetTypes().Where(type => WithoutClosures.Contains(type.Namespace));

        None(AssemblyRules.Closures(types));
    }

    [Test]
    public void The_assembly_refers_to_nothing_forbidden() =>
        None(AssemblyRules.ForbiddenReferences(Engine.Location));

    private static IEnumerable<SourceFile> NarrowFiles() =>
        SourceFile.OfEngine().Concat(SourceFile.Of("Tools")).Where(file => Narrow.Any(start => file.Path.StartsWith(start, StringComparison.Ordinal)));

    // One line a violation, all of them: a collection constraint would show the first ten.
    private static void None(IEnumerable<string> violations) => Assert.That(string.Join('\n', violations), Is.Empty);

    private static LayerTable Table() => LayerTable.Parse(File.ReadAllText(Path.Combine(Repository.Root(), "Engine", "README.md")));

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
