namespace QEngine.Models;

/// <summary>How texts are embedded; without any, in the model's default numbers and with its default prompt.</summary>
public sealed record EmbedOptions
{
    /// <summary>In which numbers.</summary>
    public EmbeddingFormat Format
    {
        get;
        init
        {
            Require.Named(value);
            field = value;
        }
    }

    /// <summary>
    /// What is put before every text, for instance <see cref="Prompts.Query"/>; null for <see cref="Prompts.Default"/>, empty for nothing.
    /// </summary>
    public string? Prompt { get; init; }

    /// <summary>Is told now and then how many texts are done, from any thread and perhaps from several at a time.</summary>
    public IProgress<EmbeddingProgress>? Progress { get; init; }
}
