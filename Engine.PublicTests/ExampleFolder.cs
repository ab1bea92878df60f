using QEngine.Models;
using QEngine.Tests.Support;

namespace Examples;

/// <summary>A folder of its own that is the current one while an example runs, with models where the pages have theirs.</summary>
internal sealed class ExampleFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;
    private readonly TextWriter _console = Console.Out;
    private readonly StringWriter _output = new();

    /// <summary>Saves a model and makes the folder the current one; what is printed from then on is kept.</summary>
    /// <param name="path">Where the example loads the model from.</param>
    /// <param name="model">The model.</param>
    public ExampleFolder(string path, SentenceEmbedder model)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Path(path))!);
        ModelFolder.Save(model, _folder.Path(path));
        Environment.CurrentDirectory = _folder.Path("");
        Console.SetOut(_output);
    }

    /// <summary>The lines that were printed.</summary>
    public string[] Printed => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        Console.SetOut(_console);
        Environment.CurrentDirectory = _before;
        _output.Dispose();
        _folder.Dispose();
    }
}
