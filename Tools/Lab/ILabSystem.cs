namespace QEngine.Tools.Lab;

/// <summary>A system of a publication at a size that runs here, beside classical models of about as many parameters.</summary>
internal interface ILabSystem
{
    /// <summary>What it is.</summary>
    LabCard Card { get; }

    /// <summary>What is run.</summary>
    /// <param name="setting">How.</param>
    /// <exception cref="QEngineException">The data are not there, or malformed.</exception>
    IReadOnlyList<LabTask> Tasks(LabSetting setting);
}

/// <summary>What a system is, as the list and the record tell it.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What is compared with what.</param>
/// <param name="Publication">Where it is from.</param>
/// <param name="Data">What it is run on, and what that stands for where it is not the publication's.</param>
/// <param name="Protocol">How it is trained and measured, and where that is not the publication's way.</param>
internal sealed record LabCard(string Name, string Title, string Publication, string Data, string Protocol)
{
    /// <summary>What --data may hold instead; null for a system that has no use for it.</summary>
    public string? Files { get; init; }
}

/// <summary>How a system is run.</summary>
/// <param name="IsQuick">Whether sizes and epochs are cut so that it ends within a minute.</param>
/// <param name="Folder">That of --data; null without.</param>
internal sealed record LabSetting(bool IsQuick, string? Folder)
{
    /// <summary>One of two numbers.</summary>
    public int Pick(int quick, int full) => IsQuick ? quick : full;
}
