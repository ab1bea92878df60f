using System.Globalization;
using System.Numerics;
using System.Text;

namespace QEngine.Quantum;

/// <summary>
/// A product of Pauli matrices on different qubits, such as X0Y2, and the identity on the others. Its expectation is from -1 to 1.
/// </summary>
/// <remarks>The default is the identity on all qubits, whose expectation is 1.</remarks>
public readonly record struct PauliString
{
    private PauliString(int flips, int signs) => (Flips, Signs) = (flips, signs);

    /// <summary>Bit q: the matrix on qubit q, X or Y, changes the qubit.</summary>
    internal int Flips { get; }

    /// <summary>Bit q: the matrix on qubit q, Z or Y, gives the state 1 a sign.</summary>
    internal int Signs { get; }

    /// <summary>The first qubit beyond all that are named, at most <see cref="Circuit.MaxQubits"/>.</summary>
    internal int Qubits => BitOperations.Log2((uint)(Flips | Signs) << 1 | 1);

    /// <summary>X on one qubit.</summary>
    /// <param name="qubit">0 to <see cref="Circuit.MaxQubits"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is outside.</exception>
    public static PauliString X(int qubit) => new(Bit(qubit), 0);

    /// <summary>Y on one qubit.</summary>
    /// <param name="qubit">0 to <see cref="Circuit.MaxQubits"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is outside.</exception>
    public static PauliString Y(int qubit) => new(Bit(qubit), Bit(qubit));

    /// <summary>Z on one qubit.</summary>
    /// <param name="qubit">0 to <see cref="Circuit.MaxQubits"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is outside.</exception>
    public static PauliString Z(int qubit) => new(0, Bit(qubit));

    /// <summary>The product of two strings on different qubits.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">The other.</param>
    /// <exception cref="ArgumentException">They share a qubit.</exception>
    public static PauliString operator *(PauliString first, PauliString second)
    {
        int shared = (first.Flips | first.Signs) & (second.Flips | second.Signs);
        if (shared == 0) return new(first.Flips | second.Flips, first.Signs | second.Signs);
        throw new ArgumentException(
            $"expected strings on different qubits, found qubit {BitOperations.TrailingZeroCount(shared)} in both", nameof(second));
    }

    /// <summary>Reads letters and qubits one after another: Z0, X0Y2.</summary>
    /// <param name="text">The string; a qubit stands once.</param>
    /// <exception cref="QEngineException">It is none.</exception>
    public static PauliString Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        PauliString product = default;
        int at = 0;
        while (at < text.Length)
        {
            char letter = char.ToUpperInvariant(text[at++]);
            int from = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            bool known = int.TryParse(text.AsSpan(from, at - from), NumberStyles.None, CultureInfo.InvariantCulture, out int qubit);
            if (!known || qubit >= Circuit.MaxQubits || letter is not ('X' or 'Y' or 'Z')) throw Unreadable(text);
            PauliString one = letter switch { 'X' => X(qubit), 'Y' => Y(qubit), _ => Z(qubit) };
            if (((product.Flips | product.Signs) & (one.Flips | one.Signs)) != 0) throw Unreadable(text);
            product *= one;
        }
        return at == 0 ? throw Unreadable(text) : product;
    }

    /// <summary>The string as <see cref="Parse"/> reads it; I for the identity.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        for (int qubit = 0; qubit < Circuit.MaxQubits; qubit++)
        {
            bool flips = (Flips >> qubit & 1) != 0, signs = (Signs >> qubit & 1) != 0;
            if (flips || signs) text.Append(flips ? signs ? 'Y' : 'X' : 'Z').Append(qubit);
        }
        return text.Length == 0 ? "I" : text.ToString();
    }

    private static int Bit(int qubit)
    {
        Require.Range(qubit, 0, Circuit.MaxQubits - 1);
        return 1 << qubit;
    }

    private static QEngineException Unreadable(string text) => new(
        $"expected a Pauli string such as X0Y2, each of the qubits 0 to {Circuit.MaxQubits - 1} at most once, found '{text}'");
}
