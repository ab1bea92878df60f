using QEngine.Retrieval;

namespace QEngine.Benchmarks;

/// <summary>The codes that are measured.</summary>
internal static class CodeWidths
{
    /// <summary>The widest first.</summary>
    internal static IReadOnlyList<CodeBits> All { get; } = [CodeBits.Eight, CodeBits.Four, CodeBits.One];
}
