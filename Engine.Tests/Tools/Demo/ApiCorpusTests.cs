using NUnit.Framework;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tests.Tools.Demo;

public class ApiCorpusTests
{
    [Test]
    public void All_parts_of_a_member_are_read()
    {
        ApiMember member = DocFixture.Load("""
            <member name="M:A.Tool.Use(System.Int32)"><summary>Uses the tool.</summary><remarks>Be careful.</remarks>
            <param name="times">How <c>often</c>.</param><exception cref="T:A.Bad">Never read.</exception>
            <returns><see langword="true" /> if used.</returns></member>
            """).Members.Single();

        Assert.That((member.Summary, member.Remarks, member.Returns), Is.EqualTo(("Uses the tool.", "Be careful.", "true if used.")));
        Assert.That(member.Parameters, Is.EqualTo(new[] { new ApiParameter("times", "Int32", "How often.") }));
    }

    [Test]
    public void Members_are_ordered_by_id_once_each_and_have_summaries()
    {
        string folder = DocFixture.Write(
            ("a.xml", DocFixture.Document("<member name=\"T:A.Z\"><summary>The last.</summary></member><member name=\"T:A.Empty\"><summary /></member><member name=\"T:A.Late\" />")),
            ("sub/b.xml", DocFixture.Document("<member name=\"T:A.Z\"><summary>Another.</summary></member><member name=\"T:A.B\"><summary>The first.</summary></member><member name=\"T:A.Late\"><summary>At last.</summary></member>")),
            ("list.xml", "<FileList><member name=\"T:A.No\"><summary>No documentation.</summary></member></FileList>"));

        ApiCorpus corpus = ApiCorpus.Load(ReferencePacks.In(folder));

        Assert.That(corpus.Members.Select(member => $"{member.Id} {member.Summary}"), Is.EqualTo(new[] { "T:A.B The first.", "T:A.Late At last.", "T:A.Z The last." }));
    }

    [TestCase("<doc><members>\n<member name=\"T:A\"><summary>x</members></doc>", ":2:")]
    [TestCase("<!DOCTYPE doc [<!ENTITY a \"b\">]>\n<doc></doc>", ": expected")]
    [TestCase("", ": expected")]
    public void Malformed_files_are_reported_in_one_line_with_file_and_line(string text, string line)
    {
        string folder = DocFixture.Write(("bad.xml", text));

        QEngineException failure = Assert.Throws<QEngineException>(() => ApiCorpus.Load(ReferencePacks.In(folder)))!;

        Assert.That(failure.Message, Does.Contain("bad.xml" + line).And.Not.Contain("\n"));
    }

    [Test]
    public void A_folder_without_documented_members_is_an_error()
    {
        string folder = DocFixture.Write(("other.xml", "<project />"));

        Assert.That(() => ApiCorpus.Load(ReferencePacks.In(folder)), Throws.TypeOf<QEngineException>().With.Message.Contains("no documented member"));
    }

    [Test]
    public void Members_that_callers_cannot_see_are_left_out()
    {
        string assembly = typeof(ApiCorpusTests).Assembly.Location;
        string folder = DocFixture.Write(("QEngine.Tests.xml", DocFixture.Document("""
            <member name="T:QEngine.Tests.Tools.Demo.ApiCorpusTests"><summary>A public class.</summary></member>
            <member name="M:QEngine.Tests.Tools.Demo.ApiCorpusTests.Members_that_callers_cannot_see_are_left_out"><summary>A public method.</summary></member>
            <member name="M:QEngine.Tests.Tools.Demo.ApiCorpusTests.Gone"><summary>No such method.</summary></member>
            <member name="T:QEngine.Tests.Tools.Demo.DocFixture"><summary>An internal class.</summary></member>
            """)));
        File.Copy(assembly, Path.Combine(folder, "QEngine.Tests.dll"));

        ApiCorpus corpus = ApiCorpus.Load(ReferencePacks.In(folder));

        Assert.That(corpus.Members.Select(member => member.Summary), Is.EquivalentTo(new[] { "A public class.", "A public method." }));
    }
}
