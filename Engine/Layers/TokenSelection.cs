namespace QEngine.Layers;

/// <summary>The tokens whose last hidden states are wanted. Of the others the last layer computes attention and nothing after it.</summary>
/// <param name="Tokens">Their places among the tokens of the batch; must not change until the backward pass.</param>
/// <param name="Before">How many are selected of a larger batch before this part of it, for the masks of dropouts.</param>
internal readonly record struct TokenSelection(ReadOnlyMemory<int> Tokens, long Before);
