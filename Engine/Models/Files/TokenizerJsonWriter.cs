using System.Text.Json;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>Writes <c>tokenizer.json</c>, which unlike <c>vocab.txt</c> holds all of a vocabulary's settings.</summary>
internal static class TokenizerJsonWriter
{
    public static void Write(string path, Vocabulary vocabulary, int maximumLength)
    {
        for (int id = 0; id < vocabulary.Count; id++) RequireUnicode(vocabulary[id], path);
        RequireUnicode(vocabulary.Settings.ContinuingPrefix, path);
        JsonFile.Write(path, json =>
        {
            json.WriteStartObject();
            json.WriteString("version"u8, "1.0"u8);
            WriteTruncation(json, vocabulary.Settings.TruncationSide, maximumLength);
            json.WriteNull("padding"u8);
            WriteAddedTokens(json, vocabulary);
            WriteNormalizer(json, vocabulary.Settings);
            WriteTyped(json, "pre_tokenizer", "BertPreTokenizer");
            WritePostProcessor(json, vocabulary);
            WriteModel(json, vocabulary);
            json.WriteEndObject();
        });
    }

    // Without it texts are cut off on the right, at the length that a loader asks for.
    private static void WriteTruncation(Utf8JsonWriter json, TruncationSide side, int maximumLength)
    {
        if (side == TruncationSide.Right)
        {
            json.WriteNull("truncation"u8);
            return;
        }
        json.WriteStartObject("truncation"u8);
        json.WriteString("direction"u8, "Left"u8);
        json.WriteNumber("max_length"u8, maximumLength);
        json.WriteString("strategy"u8, "LongestFirst"u8);
        json.WriteNumber("stride"u8, 0);
        json.WriteEndObject();
    }

    private static void WriteAddedTokens(Utf8JsonWriter json, Vocabulary vocabulary)
    {
        json.WriteStartArray("added_tokens"u8);
        foreach (AddedToken token in vocabulary.AddedTokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, token.Id);
            json.WriteString("content"u8, token.Content);
            json.WriteBoolean("single_word"u8, token.SingleWord);
            json.WriteBoolean("lstrip"u8, token.StripsLeft);
            json.WriteBoolean("rstrip"u8, token.StripsRight);
            json.WriteBoolean("normalized"u8, token.Normalized);
            json.WriteBoolean("special"u8, token.Special);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNormalizer(Utf8JsonWriter json, TokenizerSettings settings)
    {
        json.WriteStartObject("normalizer"u8);
        json.WriteString("type"u8, "BertNormalizer"u8);
        json.WriteBoolean("clean_text"u8, settings.CleanText);
        json.WriteBoolean("handle_chinese_chars"u8, settings.HandleChineseCharacters);
        if (settings.StripAccents is bool strips) json.WriteBoolean("strip_accents"u8, strips);
        else json.WriteNull("strip_accents"u8);
        json.WriteBoolean("lowercase"u8, settings.Lowercase);
        json.WriteEndObject();
    }

    private static void WritePostProcessor(Utf8JsonWriter json, Vocabulary vocabulary)
    {
        json.WriteStartObject("post_processor"u8);
        json.WriteString("type"u8, "BertProcessing"u8);
        WritePair(json, "sep", Vocabulary.Separator, vocabulary.SeparatorId);
        WritePair(json, "cls", Vocabulary.Classification, vocabulary.ClassificationId);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, Vocabulary vocabulary)
    {
        json.WriteStartObject("decoder"u8);
        json.WriteString("type"u8, "WordPiece"u8);
        json.WriteString("prefix"u8, vocabulary.Settings.ContinuingPrefix);
        json.WriteBoolean("cleanup"u8, true);
        json.WriteEndObject();
        json.WriteStartObject("model"u8);
        json.WriteString("type"u8, "WordPiece"u8);
        json.WriteString("unk_token"u8, vocabulary.UnknownToken);
        json.WriteString("continuing_subword_prefix"u8, vocabulary.Settings.ContinuingPrefix);
        json.WriteNumber("max_input_chars_per_word"u8, vocabulary.Settings.MaximumWordCharacters);
        json.WriteStartObject("vocab"u8);
        string[] pieces = vocabulary.ModelPieces();
        for (int id = 0; id < pieces.Length; id++)
        {
            // Empty stands for a token that is matched in raw text only.
            if (pieces[id].Length > 0) json.WriteNumber(pieces[id], id);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTyped(Utf8JsonWriter json, string member, string type)
    {
        json.WriteStartObject(member);
        json.WriteString("type"u8, type);
        json.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter json, string member, string token, int id)
    {
        json.WriteStartArray(member);
        json.WriteStringValue(token);
        json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    private static void RequireUnicode(string text, string path)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) i++;
            else if (char.IsSurrogate(text[i]))
                throw new QEngineException(
                    $"expected well-formed text, found a lone surrogate in {Printable.Quote(text)} while writing {FileErrors.Name(path)}");
        }
    }
}
