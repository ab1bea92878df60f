using System.Globalization;
using System.Xml.Linq;
using NUnit.Framework;
using QEngine.Quantum;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>Drawings as SVG: well-formed, every gate in its place, nothing outside.</summary>
public sealed class CircuitSvgTests
{
    [Test]
    public void Gates_are_boxes_and_controls_dots()
    {
        Circuit circuit = new CircuitBuilder(3).H(0).CNOT(0, 2).RX(1, 2 * Angle.Parameter(0)).CZ(1, 2).Build();

        XElement[] all = Elements(CircuitSvg.Create(circuit, ["a<b"]));

        Assert.That(Texts(all), Is.EquivalentTo(["q0", "q1", "q2", "H", "X", "RX(2*a<b)"]));
        Assert.That(all.Count(e => e.Name.LocalName == "circle"), Is.EqualTo(3), "a CNOT has one, a CZ two");
        Assert.That(all.Count(e => e.Name.LocalName == "path"), Is.EqualTo(3 + 3), "lines of qubits, and between neighbours 0-1, 1-2, 1-2");
    }

    [TestCase(1)]
    [TestCase(12)]
    public void Nothing_lies_outside(int qubits)
    {
        RandomCircuit circuit = new RandomCircuit(qubits).AddGates(new Random(qubits), 40);
        string svg = CircuitSvg.Create(circuit.Circuit, []);
        XElement root = XDocument.Parse(svg).Root!;

        foreach (XElement box in Elements(svg).Where(e => e.Name.LocalName == "rect"))
        {
            Assert.That(Number(box, "x") + Number(box, "width"), Is.LessThanOrEqualTo(Number(root, "width")));
            Assert.That(Number(box, "y") + Number(box, "height"), Is.LessThanOrEqualTo(Number(root, "height")));
        }
        Assert.That(Elements(svg).Count(e => e.Name.LocalName == "rect"), Is.GreaterThan(20));
    }

    [Test]
    public void A_circuit_without_gates_is_its_lines() =>
        Assert.That(Texts(Elements(CircuitSvg.Create(new CircuitBuilder(2).Build(), []))), Is.EqualTo(["q0", "q1"]));

    private static XElement[] Elements(string svg) => [.. XDocument.Parse(svg).Descendants()];

    private static string[] Texts(XElement[] elements) => [.. elements.Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    private static double Number(XElement element, string name) => element.Attribute(name) is { } value ? double.Parse(value.Value, CultureInfo.InvariantCulture) : 0;
}
