namespace QEngine.Tools.Experiments;

/// <summary>Vectors that an experiment is given in place of an encoder: of images or of whatever, with or without labels.</summary>
/// <param name="Training">The vectors that heads learn from: <c>.npy</c>, or grey images in IDX.</param>
/// <param name="TrainingLabels">A label of each, one a line or in IDX; null where there are none.</param>
/// <param name="Test">The vectors that are measured.</param>
/// <param name="TestLabels">Their labels.</param>
internal sealed record VectorFiles(string Training, string? TrainingLabels, string Test, string? TestLabels)
{
    private static readonly string[] Members = ["training", "training_labels", "test", "test_labels"];

    /// <summary>The members of the object in the file.</summary>
    public static IReadOnlyList<string> Names => Members;

    /// <summary>All files.</summary>
    public string[] Files => [.. new[] { Training, TrainingLabels, Test, TestLabels }.OfType<string>()];

    /// <summary>Reads the member <c>vectors</c> of a backbone.</summary>
    /// <returns>The files, or null where it is left out.</returns>
    /// <exception cref="QEngineException">A file is not named, or one of two files of labels.</exception>
    public static VectorFiles? Read(Section parent)
    {
        if (parent.Object("vectors", Members) is not { } section) return null;
        VectorFiles files = new(
            section.RequiredText("training"), section.Text("training_labels"), section.RequiredText("test"), section.Text("test_labels"));
        if (files.TrainingLabels is null != files.TestLabels is null)
        {
            (string missing, string other) = files.TestLabels is null
                ? ("test_labels", "training_labels")
                : ("training_labels", "test_labels");
            throw section.Wrong(missing, $"labels beside {other}", "none");
        }
        return files;
    }
}
