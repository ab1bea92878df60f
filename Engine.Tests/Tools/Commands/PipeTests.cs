using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary>The program between others: a reader that goes, streams that were closed, a disk that is full.</summary>
public sealed class PipeTests : CommandFixture
{
    private string Vocabulary => Path.Combine(Quantum, "vocab.txt");

    [Test]
    public void A_reader_that_has_gone_ends_endless_input()
    {
        (string output, string error) = ShellProgram.Bash($"yes 'red cars' 2> /dev/null | qengine tokenize --vocab {Vocabulary} | head -n 1; echo ${{PIPESTATUS[1]}}", Folder);

        Assert.That(output, Is.EqualTo("{\"text\":\"red cars\",\"ids\":[2,5,8,11,3]}\n141\n"));
        Assert.That(error, Is.Empty);
    }

    [Test]
    public void It_ends_a_search_line_by_line_and_of_a_file([Values("", "--json")] string json)
    {
        Write("passages.tsv", "p1\tred cars\np2\tblue sky\n");
        File.WriteAllLines(In("queries.tsv"), Enumerable.Range(0, 20_000).Select(i => $"q{i}\tred sky"));
        CommandLine.Run("index", "--model", Quantum, "--input", In("passages.tsv"), "--output", In("index")).Succeeded();

        (string output, string error) = ShellProgram.Bash($"yes 'red cars' 2> /dev/null | qengine search --index index {json} | head -n 2 | wc -l; qengine search --index index --queries queries.tsv {json} | head -n 2 | wc -l; echo ${{PIPESTATUS[0]}}", Folder);

        Assert.That(output.Split('\n').Select(line => line.Trim()), Is.EqualTo(new[] { "2", "2", "141", "" }));
        Assert.That(error, Is.Empty);
    }

    [TestCase("-")]
    [TestCase("/dev/stdout")]
    public void It_ends_a_file_that_is_written_to_standard_output(string run)
    {
        Write("passages.tsv", "p1\tred cars\np2\tblue sky\n");
        File.WriteAllLines(In("queries.tsv"), Enumerable.Range(0, 20_000).Select(i => $"q{i}\tred sky"));
        CommandLine.Run("index", "--model", Quantum, "--input", In("passages.tsv"), "--output", In("index")).Succeeded();

        (string output, string error) = ShellProgram.Bash(
            $"qengine search --index index --queries queries.tsv --run {run} | head -n 1; echo ${{PIPESTATUS[0]}}", Folder);

        Assert.That(output, Does.Match(@"^q0 Q0 p\d 1 \S+ \S+\n141\n$"));
        Assert.That(error, Does.Not.Contain("qengine").And.Not.Contain("hits"));
    }

    [Test]
    public void It_ends_help_and_tables()
    {
        Write("qrels.txt", string.Concat(Enumerable.Range(0, 30_000).Select(i => $"query{i} 0 d 1\n")));
        Write("run.trec", string.Concat(Enumerable.Range(0, 30_000).Select(i => $"query{i} Q0 d 1 1 t\n")));

        (string output, string error) = ShellProgram.Bash(
            "qengine score --run run.trec --qrels qrels.txt --per-query --measures RR | head -n 1; echo ${PIPESTATUS[0]}; qengine score --run run.trec --qrels qrels.txt --per-query --json | head -n 1; echo ${PIPESTATUS[0]}", Folder);

        Assert.That(output, Is.EqualTo("run\tquery\tRR\n141\n{\n141\n"));
        Assert.That(error, Is.Empty);
    }

    [Test]
    public void It_ends_a_training_whose_lines_nobody_reads_and_the_training_can_go_on()
    {
        Write("rows.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n");

        (string output, _) = ShellProgram.Bash(
            $"qengine train --triples rows.tsv --encoder {Plain} --head none --epochs 1000000 --batch 2 --max-length 8 --out model --threads 1 2>&1 | head -n 1; echo ${{PIPESTATUS[0]}}", Folder);

        Assert.That(output.Split('\n')[0], Does.StartWith("epoch 1: loss "));
        Assert.That(output.Split('\n')[1..], Is.EqualTo(new[] { "141", "" }));
        Assert.That(Names(), Does.Contain("model.checkpoint").And.Contain("model"));
    }

    [Test]
    public void What_is_read_is_answered_before_more_is_waited_for()
    {
        using System.Diagnostics.Process process = ShellProgram.Start("tokenize", "--vocab", Vocabulary);
        for (int i = 0; i < 3; i++)
        {
            process.StandardInput.Write("red\n");
            process.StandardInput.Flush();

            Assert.That(process.StandardOutput.ReadLineAsync().Wait(TimeSpan.FromSeconds(60)), Is.True);
        }
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
    }

    [TestCase("<&-", "", "qengine: expected lines on standard input, found it closed\n2\n")]
    [TestCase(">&-", "", "qengine: expected standard output for results, found it closed\n1\n")]
    [TestCase("2>&-", "{\"text\":\"red\",\"ids\":[2,5,3]}\n", "0\n")]
    [TestCase("<&- 2>&-", "", "2\n")]
    [TestCase(">&- 2>&-", "", "1\n")]
    [TestCase("<&- >&- 2>&-", "", "1\n")]
    public void Streams_that_were_closed_are_told_from_the_runtimes_own(string closed, string output, string error)
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("skipped: known from /proc");
        (string found, string said) = ShellProgram.Bash($"printf 'red\\n' | {{ qengine tokenize --vocab {Vocabulary} {closed}; echo $? >&2; }}", Folder);

        Assert.That((found, said), Is.EqualTo((output, error)));
    }

    [Test]
    public void Search_without_input_asks_for_a_query()
    {
        Write("passages.tsv", "p1\tred cars\n");
        CommandLine.Run("index", "--model", Quantum, "--input", In("passages.tsv"), "--output", In("index")).Succeeded();

        Assert.That(ShellProgram.Bash("qengine search --index index <&-; echo $?", Folder), Is.EqualTo(("2\n", "qengine: expected a query, --queries, or queries on standard input, found none\n")));
    }

    [Test]
    public void A_full_disk_is_said_in_one_line()
    {
        if (!File.Exists("/dev/full")) Assert.Ignore("skipped: no /dev/full here");

        Assert.That(ShellProgram.Bash($"qengine info --model {Plain} > /dev/full; echo $?", Folder), Is.EqualTo(("1\n", "qengine: expected to write standard output, found: No space left on device\n")));
        Assert.That(ShellProgram.Bash($"qengine info --model {Plain} --bogus 2> /dev/full; echo $?", Folder).Output, Is.EqualTo("2\n"));
    }

    [Test]
    public void Messages_and_results_in_one_file_do_not_overwrite_each_other()
    {
        Write("qrels.txt", "q 0 d 1\n");
        Write("run.trec", "q Q0 d 1 1 t\n");

        string text = ShellProgram.Bash("echo before > all; qengine score --run run.trec --qrels qrels.txt --measures RR >> all 2>&1; cat all", Folder).Output;

        string[] lines = text.Split('\n');
        Assert.That((lines[0], lines[^1]), Is.EqualTo(("before", "")));
        Assert.That(lines, Does.Contain("run\tqueries\tRR").And.Contain("run.trec\t1\t1.0000").And.Contain("1 judged queries; equal scores by document id, descending (trec_eval)"));
    }
}
