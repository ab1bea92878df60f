using NUnit.Framework;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tests.Tools.Demo;

public class SignatureTests
{
    private const string Types = """
        <member name="T:A.B.Box`1"><summary>A box.</summary><typeparam name="TItem">What is <b>inside</b>.</typeparam></member>
        <member name="T:A.B.Box`1.Lid"><summary>Its lid.</summary></member>
        <member name="T:A.B.Tool"><summary>A tool.</summary></member>
        <member name="T:A.B.Pair`2"><summary>A pair.</summary></member>
        """;

    [TestCase("T:A.B.Tool", "Tool", "Tool")]
    [TestCase("T:A.B.Box`1.Lid", "Box<TItem>.Lid", "Lid")]
    [TestCase("T:A.B.Pair`2", "Pair<T1, T2>", "Pair")]
    [TestCase("M:A.B.Tool.Use", "Tool.Use()", "Use")]
    [TestCase("M:A.B.Tool.Use(System.String,System.Int32[])", "Tool.Use(String, Int32[])", "Use")]
    [TestCase("M:A.B.Tool.Use(System.Int32@,System.Byte*)", "Tool.Use(ref Int32, Byte*)", "Use")]
    [TestCase("M:A.B.Tool.Use(System.Int32[0:,0:][])", "Tool.Use(Int32[,][])", "Use")]
    [TestCase("M:A.B.Tool.Map``2(System.Func{``0,``1},A.B.Box{``0})", "Tool.Map<T1, T2>(Func<T1, T2>, Box<T1>)", "Map")]
    [TestCase("M:A.B.Box`1.Add(`0)", "Box<TItem>.Add(TItem)", "Add")]
    [TestCase("M:A.B.Box`1.Close(A.B.Box{`0}.Lid)", "Box<TItem>.Close(Box<TItem>.Lid)", "Close")]
    [TestCase("M:A.B.Box`1.Lid.Fit(A.B.Tool.Kind)", "Box<TItem>.Lid.Fit(Tool.Kind)", "Fit")]
    [TestCase("M:A.B.Box`1.#ctor(System.Collections.Generic.List{`0})", "Box<TItem>(List<TItem>)", "Box")]
    [TestCase("M:A.B.Tool.#cctor", "Tool()", "Tool")]
    [TestCase("P:A.B.Tool.Size", "Tool.Size", "Size")]
    [TestCase("P:A.B.Box`1.Item(System.Int32,`0)", "Box<TItem>.Item[Int32, TItem]", "Item")]
    [TestCase("F:A.B.Tool.Weight", "Tool.Weight", "Weight")]
    [TestCase("E:A.B.Tool.Broken", "Tool.Broken", "Broken")]
    [TestCase("M:A.B.Tool.op_Addition(A.B.Tool,A.B.Tool)", "Tool.operator +(Tool, Tool)", "op_Addition")]
    [TestCase("M:A.B.Box`1.op_Implicit(`0)~A.B.Box{`0}", "Box<TItem>.implicit operator Box<TItem>(TItem)", "op_Implicit")]
    [TestCase("M:A.B.Tool.op_CheckedExplicit(A.B.Tool)~System.Int32", "Tool.explicit operator checked Int32(Tool)", "op_CheckedExplicit")]
    [TestCase("M:A.B.Tool.System#Collections#Generic#IList{A#B#Pair{System#Int32@System#String}}#Add(System.Int32)", "Tool.IList<Pair<Int32, String>>.Add(Int32)", "IList<Pair<Int32, String>>.Add")]
    public void Signature_of_each_kind_of_id(string id, string signature, string name)
    {
        string own = Types.Contains($"\"{id}\"") ? "" : $"<member name=\"{id}\"><summary>Some words.</summary></member>";

        ApiMember member = DocFixture.Load(Types + own).Members.Single(member => member.Id == id);

        Assert.That((member.Signature, member.Name), Is.EqualTo((signature, name)));
    }

    [Test]
    public void Namespace_ends_where_the_outermost_documented_type_begins()
    {
        ApiMember lid = DocFixture.Load(Types).Members.Single(member => member.Name == "Lid");

        Assert.That((lid.Namespace, lid.OuterType, lid.Type), Is.EqualTo(("A.B", "A.B.Box`1", "A.B.Box`1.Lid")));
    }

    [Test]
    public void Out_parameters_are_told_by_how_they_are_described()
    {
        ApiMember member = DocFixture.Load("""
            <member name="M:A.Tool.TryUse(System.String,System.Int32@)"><summary>Tries it.</summary>
            <param name="text">The text.</param><param name="result">When this method returns, the result.</param></member>
            """).Members[0];

        Assert.That(member.Signature, Is.EqualTo("Tool.TryUse(String, out Int32)"));
        Assert.That(member.Parameters[1], Is.EqualTo(new ApiParameter("result", "out Int32", "When this method returns, the result.")));
    }

    [TestCase("N:A.B")]
    [TestCase("!:Unresolved")]
    [TestCase("M:")]
    [TestCase("M:NoType")]
    [TestCase("")]
    public void Ids_that_name_no_member_do_not_parse(string id) => Assert.That(DocumentationId.Parse(id), Is.Null);

    [TestCase("M:A.B.C(((")]
    [TestCase("M:A.B.C({[`)")]
    [TestCase("M:A.B.C(X{Y)~")]
    [TestCase("M:A.B.op_Implicit(`99999999999)~`5")]
    [TestCase("M:A.#")]
    [TestCase("M:A.x#op_Addition")]
    [TestCase("T:A`9999999.B``")]
    [TestCase("M:A..")]
    public void Broken_ids_never_fail_the_load(string id)
    {
        ApiCorpus corpus = DocFixture.Load($"{Types}<member name=\"{id}\"><summary>Some words with <see cref=\"{id}\" />.</summary></member>");

        Assert.That(corpus.Members, Has.Count.GreaterThanOrEqualTo(4));
    }
}
