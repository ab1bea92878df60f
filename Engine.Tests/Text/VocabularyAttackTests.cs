using System.Text;
using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Text;

namespace QEngine.Tests.Text;

/// <summary>vocab.txt and tokenizer.json under systematic and random damage, up to a tokenizer that is used.</summary>
public sealed class VocabularyAttackTests
{
    // JSON is kept as a tree, pieces as strings in two tables and in a trie.
    private const int Multiple = 150;

    private const string Json = """
        {"version":"1.0","truncation":null,"added_tokens":[{"id":2,"content":"[SEP]","special":true},{"id":6,"content":"<x>","single_word":true,"normalized":false},
        {"id":7,"content":"É<y>","lstrip":true,"rstrip":true,"normalized":true}],
        "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
        "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"TemplateProcessing",
        "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],
        "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[2],"tokens":["[SEP]"]}}},
        "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
        "vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"##b":4,"A":5}}}
        """;

    private const string Lines = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n##s\né\n";

    [Test]
    public void Lines_under_changes_of_every_kind()
    {
        using TemporaryFolder folder = new();
        Attack attack = On(folder.Write("vocab.txt", Lines));

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 3000);

        Assert.That(attack.Refused, Is.GreaterThan(300));
        Assert.That(attack.Read, Is.GreaterThan(300), "most of a vocabulary is free");
    }

    [Test]
    public void Json_under_changes_of_every_kind()
    {
        using TemporaryFolder folder = new();
        Attack attack = On(folder.Write("tokenizer.json", Json));

        attack.Truncations();
        Assert.That(attack.Refused, Is.EqualTo(Encoding.UTF8.GetByteCount(Json)), "no part of it is JSON");
        attack.FlippedBits();
        attack.RandomChanges(seed: 2, rounds: 2000);
    }

    [Test]
    public void Json_with_bad_values_and_names()
    {
        using TemporaryFolder folder = new();
        Attack attack = On(folder.Write("tokenizer.json", Json));
        byte[] good = Encoding.UTF8.GetBytes(Json);

        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
        JsonAttack.EveryName(good, (what, json) => attack.MustRefuse(what, json, "twice"), (what, json) => attack.IsRefused(what, json));
    }

    [Test]
    public void Pieces_and_words_do_not_make_long_or_broken_lines()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("tokenizer.json", Json), piece = new string('x', 50_000) + "\\n";
        Attack attack = On(path);

        attack.MustRefuse("twice", Encoding.UTF8.GetBytes(Json.Replace("\"A\":5", $"\"{piece}\":5,\"{piece}\":6", StringComparison.Ordinal)), "twice");
        attack.MustRefuse("same id", Encoding.UTF8.GetBytes(Json.Replace("\"A\":5", $"\"{piece}\":4", StringComparison.Ordinal)), "with id 4");
        attack.MustRefuse("id too large", Encoding.UTF8.GetBytes(Json.Replace("\"A\":5", $"\"{piece}\":50", StringComparison.Ordinal)), "found 50");
        attack.MustRefuse("unknown", Encoding.UTF8.GetBytes(Json.Replace("\"unk_token\":\"[UNK]\"", $"\"unk_token\":\"{piece}\"", StringComparison.Ordinal)), "special token");
        attack.MustRefuse("model", Encoding.UTF8.GetBytes(Json.Replace("WordPiece", piece, StringComparison.Ordinal)), "WordPiece");
        attack.MustRefuse("normalizer", Encoding.UTF8.GetBytes(Json.Replace("BertNormalizer", piece, StringComparison.Ordinal)), "BertNormalizer");
        attack.MustRefuse("number", Encoding.UTF8.GetBytes(Json.Replace(":100", $":{new string('1', 50_000)}", StringComparison.Ordinal)), "max_input_chars_per_word");
    }

    [Test]
    public void Many_pieces_allocate_in_proportion_to_the_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("vocab.txt", Lines);
        Attack attack = On(path);
        StringBuilder many = new(Lines);
        for (int i = 0; i < 50_000; i++) many.Append($"{i:X}x\n");

        Assert.That(attack.IsRefused("many", Encoding.UTF8.GetBytes(many.ToString())), Is.False);
        Assert.That(attack.IsRefused("one long", Encoding.UTF8.GetBytes(Lines + new string('y', 1 << 20))), Is.False);
        attack.MustRefuse("empty lines", Encoding.UTF8.GetBytes(Lines + new string('\n', 1 << 20)), "empty line at line 9");
    }

    [Test]
    public void A_file_larger_than_any_vocabulary_is_not_read()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("vocab.txt", Lines);
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Write)) stream.SetLength(1L << 33);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(() => Vocabulary.Load(path), Throws.TypeOf<QEngineException>().With.Message.Contains("found 8589934592").And.Message.Contains(path));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    private static Attack On(string path) => new(path, () => new BertTokenizer(Vocabulary.Load(path)).Encode("a hello b <x> é", 100), Multiple);
}
