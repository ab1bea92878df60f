namespace QEngine.Text;

/// <summary>The text normalisation of the paper's data before tokenization: it joins detached English contractions.</summary>
internal static class PaperNormalizer
{
    /// <summary>Replaces every <c>" 's"</c> by <c>"'s"</c> and every <c>" 'nt"</c> by <c>" not"</c>, as they are written.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The normalised text; the same object where nothing was found.</returns>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace(" 's", "'s", StringComparison.Ordinal).Replace(" 'nt", " not", StringComparison.Ordinal);
    }
}
