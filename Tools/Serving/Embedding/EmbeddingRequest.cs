using System.Text.Json;
using QEngine.Tools.Cli;
using QEngine.Tools.Serving.Http;

namespace QEngine.Tools.Serving.Embedding;

/// <summary>What <c>POST /v1/embeddings</c> is asked for.</summary>
/// <param name="Texts">The texts, at least one.</param>
/// <param name="Prompt">What is put before each of them.</param>
/// <param name="Dimension">Leading numbers wanted of each embedding.</param>
/// <param name="IsBase64">Whether numbers are wanted as base64 of little-endian single precision, rather than as JSON.</param>
internal sealed record EmbeddingRequest(string[] Texts, string Prompt, int Dimension, bool IsBase64)
{
    /// <summary>Reads a request; members that it does not know are left aside.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="model">What is served.</param>
    /// <param name="maxTexts">The most texts.</param>
    /// <exception cref="ApiException">A member is missing or wrong.</exception>
    public static EmbeddingRequest Read(JsonElement body, ServedModel model, int maxTexts)
    {
        RequireModel(body.Text("model"), model.Name);
        return new EmbeddingRequest(ReadTexts(body, maxTexts), ReadPrompt(body, model), ReadDimension(body, model), ReadEncoding(body));
    }

    /// <summary>Requires that a model named is the one that is served.</summary>
    private static void RequireModel(string? asked, string served)
    {
        if (asked is null || asked == served) return;
        throw new ApiException(404, $"expected the model '{served}', found '{asked}'") { Parameter = "model", Code = "model_not_found" };
    }

    private static string[] ReadTexts(JsonElement body, int maxTexts)
    {
        const string Name = "input", Expected = "expected 'input' as a string or an array of strings, found";
        if (body.Member(Name) is not { } input) throw ApiException.Wrong(Name, $"{Expected} none");
        if (input.ValueKind == JsonValueKind.String) return [JsonMember.RequireText(input, Name)];
        if (input.ValueKind != JsonValueKind.Array) throw ApiException.Wrong(Name, $"{Expected} {JsonMember.KindOf(input)}");
        int count = input.GetArrayLength();
        if (count == 0) throw ApiException.Wrong(Name, $"{Expected} an empty array");
        if (input[0].ValueKind is JsonValueKind.Number or JsonValueKind.Array)
            throw ApiException.Wrong(Name, $"{Expected} token ids, which depend on the model: send texts");
        if (count > maxTexts)
            throw ApiException.Wrong(Name, $"expected at most {maxTexts} texts, found {count}: see the server's --max-batch");
        return [.. input.EnumerateArray().Select((text, i) => JsonMember.RequireText(text, $"input[{i}]"))];
    }

    private static string ReadPrompt(JsonElement body, ServedModel model)
    {
        string? type = body.Text("input_type"), name = body.Text("prompt_name");
        if (type is not null && name is not null)
            throw ApiException.Wrong("input_type", "expected 'input_type' or 'prompt_name', found both");
        if (name is null)
            return type switch
            {
                null => model.Embedder.Prompts.Default,
                "query" => model.Embedder.Prompts.Query,
                "document" => model.Embedder.Prompts.Document,
                _ => throw ApiException.Wrong("input_type", $"expected 'input_type' query or document, found '{type}'"),
            };
        try
        {
            return model.Embedder.Prompts[name];
        }
        catch (QEngineException wrong)
        {
            throw ApiException.Wrong("prompt_name", wrong.Message);
        }
    }

    private static int ReadDimension(JsonElement body, ServedModel model)
    {
        const string Name = "dimensions";
        int whole = model.Embedder.Dimension, asked = body.Count(Name, whole) ?? whole;
        if (asked < whole && model.Embedder.Similarity != Similarity.Cosine)
            throw ApiException.Wrong(Name, $"expected 'dimensions' {whole}, as a state has no leading part, found {asked}");
        return asked;
    }

    private static bool ReadEncoding(JsonElement body) => body.Text("encoding_format") switch
    {
        null or "float" => false,
        "base64" => true,
        { } other => throw ApiException.Wrong("encoding_format", $"expected 'encoding_format' float or base64, found '{other}'"),
    };
}
