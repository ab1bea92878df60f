using System.Globalization;

namespace QEngine.Tools.Cli;

/// <summary>Numbers of things, as people say them: 1 row, 2 rows.</summary>
internal static class Plural
{
    /// <summary>The count and what is counted.</summary>
    /// <param name="count">How many.</param>
    /// <param name="singular">The name of one.</param>
    /// <param name="plural">The name of several; null for the singular with an s.</param>
    public static string Format(long count, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? singular : plural ?? singular + "s")}");
}
