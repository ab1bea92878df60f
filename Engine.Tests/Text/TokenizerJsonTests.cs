using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

public sealed class TokenizerJsonTests
{
    private const string Pieces = """ "[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"@@b":4,"A":5 """;

    private const string Cutting = """ ,"pre_tokenizer":{"type":"BertPreTokenizer"} """;

    private const string Around = """ ,"post_processor":{"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]} """;

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
        Assert.That(Load("""{"model":{"unk_token":"[UNK]","max_input_chars_per_word":100,"vocab":{""" + Pieces + "}}" + Cutting + Around).Count, Is.EqualTo(6));

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
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":1,"content":"a"}]""", "expected id 0 for the added token \"a\", the model's, found 1")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":2,"content":"x"}]""", "expected id 1 for the added token \"x\", the next one, found 2")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":2,"content":"x"},{"id":1,"content":"y"}]""", "\"x\", the next one, found 2")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":1,"content":"x"},{"id":1,"content":"x"}]""", "\"x\" twice")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0,"b":2}}""", "from 0 to 1 without holes for the 2 pieces, found 2 for \"b\"")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":1,"content":""}]""", "empty one")]
    [TestCase("""{"model":{"type":"WordPiece","vocab":{"a":0}},"added_tokens":[{"id":1,"content":"x","normalized":3}]""", "found Number")]
    [TestCase("""{"model":""", "line 1, byte")]
    public void Other_files_are_refused(string json, string expected) => Assert.That(
        () => Load(json),
        Throws.TypeOf<QEngineException>().With.Message.Contains(expected).And.Message.Contains(_path).And.Message.Not.Contains("\n"));

    [TestCase(""" "foo":1 """, "only", "\"foo\"")]
    [TestCase(""" "version":"2.0" """, "version \"1.0\"", "\"2.0\"")]
    [TestCase(""" "padding":{"direction":"Left"} """, "padding of direction Right", "found Left")]
    [TestCase(""" "truncation":{"direction":"Middle"} """, "left or right for direction", "Middle")]
    [TestCase(""" "normalizer":{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"}]} """, "Sequence of these with BertNormalizer once", "found NFD")]
    [TestCase(""" "normalizer":{"type":"Sequence","normalizers":[{"type":"BertNormalizer"},{"type":"BertNormalizer"}]} """, "once", "found BertNormalizer twice")]
    [TestCase(""" "added_tokens":[{"id":6,"content":"\u200b","normalized":true}],"normalizer":{"type":"BertNormalizer"} """, "leaves nothing")]
    [TestCase(""" "added_tokens":[{"id":6,"content":"Zika","normalized":true},{"id":7,"content":"zika","normalized":true}],"normalizer":{"type":"BertNormalizer"} """,
        "differ after normalisation", "\"Zika\" and \"zika\"")]
    public void What_the_tokenizer_does_not_do_is_refused_by_name(string member, params string[] parts) =>
        RequireRefused(Model(Pieces) + "," + member, parts);

    [TestCase("null", "found none")]
    [TestCase("""{"type":"Whitespace"}""", "found Whitespace")]
    [TestCase("""{"type":"Sequence","pretokenizers":[{"type":"BertPreTokenizer"}]}""", "found Sequence")]
    public void Another_pre_tokenizer_is_refused_by_name(string value, string found) =>
        RequireRefused(Model(Pieces).Replace("""{"type":"BertPreTokenizer"}""", value, StringComparison.Ordinal), "pre_tokenizer of type BertPreTokenizer", found);

    [TestCase("null", "found none")]
    [TestCase("""{"type":"RobertaProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]}""", "found RobertaProcessing")]
    [TestCase("""{"type":"Sequence","processors":[]}""", "found Sequence")]
    [TestCase("""{"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",2]}""", "cls [\"[CLS]\",1]", "found [\"[CLS]\",2]")]
    [TestCase("""{"type":"BertProcessing","sep":["[CLS]",1],"cls":["[CLS]",1]}""", "sep [\"[SEP]\",2]", "found [\"[CLS]\",1]")]
    [TestCase("""{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{}}""", "single [CLS] $A [SEP]", "found [{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}]")]
    [TestCase("""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":1}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"special_tokens":{}}""", "of type_id 0")]
    [TestCase("""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"special_tokens":{"[CLS]":{"ids":[1]},"[SEP]":{"ids":[1]}}}""", "ids [2] of [SEP]", "found [1]")]
    public void Another_post_processor_is_refused_by_name(string value, params string[] parts) =>
        RequireRefused(Model(Pieces).Replace(Around, $",\"post_processor\":{value}", StringComparison.Ordinal), parts);

    [Test]
    public void A_template_of_the_usual_form_is_read()
    {
        const string Template = """
            ,"post_processor":{"type":"TemplateProcessing",
            "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[],
            "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[2],"tokens":["[SEP]"]}}}
            """;

        Assert.That(new BertTokenizer(Load(Model(Pieces).Replace(Around, Template, StringComparison.Ordinal))).Encode("a", 10), Is.EqualTo(new[] { 1, 3, 2 }));
    }

    [TestCase("""[{"type":"Lowercase"},{"type":"BertNormalizer","lowercase":false}]""", true, false)]
    [TestCase("""[{"type":"BertNormalizer","lowercase":false,"strip_accents":true},{"type":"Lowercase"}]""", true, true)]
    [TestCase("""[{"type":"Sequence","normalizers":[{"type":"BertNormalizer"}]}]""", true, true)]
    [TestCase("""[{"type":"BertNormalizer","lowercase":false}]""", false, false)]
    public void A_sequence_of_normalizers_that_come_to_BERTs_is_read(string sequence, bool lowercase, bool strips)
    {
        TokenizerSettings settings = Load(Model(Pieces) + $",\"normalizer\":{{\"type\":\"Sequence\",\"normalizers\":{sequence}}}").Settings;

        Assert.That((settings.Lowercase, settings.StripsAccents, settings.CleanText), Is.EqualTo((lowercase, strips, true)));
    }

    [Test]
    public void The_direction_of_truncation_is_read_and_its_length_left_to_the_caller()
    {
        Vocabulary vocabulary = Load(Model(Pieces) + """
            ,"truncation":{"direction":"Left","max_length":3,"strategy":"LongestFirst","stride":0},
            "padding":{"strategy":{"Fixed":128},"direction":"Right","pad_id":0,"pad_type_id":0,"pad_token":"[PAD]"}
            """);

        Assert.That(SmallVocabulary.Cut("A a A", vocabulary), Is.EqualTo("A a A"));
        Assert.That(new BertTokenizer(vocabulary).Encode("A a a", 4), Is.EqualTo(new[] { 1, 3, 3, 2 }));
    }

    private static string Model(string pieces, string members = "") =>
        """{"model":{"type":"WordPiece",""" + members + """ "vocab":{""" + pieces + "}}" + Cutting + Around;

    private void RequireRefused(string openJson, params string[] parts)
    {
        QEngineException error = Assert.Throws<QEngineException>(() => Load(openJson))!;
        Assert.That(error.Message, Does.Contain(_path).And.Not.Contain("\n"));
        foreach (string part in parts) Assert.That(error.Message, Does.Contain(part));
    }

    private Vocabulary Load(string openJson, TokenizerSettings? settings = null)
    {
        File.WriteAllText(_path, openJson + "}");
        return Vocabulary.Load(_path, settings);
    }
}
