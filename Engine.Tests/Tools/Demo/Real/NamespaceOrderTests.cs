using NUnit.Framework;
using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Demo.Real;

namespace QEngine.Tests.Tools.Demo.Real;

public sealed class NamespaceOrderTests
{
    private static readonly ApiCorpus Corpus = new([
        Member("Microsoft.Win32.Key"), Member("System.IO.File", 1), Member("System.Xml.Node"), Member("System.Text.Json.Reader"),
        Member("System.Text.Encoding"), Member("System.Collections.Generic.List"), Member("Acme.Thing"), Member("System.IO.File", 2),
        Member("System.String"), Member("Systematic.Thing"),
    ]);

    [Test]
    public void The_most_used_namespaces_come_first_then_the_others_of_System_then_the_rest()
    {
        NamespaceOrder order = NamespaceOrder.Create(Corpus);

        Assert.That(order.Members, Is.EqualTo(new[] { 8, 5, 1, 7, 4, 3, 2, 6, 0, 9 }));
        Assert.That(order.MostUsed, Is.EqualTo(5));
        Assert.That(NamespaceOrder.Namespaces.Take(3), Is.EqualTo(new[] { "System", "System.Collections", "System.Collections.Generic" }));
    }

    [Test]
    public void A_part_ends_where_the_most_used_namespaces_do()
    {
        NamespaceOrder order = NamespaceOrder.Create(Corpus);

        Assert.That(order.Parts(3).Select(part => string.Join(' ', part)), Is.EqualTo(new[] { "8 5 1", "7 4", "3 2 6", "0 9" }));
        Assert.That(order.Parts(100).Select(part => part.Count), Is.EqualTo(new[] { 5, 5 }));
        Assert.That(NamespaceOrder.Create(new ApiCorpus([Member("Acme.Thing")])).Parts(2).Select(part => part.Count), Is.EqualTo(new[] { 1 }));
    }

    private static ApiMember Member(string type, int overload = 1) => DocFixture.Member(type, "Do", overload, "Does something useful.");
}
