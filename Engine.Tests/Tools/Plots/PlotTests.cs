using System.Globalization;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using QEngine.Tools.Plots;

namespace QEngine.Tests.Tools.Plots;

/// <summary>Drawings are well-formed, and everything in them has a place.</summary>
public sealed class PlotTests
{
    private const string Hostile = "</text><script>alert(1)</script>&\"'\u0001\ud800\t\u202e";

    [TestCase("linear", 0.41, 0.69)]
    [TestCase("linear", -3, 1e6)]
    [TestCase("powers", 3, 1000)]
    [TestCase("logarithmic", 0.7, 98)]
    [TestCase("counts", 0, 98_560)]
    [TestCase("whole", 1, 3)]
    [TestCase("whole", 1, 60)]
    [TestCase("of", 0.5, 0.5)]
    [TestCase("of", 1e8, 1e8)]
    public void The_ticks_of_an_axis_go_around_its_values(string kind, double least, double most)
    {
        Axis axis = kind switch
        {
            "linear" => Axis.Linear("a", least, most),
            "powers" => Axis.PowersOfTwo("a", least, most),
            "logarithmic" => Axis.Logarithmic("a", least, most),
            "counts" => Axis.Counts("a", most),
            "whole" => Axis.Whole("a", (int)least, (int)most),
            _ => Axis.Of("a", [least, most], 0.02),
        };

        Assert.That(axis.Ticks, Is.Ordered.And.Unique);
        Assert.That(axis.Ticks, Has.Count.InRange(2, 14));
        Assert.That((axis.Place(axis.Ticks[0]), axis.Place(axis.Ticks[^1])), Is.EqualTo((0.0, 1.0)));
        Assert.That(axis.Place(least), Is.InRange(-1e-9, 1 + 1e-9));
        Assert.That(axis.Place(most), Is.InRange(axis.Place(least), 1 + 1e-9));
        if (kind == "whole") Assert.That(axis.Ticks, Is.All.Matches<double>(tick => tick == Math.Round(tick)));
    }

