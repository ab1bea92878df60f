using QEngine.Workers;

namespace QEngine.Models;

/// <summary>
/// Models whose encoder lies in an ONNX file: BERT, MiniLM and DistilBERT as torch, optimum and quantisation tools write them.
/// </summary>
/// <remarks>
/// The file is read for its weights; nothing of it is run. Where it lies in a folder as the hub has it, or in the folder <c>onnx</c>
/// of one, the configuration, vocabulary, pooling and prompts are those of the folder, where no option says otherwise.
/// </remarks>
public static class OnnxModel
{
    /// <summary>Loads a model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">What to take instead of what lies beside the file; null for nothing.</param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    /// <exception cref="QEngineException">
    /// A file is missing or malformed, the graph is no encoder of these or made by an optimiser (the message names the first node that
    /// does not fit), or files and options do not fit together.
    /// </exception>
    public static SentenceEmbedder Load(string path, OnnxModelOptions? options = null, WorkerPool? workers = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ModelReader.Read(FolderOf(path), path, options ?? new OnnxModelOptions(), new LoadOptions(), workers);
    }

    private static string FolderOf(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? "", full = Path.GetFullPath(folder.Length > 0 ? folder : ".");
        bool inner = Path.GetFileName(full) == WeightFolder.Inner
            && !File.Exists(Path.Combine(full, ModuleList.FileName)) && !File.Exists(Path.Combine(full, EncoderConfigurationFile.FileName));
        return inner ? Path.GetDirectoryName(full) ?? folder : folder;
    }
}
