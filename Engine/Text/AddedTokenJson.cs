using QEngine.Storage;

namespace QEngine.Text;

/// <summary>Added tokens as Hugging Face's files write them.</summary>
internal static class AddedTokenJson
{
    /// <summary>Reads a token.</summary>
    /// <param name="node">An object with its content and flags.</param>
    /// <param name="id">Its id.</param>
    /// <param name="normalized">Whether it is matched after normalisation where the object does not say.</param>
    /// <exception cref="QEngineException">The content is missing or empty, or a flag is none.</exception>
    public static AddedToken Read(JsonCursor node, int id, bool normalized = false)
    {
        string content = node.Required("content").Text();
        if (content.Length == 0)
            throw new QEngineException($"expected added tokens with content, found an empty one with id {id} in {node.Path}");
        return new AddedToken(content, id)
        {
            SingleWord = node.Flag("single_word", false),
            StripsLeft = node.Flag("lstrip", false),
            StripsRight = node.Flag("rstrip", false),
            Normalized = node.Flag("normalized", normalized),
            Special = node.Flag("special", false),
        };
    }

    /// <summary>The value as the name of a truncation side, in lower case or as <c>tokenizer.json</c> writes it.</summary>
    public static TruncationSide Side(this JsonCursor node) => node.Text() switch
    {
        "left" or "Left" => TruncationSide.Left,
        "right" or "Right" => TruncationSide.Right,
        string other =>
            throw new QEngineException($"expected left or right for {node.Place}, found {Printable.Quote(other)} in {node.Path}"),
    };
}
