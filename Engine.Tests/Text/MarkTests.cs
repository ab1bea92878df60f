using System.Globalization;
using System.Text;
using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

/// <summary>Accents of every script, through the tokenizer.</summary>
public sealed class MarkTests
{
    // Blocks whose nonspacing marks have not changed since Unicode 8.
    [TestCase(0x300, 0x36F, 112, Description = "combining diacritical marks")]
    [TestCase(0x483, 0x487, 5, Description = "Cyrillic")]
    [TestCase(0x591, 0x5C7, 51, Description = "Hebrew")]
    [TestCase(0x64B, 0x65F, 21, Description = "Arabic")]
    [TestCase(0x93C, 0x94D, 10, Description = "Devanagari")]
    [TestCase(0xE31, 0xE4E, 16, Description = "Thai")]
    [TestCase(0x1AB0, 0x1ABD, 14, Description = "extended")]
    [TestCase(0x20D0, 0x20F0, 26, Description = "for symbols")]
    [TestCase(0x302A, 0x302D, 4, Description = "ideographic tones")]
    [TestCase(0x3099, 0x309A, 2, Description = "kana")]
    [TestCase(0xFE00, 0xFE2F, 32, Description = "variation selectors and half marks")]
    [TestCase(0x1D167, 0x1D182, 11, Description = "musical")]
    [TestCase(0xE0100, 0xE01EF, 240, Description = "more variation selectors")]
    public void Nonspacing_marks_are_stripped_and_spacing_ones_are_not(int first, int last, int count)
    {
        int marks = 0;
        for (int value = first; value <= last; value++)
        {
            string text = $"a{new Rune(value)}b";
            UnicodeCategory category = Rune.GetUnicodeCategory(new Rune(value));
            if (category == UnicodeCategory.NonSpacingMark)
            {
                marks++;
                Assert.That(SmallVocabulary.Cut(text), Is.EqualTo("a ##b"), $"U+{value:X4}");
                Assert.That(SmallVocabulary.Cut(text, new TokenizerSettings { StripAccents = false }), Is.Not.EqualTo("a ##b"),
                    $"U+{value:X4} kept");
            }
            else if (category == UnicodeCategory.SpacingCombiningMark)
            {
                Assert.That(SmallVocabulary.Cut(text), Is.EqualTo("[UNK]"), $"U+{value:X4}");
            }
        }
        Assert.That(marks, Is.EqualTo(count));
    }
}
