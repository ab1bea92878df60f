using QEngine.Tools.Demo.Docs;

namespace QEngine.Tools.Demo.Real;

/// <summary>The order in which members become searchable: those of the most used namespaces first.</summary>
/// <param name="Members">Indices of all members.</param>
/// <param name="MostUsed">How many of them are of the most used namespaces.</param>
internal sealed record NamespaceOrder(IReadOnlyList<int> Members, int MostUsed)
{
    /// <summary>The most used namespaces, in their order.</summary>
    public static readonly IReadOnlyList<string> Namespaces =
    [
        "System", "System.Collections", "System.Collections.Generic", "System.Linq", "System.IO", "System.Threading",
        "System.Threading.Tasks", "System.Text", "System.Security.Cryptography",
    ];

    /// <summary>
    /// Orders a corpus: after the most used namespaces the others of System, then the rest, each by name; members of a namespace
    /// stay in the corpus's order.
    /// </summary>
    /// <param name="corpus">The members.</param>
    public static NamespaceOrder Create(ApiCorpus corpus)
    {
        int[] members = [.. Enumerable.Range(0, corpus.Members.Count)
            .OrderBy(member => Rank(corpus.Members[member].Namespace))
            .ThenBy(member => corpus.Members[member].Namespace, StringComparer.Ordinal)];
        return new NamespaceOrder(members, members.Count(member => Rank(corpus.Members[member].Namespace) < Namespaces.Count));
    }

    /// <summary>Consecutive members that are embedded together; none of them holds both most used and other ones.</summary>
    /// <param name="most">The most members of a part.</param>
    public IEnumerable<IReadOnlyList<int>> Parts(int most) =>
        Members.Take(MostUsed).Chunk(most).Concat(Members.Skip(MostUsed).Chunk(most));

    private static int Rank(string name)
    {
        for (int i = 0; i < Namespaces.Count; i++)
            if (Namespaces[i] == name) return i;
        return name.StartsWith("System.", StringComparison.Ordinal) ? Namespaces.Count : Namespaces.Count + 1;
    }
}
