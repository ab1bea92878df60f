using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

/// <summary>
/// The frozen character data against what the reference does to every character, and against the runtime's data, which is newer: it may
/// know more characters, not other ones.
/// </summary>
public sealed class UnicodeTablesTests
{
    // Characters whose category Unicode changed since version 8.
    private static readonly int[] NoLongerMarks = [0x1734, 0x1171E];
    private static readonly int[] NoLongerPunctuation = [0x166D, 0x111C9];

    // Hugging Face tokenizers 0.23.2 on each of the 1,112,064 characters between two letters: BertNormalizer with one of its steps
    // switched on, BertPreTokenizer, and for word characters a single_word token beside the character. A line a character that the step
    // changes, its code point in hexadecimal; after a colon what it becomes, joined by +; SHA-256 of the lines.
    [TestCase(nameof(CharacterTraits.Removed), 137681, "b21f00d5c64f996475c0de6181840f57416f8e37246ea379fa4bec40adfa5652")]
    [TestCase(nameof(CharacterTraits.Space), 25, "cc3e2382ab4a87897f330bc96b92d26ee0e354098d43ab858b7f59db51696d66")]
    [TestCase(nameof(CharacterTraits.Punctuation), 726, "d5292d54546717063e8bca3e9dd65e358fea22f2345f11747ac902e7c6e3a796")]
    [TestCase(nameof(CharacterTraits.Ideograph), 81264, "95233349981c24c6bb246be6b7d5ececbfed629b738a74b278d4a05d08254dcb")]
    [TestCase(nameof(CharacterTraits.Word), 144667, "affcd826907e1ebd350bc380f40f948b73d11ddcb9c9810420cb3c4d6ea9c117")]
    public void Every_character_has_the_trait_where_the_reference_treats_it_so(string trait, int count, string digest) =>
        RequireDigest(rune => Has(rune, Enum.Parse<CharacterTraits>(trait)) ? $"{rune.Value:X}" : null, count, digest);

    [TestCase("accents", 14781, "72aa14ea3877568177e978aab40fcb4ce1de01398b162ea2e8f3164c1c058157")]
    [TestCase("case", 1488, "d62a1ac9d98e3d060e767818419618ed95fa6345f7c61ebae26bf0854187ca75")]
    public void Every_character_becomes_what_the_reference_makes_of_it(string step, int count, string digest)
    {
        int[] target = new int[UnicodeTables.MaxExpansion];
        RequireDigest(rune => Changed(rune.Value, target, step == "case" ? UnicodeTables.Lowercase(rune.Value, target) : UnicodeTables.StripAccents(rune.Value, target)), count, digest);
    }

    [Test]
    public void Marks_are_nonspacing_marks()
    {
        int count = 0;
        foreach (Rune rune in Runes())
        {
            bool mark = Has(rune, CharacterTraits.Mark);
            if (mark) count++;
            if (mark && Array.IndexOf(NoLongerMarks, rune.Value) < 0)
                Assert.That(Rune.GetUnicodeCategory(rune), Is.EqualTo(UnicodeCategory.NonSpacingMark), Name(rune));
        }
        Assert.That(count, Is.EqualTo(1567), "Unicode 8 has so many");
    }

    [Test]
    public void Punctuation_is_punctuation_or_an_ASCII_symbol()
    {
        int count = 0;
        foreach (Rune rune in Runes())
        {
            bool punctuation = Has(rune, CharacterTraits.Punctuation);
            if (rune.IsAscii) Assert.That(punctuation, Is.EqualTo(rune.Value is > 32 and < 127 && !Rune.IsLetterOrDigit(rune)), Name(rune));
            else if (punctuation && Array.IndexOf(NoLongerPunctuation, rune.Value) < 0) Assert.That(Rune.IsPunctuation(rune), Name(rune));
            if (punctuation) count++;
        }
        Assert.That(count, Is.EqualTo(717 + "$+<=>^`|~".Length), "Unicode 8 has so many, and ASCII symbols count");
    }

