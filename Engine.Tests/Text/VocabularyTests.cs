using System.Text;
using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

public sealed class VocabularyTests
{
    private const string Specials = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";

    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("qengine-text-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(Specials + "hello\n##s\n")]
    [TestCase(Specials + "hello\n##s")]
    [TestCase("\uFEFF" + Specials + "hello\n##s\n")]
    public void Lines_are_ids(string content)
    {
        Vocabulary vocabulary = Vocabulary.Load(Write("vocab.txt", content));

        Assert.That(vocabulary.Count, Is.EqualTo(7));
        Assert.That(vocabulary[5], Is.EqualTo("hello"));
        Assert.That(vocabulary.TryGetId("##s", out int id), Is.True);
        Assert.That(id, Is.EqualTo(6));
        Assert.That(vocabulary.TryGetId("##t", out _), Is.False);
        Assert.That((vocabulary.PaddingId, vocabulary.UnknownId, vocabulary.ClassificationId, vocabulary.SeparatorId, vocabulary.MaskId),
            Is.EqualTo((0, 1, 2, 3, 4)));
        Assert.That(() => vocabulary[7], Throws.TypeOf<QEngineException>().With.Message.Contains("0 to 6, found 7"));
    }

    [Test]
    public void Carriage_returns_end_lines_too()
    {
        Vocabulary vocabulary = Vocabulary.Load(Write("vocab.txt", Specials.Replace("\n", "\r\n") + "a\r\n"));

        Assert.That(vocabulary[5], Is.EqualTo("a"));
        Assert.That(vocabulary.MaskId, Is.EqualTo(4));
    }

    [Test]
    public void Padding_and_mask_are_optional()
    {
        Vocabulary vocabulary = Vocabulary.Load(Write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n"));

        Assert.That(vocabulary.PaddingId, Is.Null);
        Assert.That(vocabulary.MaskId, Is.Null);
        Assert.That(SmallVocabulary.Cut("[MASK] [SEP]", vocabulary), Is.EqualTo("[UNK] [UNK] [UNK] [SEP]"));
    }

    [TestCase("[CLS]\n[SEP]\na\n", "[UNK]")]
    [TestCase("[UNK]\n[SEP]\na\n", "[CLS]")]
    [TestCase("[UNK]\n[CLS]\na\n", "[SEP]")]
    [TestCase("", "empty file")]
    [TestCase("\uFEFF", "empty file")]
    [TestCase(Specials + "\na\n", "empty line at line 6")]
    [TestCase(Specials + "a\nb\na\n", "\"a\" with ids 5 and 7")]
    public void Bad_lines_are_refused(string content, string expected) => AssertRefused(Write("vocab.txt", content), expected);

    [Test]
    public void Invalid_UTF8_is_refused_with_its_position()
    {
        string path = Path.Combine(_folder, "vocab.txt");
        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(Specials), 0xC3, 0xA9, 0xFF, (byte)'\n']);
        AssertRefused(path, $"0xFF at byte {Specials.Length + 2}");

        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(Specials), 0xE4, 0xB8]);
        AssertRefused(path, $"0xE4 at byte {Specials.Length}");
    }

    [Test]
    public void A_missing_file_is_refused() => AssertRefused(Path.Combine(_folder, "none.txt"), "no such file");

    [Test]
    public void Saved_vocabularies_load_again()
    {
        string path = Path.Combine(_folder, "vocab.txt");
        Vocabulary saved = SmallVocabulary.Create();

        saved.SaveText(path);
        saved.SaveText(path);
        Vocabulary loaded = Vocabulary.Load(path);

        Assert.That(loaded.Count, Is.EqualTo(saved.Count));
        for (int id = 0; id < saved.Count; id++) Assert.That(loaded[id], Is.EqualTo(saved[id]));
        Assert.That(Directory.GetFiles(_folder), Is.EqualTo(new[] { path }), "no temporary file stays");
    }

    [Test]
    public void Saving_refuses_line_breaks_and_missing_folders()
    {
        string path = Path.Combine(_folder, "vocab.txt");
        Vocabulary broken = Vocabulary.Create(["[UNK]", "[CLS]", "[SEP]", "a\nb"]);

        Assert.That(() => broken.SaveText(path), Throws.TypeOf<QEngineException>().With.Message.Contains("id 3"));
        Assert.That(() => SmallVocabulary.Create().SaveText(Path.Combine(_folder, "none", "vocab.txt")), Throws.TypeOf<QEngineException>());
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public void A_limit_of_no_characters_is_refused() =>
        Assert.That(
            () => SmallVocabulary.Create(new() { MaximumWordCharacters = 0 }),
            Throws.TypeOf<QEngineException>().With.Message.Contains("found 0"));

    private static void AssertRefused(string path, string expected) => Assert.That(
        () => Vocabulary.Load(path),
        Throws.TypeOf<QEngineException>().With.Message.Contains(expected).And.Message.Contains(path).And.Message.Not.Contains("\n"));

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }
}
