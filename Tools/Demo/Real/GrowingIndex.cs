using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tools.Demo.Real;

/// <summary>An index folder that can be searched, by this program and by others, while members are added to it.</summary>
internal sealed class GrowingIndex
{
    private readonly string _folder;
    private readonly SentenceEmbedder _embedder;
    private readonly ApiCorpus _corpus;
    private readonly MemberText _text;
    private readonly Dictionary<string, ApiMember> _byId;

    /// <summary>Writes an index without documents, in the place of an older one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The model that is kept in it.</param>
    /// <param name="corpus">The members.</param>
    public GrowingIndex(string folder, SentenceEmbedder model, ApiCorpus corpus)
    {
        (_folder, _embedder, _corpus, _text) = (folder, model, corpus, new MemberText(corpus));
        _byId = corpus.Members.ToDictionary(member => member.Id, StringComparer.Ordinal);
        CollectionFolder.Write(folder, target => IndexModel.Begin(target, model, CodeBits.Eight).Dispose());
    }

    /// <summary>Adds members, with their whole documentation as text.</summary>
    /// <param name="members">The members.</param>
    /// <param name="rows">[members, dimension].</param>
    public void Add(IReadOnlyList<int> members, ReadOnlyMemory<float> rows)
    {
        IdText[] documents = [.. members.Select(member => new IdText(_corpus.Members[member].Id, _text.Index(_corpus.Members[member])))];
        using CollectionWriter writer = CollectionWriter.Open(_folder);
        writer.Append(target => target.Add(documents, rows.Span), replace: false, _embedder.Workers, Session.Cancellation);
    }

    /// <summary>Makes one segment of all.</summary>
    public void Complete()
    {
        using CollectionWriter writer = CollectionWriter.Open(_folder);
        writer.Compact(CodeBits.Eight, _embedder.Workers, cancellationToken: Session.Cancellation);
    }

    /// <summary>Answers queries from what is in.</summary>
    /// <param name="queries">The queries; each is answered as it comes.</param>
    public IEnumerable<DemoSearch> Search(IEnumerable<string> queries)
    {
        using Collection collection = Collection.Open(_folder, _embedder.Workers);
        foreach (string query in queries)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            Hit[] hits = collection.Search(_embedder.Embed(query, _embedder.Prompts.Query), DemoRun.FoundPerSearch)[0];
            yield return new DemoSearch(query, [.. hits.Select(hit => Found(collection, hit))]);
        }
    }

    private (double Score, string Signature, string Summary) Found(Collection collection, Hit hit)
    {
        ApiMember member = _byId[collection.Document(hit.Index).Id];
        return (hit.Score, member.Signature, member.Summary);
    }
}
