using System.Globalization;

namespace QEngine.Collections;

/// <summary>A value of a document's metadata: a string, a number or a boolean. Each of them becomes one where one is expected.</summary>
public readonly struct MetadataValue : IEquatable<MetadataValue>
{
    private readonly string? _text;
    private readonly double _number;

    private MetadataValue(MetadataKind kind, string? text, double number) => (Kind, _text, _number) = (kind, text, number);

    /// <summary>What it is; a default value is an empty string.</summary>
    public MetadataKind Kind { get; }

    /// <summary>A string.</summary>
    /// <param name="text">The string.</param>
    public static implicit operator MetadataValue(string text) =>
        new(MetadataKind.String, text ?? throw new ArgumentNullException(nameof(text)), 0);

    /// <summary>A number.</summary>
    /// <param name="number">A finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is infinite or none.</exception>
    public static implicit operator MetadataValue(double number) => double.IsFinite(number)
        ? new(MetadataKind.Number, null, number)
        : throw new ArgumentOutOfRangeException(nameof(number), number, "expected a finite number");

    /// <summary>A boolean.</summary>
    /// <param name="flag">The boolean.</param>
    public static implicit operator MetadataValue(bool flag) => new(MetadataKind.Boolean, null, flag ? 1 : 0);

    /// <summary>Whether two are of one kind and equal; strings letter by letter.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(MetadataValue left, MetadataValue right) => left.Equals(right);

    /// <summary>Whether two are of different kinds or values.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(MetadataValue left, MetadataValue right) => !left.Equals(right);

    /// <summary>The string.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public string AsString() => Required(MetadataKind.String)._text ?? "";

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public double AsNumber() => Required(MetadataKind.Number)._number;

    /// <summary>The boolean.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public bool AsBoolean() => Required(MetadataKind.Boolean)._number != 0;

    /// <inheritdoc/>
    public bool Equals(MetadataValue other) =>
        (Kind, _number) == (other.Kind, other._number) && string.Equals(_text ?? "", other._text ?? "", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetadataValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _number, _text ?? "");

    /// <summary>The value as text, in the form that JSON has.</summary>
    public override string ToString() => Kind switch
    {
        MetadataKind.Number => _number.ToString("R", CultureInfo.InvariantCulture),
        MetadataKind.Boolean => _number != 0 ? "true" : "false",
        _ => _text ?? "",
    };

    private MetadataValue Required(MetadataKind kind) =>
        Kind == kind ? this : throw new InvalidOperationException($"expected a value of kind {kind}, found {Kind}");
}
