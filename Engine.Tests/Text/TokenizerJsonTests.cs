using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

public sealed class TokenizerJsonTests
{
    private const string Pieces = """ "[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"@@b":4,"A":5 """;

    private string _path = "";

    [SetUp]
    public void CreateFolder() => _path = Path.Combine(Directory.CreateTempSubdirectory("qengine-text-").FullName, "tokenizer.json");

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Test]
    public void Settings_come_from_the_file()
    {
        Vocabulary vocabulary = Load(Model(Pieces, """ "continuing_subword_prefix":"@@","max_input_chars_per_word":7, """)
            + """ ,"normalizer":{"type":"BertNormalizer","clean_text":false,"handle_chinese_chars":false,"strip_accents":true,"lowercase":false} """);

        Assert.That(vocabulary.Settings, Is.EqualTo(new TokenizerSettings
        {
            CleanText = false,
            HandleChineseCharacters = false,
            StripAccents = true,
            Lowercase = false,
            MaximumWordCharacters = 7,
            ContinuingPrefix = "@@",
        }));
        Assert.That(SmallVocabulary.Cut("ab A á abbbbbb abbbbbbb", vocabulary), Is.EqualTo("a @@b A a a @@b @@b @@b @@b @@b @@b [UNK]"));
    }

    [Test]
    public void Null_strip_accents_stays_null_and_given_settings_win()
    {
        string json = Model(Pieces) + """ ,"normalizer":{"type":"BertNormalizer","clean_text":true,"strip_accents":null,"lowercase":true} """;

        Assert.That(Load(json).Settings, Is.EqualTo(new TokenizerSettings()));
        Assert.That(Load(json, new() { Lowercase = false }).Settings.Lowercase, Is.False);
    }

    [Test]
    public void Without_a_normalizer_text_stays_as_it_is()
    {
        Assert.That(SmallVocabulary.Cut("A a", Load(Model(Pieces))), Is.EqualTo("A a"));
        Assert.That(SmallVocabulary.Cut("Á", Load(Model(Pieces) + """ ,"normalizer":null """)), Is.EqualTo("[UNK]"));
    }

    [Test]
    public void Added_tokens_are_matched_longest_first_and_extend_the_vocabulary()
    {
        Vocabulary vocabulary = Load(Model(Pieces) + """
            ,"added_tokens":[{"id":6,"content":"<x>","normalized":false},{"id":7,"content":"<x>y","normalized":false},
            {"id":8,"content":"né","single_word":true},{"id":2,"content":"[SEP]"}]
            """);

        Assert.That(vocabulary.Count, Is.EqualTo(9));
        Assert.That(SmallVocabulary.Cut("a<x>a<x>y[SEP]", vocabulary), Is.EqualTo("a <x> a <x>y [SEP]"));
        Assert.That(SmallVocabulary.Cut("né né. ané néa né_", vocabulary), Is.EqualTo("né né [UNK] [UNK] [UNK] [UNK] [UNK]"));
        Assert.That(SmallVocabulary.Cut("[CLS]", vocabulary), Is.EqualTo("[UNK] [UNK] [UNK]"), "not among the added tokens");
    }

    [Test]
    public void The_unknown_token_can_have_another_name()
    {
        Vocabulary vocabulary = Load(Model(""" "<unk>":0,"[CLS]":1,"[SEP]":2 """, """ "unk_token":"<unk>", """));

        Assert.That(vocabulary.UnknownToken, Is.EqualTo("<unk>"));
        Assert.That(SmallVocabulary.Cut("zzz", vocabulary), Is.EqualTo("<unk>"));
    }

    [Test]
    public void Early_files_without_a_model_type_are_read() =>
        Assert.That(Load("""{"model":{"unk_token":"[UNK]","max_input_chars_per_word":100,"vocab":{""" + Pieces + "}}").Count, Is.EqualTo(6));

    [TestCase("""{"model":{"type":"BPE","vocab":{},"merges":[]}""", "found BPE")]
    [TestCase("""{"model":{"type":"Unigram","vocab":[]}""", "found Unigram")]
    [TestCase("""{"model":{"vocab":{},"merges":[]}""", "unnamed type")]
    [TestCase("""{"a":1""", "\"model\"")]
    [TestCase("""{"model":[]""", "expected Object for model, found Array")]
    [TestCase("""{"model":{"type":"WordPiece"}""", "\"vocab\"")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{}}""", "empty vocabulary")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0,"a":1}}""", "\"a\" twice")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0,"b":0}}""", "\"a\" and \"b\" with id 0")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":2000000000}}""", "found 2000000000")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":-1}}""", "found -1")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":1.5}}""", "found 1.5")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":"0"}}""", "found String")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"\ud800":0}}""", "unpaired surrogate")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"[CLS]":0,"[SEP]":1}}""", "special token [UNK]")]
    [TestCase("""{"model":{"type":"WordPiece","unk_token":"<u>","vocab":{"[CLS]":0,"[SEP]":1}}""", "special token <u>")]
    [TestCase("""{"model":{"type":"WordPiece","max_input_chars_per_word":0,"vocab":{"a":0}}""", "found 0")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"normalizer":{"type":"NFC"}""", "found NFC")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"pre_tokenizer":{"type":"Whitespace"}""", "found Whitespace")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"post_processor":{"type":"RobertaProcessing"}""", "found RobertaProcessing")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":1,"content":"x","normalized":true}]""", "\"x\"")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":1,"content":"a"}]""", "found 0 and 1")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":1,"content":""}]""", "empty one")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":1,"content":"x","normalized":3}]""", "found Number")]
    [TestCase("""{"model":""", "line 1, byte")]
    public void Other_files_are_refused(string json, string expected) => Assert.That(
        () => Load(json),
        Throws.TypeOf<QEngineException>().With.Message.Contains(expected).And.Message.Contains(_path).And.Message.Not.Contains("\n"));

    private static string Model(string pieces, string members = "") =>
        """{"model":{"type":"WordPiece",""" + members + """ "vocab":{""" + pieces + "}}";

    private Vocabulary Load(string openJson, TokenizerSettings? settings = null)
    {
        File.WriteAllText(_path, openJson + "}");
        return Vocabulary.Load(_path, settings);
    }
}
