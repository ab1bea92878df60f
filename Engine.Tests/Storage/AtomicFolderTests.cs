using System.Globalization;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

public sealed class AtomicFolderTests
{
    private static readonly HashSet<string> Known = ["a.txt", "b.txt", "inner"];

    [Test]
    public void A_new_folder_appears_only_when_it_is_complete()
    {
        using TemporaryFolder folder = new();
        string target = folder.Path("out");

        AtomicFolder.Write(target + Path.DirectorySeparatorChar, Known.Contains, temporary =>
        {
            Fill(temporary, "new");
            Assert.That(Path.GetDirectoryName(temporary), Is.EqualTo(Path.GetDirectoryName(target)), "a rename within one file system");
            Assert.That(Directory.Exists(target), Is.False);
        });

        RequireContent(target, "new");
        Assert.That(Entries(folder), Is.EqualTo(new[] { "out" }));
    }

    [Test]
    public void An_empty_folder_and_one_of_the_same_kind_are_replaced_whole()
    {
        using TemporaryFolder folder = new();
        string target = folder.Path("out");
        Directory.CreateDirectory(target);

        AtomicFolder.Write(target, Known.Contains, temporary => Fill(temporary, "first"));
        AtomicFolder.Write(target, Known.Contains, temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "b.txt"), "second");
            RequireContent(target, "first");
        });

        Assert.That(File.ReadAllText(Path.Combine(target, "b.txt")), Is.EqualTo("second"));
        Assert.That(Directory.GetFileSystemEntries(target), Has.Length.EqualTo(1), "nothing of the older folder");
        Assert.That(Entries(folder), Is.EqualTo(new[] { "out" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_failure_half_way_changes_nothing_and_leaves_nothing(bool older)
    {
        using TemporaryFolder folder = new();
        string target = folder.Path("out");
        if (older) AtomicFolder.Write(target, Known.Contains, temporary => Fill(temporary, "old"));

        Assert.Throws<OperationCanceledException>(() => AtomicFolder.Write(target, Known.Contains, temporary =>
        {
            Fill(temporary, "half");
            throw new OperationCanceledException();
        }));
        Assert.Throws<ArgumentException>(() => AtomicFolder.Write(target, Known.Contains, _ => throw new ArgumentException("the caller's")));
        Refused.With(() => AtomicFolder.Write(target, Known.Contains, _ => throw new IOException("broken\ncable")), "write a folder", "broken\\u000Acable", "out");

        if (older) RequireContent(target, "old");
        Assert.That(Entries(folder), Is.EqualTo(older ? new[] { "out" } : []));
    }

    [Test]
    public void A_rename_that_fails_leaves_what_is_there_and_no_temporary_folder()
    {
        using TemporaryFolder folder = new();
        string target = folder.Path("out");

        Refused.With(() => AtomicFolder.Write(target, Known.Contains, _ => File.WriteAllText(target, "taken meanwhile")), "write a folder", "out");
        Assert.That(File.ReadAllText(target), Is.EqualTo("taken meanwhile"));
        Assert.That(Entries(folder), Is.EqualTo(new[] { "out" }));

        File.Delete(target);
        AtomicFolder.Write(target, Known.Contains, temporary => Fill(temporary, "old"));
        Refused.With(() => AtomicFolder.Write(target, Known.Contains, temporary => Directory.Delete(temporary)), "no such folder", "out");
        RequireContent(target, "old");
        Assert.That(Entries(folder), Is.EqualTo(new[] { "out" }));
    }

    [TestCase("notes.txt")]
    [TestCase("inner/notes.txt")]
    [TestCase("inner/inner/notes.txt")]
    public void Other_files_at_any_depth_are_refused_and_stay(string name)
    {
        using TemporaryFolder folder = new();
        string target = folder.Path("out");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, name))!);
        File.WriteAllText(Path.Combine(target, name), "mine");

        Refused.With(() => AtomicFolder.Require(target, Known.Contains), "same kind to replace", "notes.txt", "out");
        Refused.With(() => AtomicFolder.Write(target, Known.Contains, _ => Assert.Fail("not to be called")), "same kind to replace", "notes.txt", "out");

        Assert.That(File.ReadAllText(Path.Combine(target, name)), Is.EqualTo("mine"));
        Assert.That(Entries(folder), Is.EqualTo(new[] { "out" }));
    }

    [Test]
    public void Files_roots_missing_parents_and_impossible_paths_are_refused()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("taken", [1]);

        foreach (Action<string> action in new Action<string>[] { path => AtomicFolder.Require(path, Known.Contains), path => AtomicFolder.Write(path, Known.Contains, _ => { }) })
        {
            Refused.With(() => action(file), "found a file", "taken");
            Refused.With(() => action(folder.Path("none/out")), "no such folder", "none");
            Refused.With(() => action(Path.GetPathRoot(file)!), "found the root");
            Refused.With(() => action(""), "invalid path");
            Refused.With(() => action("a\0b"), "invalid path", "a\\u0000b");
        }
        Assert.That(Entries(folder), Is.EqualTo(new[] { "taken" }));
    }

    [Test]
    public void A_parent_that_cannot_be_written_is_found_before_the_work()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("skipped: sets Unix permissions");
            return;
        }
        using TemporaryFolder folder = new();
        string parent = folder.Path("parent");
        Directory.CreateDirectory(Path.Combine(parent, "older"));
        File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        // Permissions do not bind the superuser; a folder of the kernel's does.
        string[] targets = Environment.IsPrivilegedProcess ? ["/sys/kernel/qengine"] : [Path.Combine(parent, "out"), Path.Combine(parent, "older")];
        try
        {
            foreach (string target in targets)
            {
                Refused.With(() => AtomicFolder.Require(target, Known.Contains), "no permission", target);
                Refused.With(() => AtomicFolder.Write(target, Known.Contains, _ => Assert.Fail("not to be called")), "no permission", target);
            }
        }
        finally
        {
            File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Test]
    public void Leftovers_of_killed_processes_are_neither_used_nor_touched()
    {
        using TemporaryFolder folder = new();
        string target = folder.Path("out"), used = "";
        AtomicFolder.Write(target, Known.Contains, temporary => used = temporary);
        // The names this process would take next, as an earlier process of the same number may have left them.
        string stem = used[..used.LastIndexOf('-')];
        int number = int.Parse(used.AsSpan(stem.Length + 1, used.Length - stem.Length - 1 - ".tmp".Length), CultureInfo.InvariantCulture);
        string[] leftovers = [.. Enumerable.Range(number + 1, 20).SelectMany(next => new[] { $"{stem}-{next}.tmp", $"{stem}-{next}.old" })];
        foreach (string leftover in leftovers) Fill(Directory.CreateDirectory(leftover).FullName, "left");

        AtomicFolder.Require(target, Known.Contains);
        AtomicFolder.Write(target, Known.Contains, temporary =>
        {
            Assert.That(Directory.GetFileSystemEntries(temporary), Is.Empty);
            Fill(temporary, "new");
        });

        RequireContent(target, "new");
        foreach (string leftover in leftovers) RequireContent(leftover, "left");
        Assert.That(Entries(folder), Has.Length.EqualTo(1 + leftovers.Length));
    }

    [Test]
    public void A_link_at_the_path_is_kept_and_links_inside_are_not_followed()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: links need a privilege");
        using TemporaryFolder folder = new();
        string target = folder.Path("out"), elsewhere = folder.Path("elsewhere"), mine = folder.Path("mine");
        foreach (string content in new[] { elsewhere, mine }) Fill(Directory.CreateDirectory(content).FullName, "mine");
        Directory.CreateSymbolicLink(Path.Combine(elsewhere, "inner"), mine);
        Directory.CreateSymbolicLink(target, "elsewhere");
        Directory.CreateSymbolicLink(folder.Path("new"), "made");

        AtomicFolder.Write(target, Known.Contains, temporary => Fill(temporary, "new"));
        AtomicFolder.Write(folder.Path("new"), Known.Contains, temporary => Fill(temporary, "new"));

        foreach (string written in new[] { target, elsewhere, folder.Path("made") }) RequireContent(written, "new");
        RequireContent(mine, "mine");
        Assert.That(new DirectoryInfo(target).LinkTarget, Is.EqualTo("elsewhere"));
        Assert.That(new DirectoryInfo(folder.Path("new")).LinkTarget, Is.EqualTo("made"));
        Assert.That(Entries(folder), Is.EqualTo(new[] { "elsewhere", "made", "mine", "new", "out" }));
    }

    [Test]
    public void Permissions_are_passed_on_to_what_replaces_a_folder()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: sets Unix permissions");
        const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite, Closed = Secret | UnixFileMode.UserExecute;
        using TemporaryFolder folder = new();
        string target = folder.Path("out");
        AtomicFolder.Write(target, Known.Contains, temporary => Fill(temporary, "old"));
        Permissions.Set(target, Closed);
        Permissions.Set(Path.Combine(target, "a.txt"), Secret);

        AtomicFolder.Write(target, Known.Contains, temporary =>
        {
            Assert.That(Permissions.Of(temporary), Is.EqualTo(Closed), "while it is written");
            Fill(temporary, "new");
        });

        RequireContent(target, "new");
        Assert.That(Permissions.Of(target), Is.EqualTo(Closed));
        Assert.That(Permissions.Of(Path.Combine(target, "a.txt")), Is.EqualTo(Secret));
    }

    [TestCase("out", "")]
    [TestCase("out/a.txt", "a.txt")]
    [TestCase("out/inner", "inner")]
    [TestCase("out/..", "")]
    public void What_nobody_may_write_is_refused_to_the_superuser_too(string protectedName, string part)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: sets Unix permissions");
        if (protectedName == "out/.." && Environment.IsPrivilegedProcess) Assert.Ignore("skipped: the superuser may write into any folder");
        using TemporaryFolder folder = new();
        string target = folder.Path("out"), path = Path.GetFullPath(folder.Path(protectedName));
        AtomicFolder.Write(target, Known.Contains, temporary => Fill(temporary, "old"));
        Directory.CreateDirectory(Path.Combine(target, "inner"));
        string found = protectedName == "out/.." ? "no permission" : "read-only";
        using IDisposable protection = Permissions.Protect(path);

        Refused.With(() => AtomicFolder.Require(target, Known.Contains), found, part);
        Refused.With(() => AtomicFolder.Write(target, Known.Contains, _ => Assert.Fail("not to be called")), found, part);
        RequireContent(target, "old");
    }

    [Test]
    public void Asking_first_leaves_nothing()
    {
        using TemporaryFolder folder = new();

        AtomicFolder.Require(folder.Path("out"), Known.Contains);

        Assert.That(Entries(folder), Is.Empty);
    }

    private static void Fill(string folder, string content)
    {
        File.WriteAllText(Path.Combine(folder, "a.txt"), content);
        File.WriteAllText(Path.Combine(folder, "b.txt"), content);
    }

    private static void RequireContent(string folder, string content)
    {
        Assert.That(File.ReadAllText(Path.Combine(folder, "a.txt")), Is.EqualTo(content));
        Assert.That(File.ReadAllText(Path.Combine(folder, "b.txt")), Is.EqualTo(content));
    }

    private static string[] Entries(TemporaryFolder folder)
    {
        string[] names = Array.ConvertAll(Directory.GetFileSystemEntries(folder.Path("")), path => Path.GetFileName(path));
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}
