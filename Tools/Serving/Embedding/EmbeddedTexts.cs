namespace QEngine.Tools.Serving.Embedding;

/// <summary>Texts to embed with a prompt before each.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="Prompt">The prompt.</param>
internal sealed record PromptedTexts(ReadOnlyMemory<string> Texts, string Prompt);

/// <summary>Embeddings of texts.</summary>
/// <param name="Embeddings">[texts, k].</param>
/// <param name="Tokens">Tokens of all texts with their prompts.</param>
internal sealed record EmbeddedTexts(float[] Embeddings, long Tokens);
