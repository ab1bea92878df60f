namespace QEngine.Storage;

/// <summary>Whole lines of a text file, one after another.</summary>
/// <param name="First">The first byte of the first line, at least 0.</param>
/// <param name="End">The byte behind the last line.</param>
/// <param name="LinesBefore">Lines of the file before the first, where somebody has counted them; otherwise 0.</param>
internal readonly record struct LineRange(long First, long End, long LinesBefore);
