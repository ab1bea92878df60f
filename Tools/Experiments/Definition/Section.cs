using System.Text.Json;
using QEngine.Storage;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>
/// An object of an experiment's file. Its members are read by name; one that is unknown, or of the wrong type or range, is refused with its
/// place, for instance <c>models[2].size</c>.
/// </summary>
internal sealed class Section
{
    private readonly JsonCursor _node;
    private readonly string _place;

    /// <summary>Takes an object.</summary>
    /// <param name="node">The object.</param>
    /// <param name="place">Its place; empty for the document.</param>
    /// <param name="known">The members that it may have.</param>
    /// <exception cref="QEngineException">It is no object, or has another member.</exception>
    public Section(JsonCursor node, string place, string[] known)
    {
        (_place, _node) = (place, node with { Place = place.Length == 0 ? "the document" : place });
        foreach ((string name, _) in _node.Members())
        {
            if (known.Contains(name)) continue;
            string meant =
                Nearest.Find(name, known) is { } nearest ? $": did you mean {nearest}?" : $" (known: {string.Join(", ", known)})";
            throw new QEngineException($"expected a known member, found {Printable.Quote(name)} in {_node.Place} of {_node.Path}{meant}");
        }
    }

    /// <summary>The file, for messages.</summary>
    public string File => _node.Path;

    /// <summary>The place of a member.</summary>
    public string PlaceOf(string name) => _place.Length == 0 ? name : $"{_place}.{name}";

    /// <summary>The error for a member's value.</summary>
    public QEngineException Wrong(string name, string expected, string found) =>
        new($"expected {expected} for {PlaceOf(name)}, found {found} in {File}");

    /// <summary>Whether a member is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>An object, or null where it is left out.</summary>
    public Section? Object(string name, string[] known) => Find(name) is { } node ? new Section(node, PlaceOf(name), known) : null;

    /// <summary>The objects of an array; none where it is left out.</summary>
    public Section[] Objects(string name, string[] known) =>
        [.. Items(name).Select((item, i) => new Section(item, $"{PlaceOf(name)}[{i}]", known))];

    /// <summary>A text that is not empty, or null where it is left out.</summary>
    public string? Text(string name) => Find(name) is { } node ? NotEmpty(node) : null;

    /// <summary>A text that has to be there.</summary>
    public string RequiredText(string name) =>
        Text(name) ?? throw new QEngineException($"expected the member {PlaceOf(name)}, found none in {File}");

    /// <summary>The texts of an array; none where it is left out.</summary>
    public string[] Texts(string name) => [.. Items(name).Select(NotEmpty)];

    /// <summary>A whole number of at least a minimum, or null where it is left out.</summary>
    public int? Whole(string name, int minimum) => Find(name)?.Integer(minimum);

    /// <summary>The whole numbers of an array, each at least a minimum; none where it is left out.</summary>
    public int[] Wholes(string name, int minimum) => [.. Items(name).Select(item => item.Integer(minimum))];

    /// <summary>A number of an interval, or null where it is left out.</summary>
    public double? Real(string name, Interval interval) => Find(name) is { } node ? Real(node, interval) : null;

    /// <summary>The numbers of an array; none where it is left out.</summary>
    public double[] Reals(string name, Interval interval) => [.. Items(name).Select(item => Real(item, interval))];

    /// <summary>True or false, or null where it is left out.</summary>
    public bool? Flag(string name) => Find(name) is { } node
        ? node.Element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false", node.Shown),
        }
        : null;

    /// <summary>What one of some words stands for, or null where it is left out.</summary>
    public T? Choice<T>(string name, params (string Word, T Value)[] choices)
        where T : struct
    {
        if (Text(name) is not { } word) return null;
        foreach ((string known, T value) in choices)
            if (known == word) return value;
        throw Wrong(name, Usage.Either(choices.Select(choice => choice.Word)), Printable.Quote(word));
    }

    private static double Real(JsonCursor node, Interval interval) =>
        node.Element.ValueKind == JsonValueKind.Number && node.Element.TryGetDouble(out double value) && interval.Contains(value)
            ? value
            : throw new QEngineException($"expected a number {interval} for {node.Place}, found {node.Shown} in {node.Path}");

    private static string NotEmpty(JsonCursor node) => node.Text() is { Length: > 0 } text && !string.IsNullOrWhiteSpace(text)
        ? text
        : throw new QEngineException($"expected a text for {node.Place}, found an empty one in {node.Path}");

    private JsonCursor? Find(string name) => _node.Optional(name) is { } node ? node with { Place = PlaceOf(name) } : null;

    private IEnumerable<JsonCursor> Items(string name) =>
        Find(name) is { } node ? node.Elements().Select((item, i) => item with { Place = $"{PlaceOf(name)}[{i}]" }) : [];
}
