using System.Globalization;
using System.Text;
using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

/// <summary>The frozen character data against the runtime's, which is newer: it may know more characters, not other ones.</summary>
public sealed class UnicodeTablesTests
{
    // Characters whose category Unicode changed since version 8.
    private static readonly int[] NoLongerMarks = [0x1734, 0x1171E];
    private static readonly int[] NoLongerPunctuation = [0x166D, 0x111C9];

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
    public void Removed_characters_are_controls_formats_and_four_kinds_of_exception()
    {
        foreach (Rune rune in Runes())
        {
            bool removed = Has(rune, CharacterTraits.Removed);
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category == UnicodeCategory.Control) Assert.That(removed, Is.EqualTo(rune.Value is not ('\t' or '\n' or '\r')), Name(rune));
            else if (removed && category != UnicodeCategory.Format)
                Assert.That(rune.Value is 0xFFFD or 0xE000 or 0xF8FF or 0xF0000 or 0xFFFFD or 0x100000 or 0x10FFFD, Name(rune));
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
            if (lower[0] != rune.Value) Assert.That(lower[0], Is.EqualTo(Rune.ToLowerInvariant(rune).Value), Name(rune));
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
        int[] target = new int[UnicodeTables.LongestExpansion];

        int count = UnicodeTables.StripAccents(Rune.GetRuneAt(character, 0).Value, target);

        StringBuilder stripped = new();
        for (int i = 0; i < count; i++) stripped.Append(new Rune(target[i]));
        Assert.That(stripped.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void What_is_left_of_a_character_decomposes_no_further_and_is_no_mark()
    {
        int[] target = new int[UnicodeTables.LongestExpansion];
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