    [Test]
    public void Spread_labels_keep_their_order_and_distance_and_stay_where_there_is_room()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), places =>
        {
            double[] wanted = [.. places.Select(place => (double)place).Order()];
            double step = wanted.Length > 1 ? Math.Min(15, 255.0 / (wanted.Length - 1)) : 15;

            double[] spread = LabelSpread.Of(wanted, 15, 0, 255);

            bool apart = spread.Zip(spread.Skip(1)).All(pair => pair.Second - pair.First > step - 1e-9);
            bool inside = spread.All(place => place is > -1e-9 and < 255 + 1e-9);
            bool free = wanted.Zip(wanted.Skip(1)).All(pair => pair.Second - pair.First >= 15);
            return spread.Length == wanted.Length && apart && inside && (!free || spread.Zip(wanted).All(pair => Math.Abs(pair.First - pair.Second) < 1e-9));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void A_block_of_labels_is_around_the_mean_of_its_places() =>
        Assert.That(LabelSpread.Of([100, 100, 101, 200], 15, 0, 255), Is.EqualTo(new[] { 100.0 + (1 / 3.0) - 15, 100 + (1 / 3.0), 115 + (1 / 3.0), 200 }).Within(1e-9));

    [Test]
    public void Lines_bands_markers_and_crowded_labels_are_drawn_within_the_picture()
    {
        Line[] lines = [.. Enumerable.Range(0, 40).Select(i => new Line(
            $"line {i}", LineStyle.Of(i), [new LinePoint(1, 0.5), new LinePoint(3, 0.5 + (0.001 * i)) { Band = (0.49, 0.56) }]))];
        Svg svg = new(460, 330) { Title = "Lines", Description = "Forty." };

        new LinePanel("", Axis.Whole("epoch", 1, 3), Axis.Linear("loss", 0.4, 0.6), lines).Draw(svg, 60, 40, 250, 240);

        XElement root = Parse(svg);
        RequireInside(root, 460, 330);
        Assert.That(root.Descendants().Where(one => one.Name.LocalName == "text").Select(one => one.Value), Is.SupersetOf(lines.Select(line => line.Label)));
        Assert.That(Enumerable.Range(0, 40).Select(LineStyle.Of).Distinct().Count(), Is.EqualTo(40));
    }

    [Test]
    public void Bars_are_sorted_and_counted()
    {
        Svg svg = new(460, 206);

        new DifferencePanel("one", "two", [-0.1, 0.3, 0, 0.2, -0.2]).Draw(svg, 60, 40, 300, 150);

        XElement root = Parse(svg);
        RequireInside(root, 460, 206);
        XElement[] bars = [.. root.Elements().Where(one => one.Name.LocalName == "path")];
        Assert.That(bars.Select(bar => (string?)bar.Attribute("class")), Is.EqualTo(new[] { "p-blue", "p-orange" }));
        double[] from = [.. bars[0].Attribute("d")!.Value.Split('M', StringSplitOptions.RemoveEmptyEntries).Select(bar => Number(bar.Split(' ')[0]))];
        Assert.That(from, Is.EqualTo(new[] { 60.0, 120.0 }), "the highest first");
        Assert.That(root.Elements().Select(one => one.Value), Is.SupersetOf(new[] { "one higher: 2", "two higher: 2", "mean +0.0400" }));
    }

    [TestCase(1)]
    [TestCase(250)]
    [TestCase(1501)]
    public void Many_items_share_bars(int items)
    {
        Svg svg = new(460, 206);

        new DifferencePanel("one", "two", [.. Enumerable.Range(1, items).Select(i => i / 1000.0)]).Draw(svg, 60, 40, 300, 150);

        string path = Parse(svg).Elements().Single(one => one.Name.LocalName == "path").Attribute("d")!.Value;
        Assert.That(path.Count(c => c == 'M'), Is.EqualTo(Math.Min(items, DifferencePanel.MostBars)));
    }

    [Test]
    public void Intervals_are_marked_where_a_difference_is_shown()
    {
        Svg svg = new(460, 200);

        new IntervalPanel(Axis.Of("points", [-2, 0, 3], 2), [new IntervalRow("a", 1, -1, 3, false), new IntervalRow("b", -1, -2, -0.5, true)]).Draw(svg, 14, 40, 430);

        XElement root = Parse(svg);
        RequireInside(root, 460, 200);
        Assert.That(
            root.Elements().Where(one => one.Name.LocalName == "circle").Select(one => (string?)one.Attribute("fill")),
            Is.EqualTo(new[] { "none", "currentColor" }));
    }

    [Test]
    public void Hostile_texts_are_texts()
    {
        Svg svg = new(100, 100) { Title = Hostile, Description = Hostile };
        svg.Text(1, 1, Hostile, PlotColour.Ink);
        svg.Sideways(1, 1, Hostile, PlotColour.Ink);
        svg.Texts(1, 1, [(Hostile, PlotColour.Blue)]);

        foreach (string drawing in new[] { svg.ToString(), svg.ToPart("x") })
        {
            XElement root = XElement.Parse(drawing);
            Assert.That(root.Descendants().Select(one => one.Name.LocalName).Distinct(), Is.SubsetOf(new[] { "title", "desc", "style", "rect", "text", "tspan" }));
            Assert.That(root.Elements().First().Value, Does.StartWith("</text><script>").And.Contain("\ufffd\ufffd"));
        }
    }

    private static XElement Parse(Svg svg)
    {
        string text = svg.ToString();
        Assert.That(text, Does.Not.Contain("NaN").And.Not.Contain("Infinity").And.Not.Contain("\u221e"));
        return XElement.Parse(text);
    }

    private static void RequireInside(XElement root, double width, double height)
    {
        foreach (XElement element in root.Descendants())
        {
            foreach (string name in new[] { "x", "x1", "x2", "cx" })
                if (element.Attribute(name) is { } x) Assert.That(Number(x.Value), Is.InRange(0, width), element.ToString());
            foreach (string name in new[] { "y", "y1", "y2", "cy" })
                if (element.Attribute(name) is { } y) Assert.That(Number(y.Value), Is.InRange(0, height), element.ToString());
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
