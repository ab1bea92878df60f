namespace QEngine.Text;

/// <summary>A token matched in the raw text before normalisation, such as <c>[MASK]</c>.</summary>
/// <param name="Content">The text that is matched, not empty.</param>
/// <param name="Id">Its id.</param>
/// <param name="SingleWord">Whether it matches only where no word character stands beside it.</param>
/// <param name="InModel">Whether the model has it as a piece too, so that a word after normalisation can become it.</param>
internal readonly record struct AddedToken(string Content, int Id, bool SingleWord = false, bool InModel = true);