    [Test]
    public void Removed_characters_are_controls_formats_private_use_and_the_replacement_character()
    {
        foreach (Rune rune in Runes())
        {
            bool removed = Has(rune, CharacterTraits.Removed);
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category == UnicodeCategory.Control) Assert.That(removed, Is.EqualTo(rune.Value is not ('\t' or '\n' or '\r')), Name(rune));
            else if (category == UnicodeCategory.PrivateUse || rune.Value == 0xFFFD) Assert.That(removed, Name(rune));
            else if (removed) Assert.That(category, Is.EqualTo(UnicodeCategory.Format), Name(rune));
        }
    }

    [Test]
    public void White_space_is_that_of_Unicode()
    {
        foreach (Rune rune in Runes()) Assert.That(Has(rune, CharacterTraits.Space), Is.EqualTo(Rune.IsWhiteSpace(rune)), Name(rune));
    }

    [Test]
    public void Lower_case_is_that_of_Unicode_and_two_characters_only_for_dotted_I()
    {
        int[] lower = new int[2];
        foreach (Rune rune in Runes())
        {
            int count = UnicodeTables.Lowercase(rune.Value, lower);
            if (rune.Value == 'İ')
            {
                Assert.That(count, Is.EqualTo(2));
                Assert.That(lower, Is.EqualTo(new[] { 'i', 0x307 }));
                continue;
            }

            Assert.That(count, Is.EqualTo(1), Name(rune));
            Assert.That(Has(rune, CharacterTraits.HasLowercase), Is.EqualTo(lower[0] != rune.Value), Name(rune));
            if (lower[0] != rune.Value && Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNotAssigned) Assert.That(lower[0], Is.EqualTo(Rune.ToLowerInvariant(rune).Value), Name(rune));
        }
    }

    [TestCase("é", "e")]
    [TestCase("ǖ", "u")]
    [TestCase("ΐ", "ι")]
    [TestCase("ᾂ", "α")]
    [TestCase("Ω", "Ω")]
    [TestCase("각", "\u1100\u1161\u11A8")]
    [TestCase("가", "\u1100\u1161")]
    [TestCase("힣", "\u1112\u1175\u11C2")]
    [TestCase("\u0DDD", "\u0DD9\u0DCF")]
    [TestCase("\U0001D160", "\U0001D158\U0001D165\U0001D16E")]
    [TestCase("\U0002F800", "\u4E3D")]
    [TestCase("\u0344", "")]
    [TestCase("ﬁ", "ﬁ", Description = "compatibility characters stay")]
    [TestCase("ø", "ø")]
    public void Accents_are_stripped_canonically(string character, string expected)
    {
        int[] target = new int[UnicodeTables.MaxExpansion];

        int count = UnicodeTables.StripAccents(Rune.GetRuneAt(character, 0).Value, target);

        StringBuilder stripped = new();
        for (int i = 0; i < count; i++) stripped.Append(new Rune(target[i]));
        Assert.That(stripped.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void What_is_left_of_a_character_decomposes_no_further_and_is_no_mark()
    {
        int[] target = new int[UnicodeTables.MaxExpansion];
        int decomposing = 0;
        foreach (Rune rune in Runes())
        {
            int count = UnicodeTables.StripAccents(rune.Value, target);
            if (Has(rune, CharacterTraits.Decomposes)) decomposing++;
            for (int i = 0; i < count; i++)
            {
                CharacterTraits left = UnicodeTables.Traits(target[i]) & (CharacterTraits.Decomposes | CharacterTraits.Mark);
                Assert.That(left, Is.EqualTo(CharacterTraits.None), Name(rune));
            }
        }
        Assert.That(decomposing, Is.EqualTo(2060 - 18 + 11172), "Unicode 9: 2060, 18 of them marks themselves, and Hangul");
    }

    private static void RequireDigest(Func<Rune, string?> line, int count, string digest)
    {
        StringBuilder lines = new();
        int found = 0;
        foreach (Rune rune in Runes())
        {
            if (line(rune) is not string text) continue;
            lines.Append(text).Append('\n');
            found++;
        }
        Assert.That(found, Is.EqualTo(count));
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(lines.ToString()))), Is.EqualTo(digest));
    }

    private static string? Changed(int codePoint, int[] target, int count) => count == 1 && target[0] == codePoint
        ? null
        : $"{codePoint:X}:{string.Join('+', Array.ConvertAll(target[..count], part => part.ToString("X", CultureInfo.InvariantCulture)))}";

    private static bool Has(Rune rune, CharacterTraits trait) => (UnicodeTables.Traits(rune.Value) & trait) != 0;

    private static string Name(Rune rune) => $"U+{rune.Value:X4}";

    private static IEnumerable<Rune> Runes()
    {
        for (int codePoint = 0; codePoint < 0x110000; codePoint++)
        {
            if (Rune.IsValid(codePoint)) yield return new Rune(codePoint);
        }
    }
}
