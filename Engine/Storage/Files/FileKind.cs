namespace QEngine.Storage;

/// <summary>What is at a path, links followed.</summary>
internal enum FileKind
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A file whose content is on a disk.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A named pipe (FIFO).</summary>
    Pipe,

    /// <summary>A character or block device, a terminal for instance.</summary>
    Device,

    /// <summary>Something else that is open or listens: a socket, or a descriptor that has no path, as that of a shell's pipe.</summary>
    Other,
}
