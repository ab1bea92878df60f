using System.Globalization;
using System.Text;

namespace QEngine.Tools.Serving.Metrics;

/// <summary>Figures in Prometheus' text format, version 0.0.4.</summary>
internal sealed class MetricsText
{
    /// <summary>Its content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a figure.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="help">What it is.</param>
    public void Begin(string name, string type, string help) => _text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

    /// <summary>Writes a value of the figure begun.</summary>
    /// <param name="name">Its name, perhaps with a suffix.</param>
    /// <param name="labels">Names and values of labels; empty for none.</param>
    /// <param name="value">The value.</param>
    public void Sample(string name, string labels, double value) =>
        _text.Append($"{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {Number(value)}\n");

    /// <summary>A figure of one value.</summary>
    public void Single(string name, string type, string help, double value)
    {
        Begin(name, type, help);
        Sample(name, "", value);
    }

    /// <summary>A number as the format has it.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
