using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using QEngine.Text;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Text;

/// <summary>What holds for every text and every settings.</summary>
public sealed class BertTokenizerLaws
{
    private static readonly string[] Fragments =
    [
        "hello", "unaffable", "Café", "中", "한", "İ", "[MASK]", "[SEP", "]", " ", "\t", "\u0301", "\u200B", "😀", "\uD83D", "\uDE00", "\0", "≠",
        "zzz",
    ];

    [Property(MaxTest = 500)]
    public bool Any_text_encodes_within_range_from_CLS_to_SEP(string? text, bool clean, bool ideographs, bool? strip, bool lower)
    {
        BertTokenizer tokenizer = Tokenizer(clean, ideographs, strip, lower);

        int[] ids = tokenizer.Encode(text ?? "", int.MaxValue);

        return ids[0] == tokenizer.Vocabulary.ClassificationId
            && ids[^1] == tokenizer.Vocabulary.SeparatorId
            && Array.TrueForAll(ids, id => id >= 0 && id < tokenizer.Vocabulary.Count);
    }

    [Property(MaxTest = 500)]
    public Property Truncated_is_a_prefix_of_the_whole_and_SEP(bool clean, bool ideographs, bool? strip, bool lower)
    {
        Gen<string> texts = Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts));
        return Prop.ForAll(texts.ToArbitrary(), Gen.Choose(2, 40).ToArbitrary(), (text, length) =>
        {
            BertTokenizer tokenizer = Tokenizer(clean, ideographs, strip, lower);
            int[] whole = tokenizer.Encode(text, int.MaxValue);
            int[] truncated = tokenizer.Encode(text, length);

            int kept = Math.Min(length, whole.Length) - 1;
            return truncated.Length == kept + 1
                && truncated.AsSpan(0, kept).SequenceEqual(whole.AsSpan(0, kept))
                && truncated[^1] == tokenizer.Vocabulary.SeparatorId;
        });
    }

    [Property(MaxTest = 500)]
    public Property Truncated_on_the_left_is_CLS_and_a_suffix_of_the_whole(bool clean, bool ideographs, bool? strip, bool lower)
    {
        Gen<string> texts = Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts));
        return Prop.ForAll(texts.ToArbitrary(), Gen.Choose(2, 40).ToArbitrary(), (text, length) =>
        {
            int[] whole = Tokenizer(clean, ideographs, strip, lower).Encode(text, int.MaxValue);
            int[] truncated = Tokenizer(clean, ideographs, strip, lower, TruncationSide.Left).Encode(text, length);

            int kept = Math.Min(length, whole.Length) - 1;
            return truncated.Length == kept + 1
                && truncated[0] == whole[0]
                && truncated.AsSpan(1).SequenceEqual(whole.AsSpan(whole.Length - kept));
        });
    }

    // A token that never matches changes nothing, but sends every text through its normalised copy.
    [Property(MaxTest = 500)]
    public Property A_token_matched_after_normalisation_changes_nothing_where_it_is_not(bool clean, bool ideographs, bool? strip, bool lower)
    {
        Gen<string> texts = Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts));
        return Prop.ForAll(texts.ToArbitrary(), text =>
        {
            Vocabulary plain = Tokenizer(clean, ideographs, strip, lower).Vocabulary;
            AddedToken absent = new("qqqq", plain.Count) { Normalized = true, Special = false, InModel = false };
            BertTokenizer extended = new(plain.With(plain.Settings, [.. plain.AddedTokens, absent], "a test"));

            return extended.Encode(text, int.MaxValue).AsSpan().SequenceEqual(new BertTokenizer(plain).Encode(text, int.MaxValue));
        });
    }

    [Property(MaxTest = 300)]
    public bool A_space_between_texts_concatenates_their_tokens(NonNull<string> left, NonNull<string> right)
    {
        BertTokenizer tokenizer = Tokenizer(true, true, null, true);
        string joined = left.Get + " " + right.Get;

        int[] ids = tokenizer.Encode(joined, int.MaxValue);

        return ids.AsSpan(1, ids.Length - 2).SequenceEqual(
            [.. tokenizer.Encode(left.Get, int.MaxValue)[1..^1], .. tokenizer.Encode(right.Get, int.MaxValue)[1..^1]]);
    }

    private static BertTokenizer Tokenizer(bool clean, bool ideographs, bool? strip, bool lower, TruncationSide side = TruncationSide.Right) => new(SmallVocabulary.Create(
        new TokenizerSettings { CleanText = clean, HandleChineseCharacters = ideographs, StripAccents = strip, Lowercase = lower, TruncationSide = side }));
}
