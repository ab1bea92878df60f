using FsCheck;
using NUnit.Framework;
using QEngine.Text;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Text;

/// <summary>Words read sixteen characters at a time, and pieces found by their bytes or along a trie, against loops over characters.</summary>
public sealed class ShortWordLaws
{
    // More than the 64 characters that have a class, some beyond ASCII, and the neighbours of letters and digits.
    private const string Alphabet = "abcxyzABCXYZ0189/:@[`{ !#$%&'()*+,-.;<=>?\\]^_|}~defghijklmDEFGHIJKLMé中ÿĀ\u0000\u007f\u0161\ud83d\ude00";

    [Property(MaxTest = 1000)]
    public bool A_word_is_the_letters_and_digits_at_the_beginning(byte[] draws, bool lowercase)
    {
        string text = Text(draws, 20);
        string expected = string.Concat(text.TakeWhile(char.IsAsciiLetterOrDigit));
        bool found = ShortWord.TryRead(text, lowercase, out ShortWord word);
        if (expected.Length is 0 or > ShortWord.MaxLength) return !found;
        string read = new(word.Widen(new char[ShortWord.Room]));
        return found && word.Length == expected.Length && read == (lowercase ? expected.ToLowerInvariant() : expected)
            && ShortWord.TryCreate(read, out ShortWord created) && created == word;
    }

    [Test]
    public void Every_length_up_to_the_longest_is_read_with_and_without_text_behind_it([Range(0, 18)] int length, [Values("", "!", "é and more text behind it")] string behind)
    {
        string text = new string('A', length) + behind;

        Assert.That(ShortWord.TryRead(text, lowercase: true, out ShortWord word), Is.EqualTo(length is > 0 and <= 15));
        if (length is > 0 and <= 15) Assert.That(word.Widen(new char[16]).ToString(), Is.EqualTo(new string('a', length)));
    }

    [Test]
    public void A_letter_beyond_a_byte_is_none_of_ASCII() => Assert.That(
        Enumerable.Range(0, 0x10000).Where(unit => ShortWord.TryRead(((char)unit).ToString(), lowercase: false, out _)),
        Is.EqualTo(Enumerable.Range(0, 128).Where(unit => char.IsAsciiLetterOrDigit((char)unit))));

    /// <summary>Few characters at a time, so that strings share beginnings and texts go along them.</summary>
    [Property(MaxTest = 1000)]
    public bool The_longest_piece_is_the_longest_string_that_the_text_begins_with(byte[][] pieces, byte[] prefix, byte[] draws, byte first, byte kinds)
    {
        string alphabet = string.Concat((Alphabet + Alphabet).Skip(first % Alphabet.Length).Take(1 + (kinds % 4)));
        string[] strings = [.. (pieces ?? []).Select(piece => Text(piece, 6, alphabet)), .. kinds < 128 ? Alphabet.Select(character => character.ToString()) : []];
        string before = Text(prefix, 2, alphabet), text = Text(draws, 10, alphabet);
        PieceTrie trie = new(strings);
        int node = trie.Find(before);
        int expected = Enumerable.Range(0, text.Length + 1).Reverse().Select(length => length == 0 ? -1 : Array.LastIndexOf(strings, before + text[..length])).FirstOrDefault(i => i >= 0, -1);

        int found = trie.Longest(node, text, out int matched);

        return found == expected && matched == (expected < 0 ? 0 : strings[expected].Length - before.Length)
            && (node != PieceTrie.None) == (before.Length == 0 || strings.Any(piece => piece.StartsWith(before, StringComparison.Ordinal)));
    }

    [Property(MaxTest = 500)]
    public bool Short_pieces_are_found_by_their_bytes(byte[][] pieces, byte[] draws)
    {
        string[] strings = [.. (pieces ?? []).Select(piece => Text(piece, 17))];
        ShortPieces table = new(strings);
        return strings.Append(Text(draws, 15)).All(text => !ShortWord.TryCreate(text, out ShortWord word) || table.Find(word) == Array.LastIndexOf(strings, text));
    }

    private static string Text(byte[]? draws, int limit, string alphabet = Alphabet) => string.Concat((draws ?? []).Take(limit).Select(draw => alphabet[draw % alphabet.Length]));
}
