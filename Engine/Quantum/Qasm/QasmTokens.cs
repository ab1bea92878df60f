using System.Globalization;

namespace QEngine.Quantum;

/// <summary>The pieces of an OpenQASM text, of which the next is known before it is taken.</summary>
internal sealed class QasmTokens
{
    /// <summary>Begins to read.</summary>
    public QasmTokens(QasmLexer lexer)
    {
        Lexer = lexer;
        Current = lexer.Next();
    }

    /// <summary>Where the pieces come from.</summary>
    public QasmLexer Lexer { get; }

    /// <summary>The next piece.</summary>
    public QasmToken Current { get; private set; }

    /// <summary>Takes the next piece.</summary>
    public QasmToken Take()
    {
        QasmToken taken = Current;
        Current = Lexer.Next();
        return taken;
    }

    /// <summary>Takes the next piece if it is a given one.</summary>
    public bool TryTake(string text)
    {
        bool found = Current.Kind is QasmTokenKind.Name or QasmTokenKind.Symbol && Current.Text == text;
        if (found) Take();
        return found;
    }

    /// <summary>Takes a given piece.</summary>
    /// <exception cref="QEngineException">Another follows.</exception>
    public void Expect(string text)
    {
        if (!TryTake(text)) throw Error($"'{text}'");
    }

    /// <summary>Takes a name.</summary>
    /// <param name="what">Of what, for the error.</param>
    /// <exception cref="QEngineException">Something else follows.</exception>
    public QasmToken Name(string what) => Current.Kind == QasmTokenKind.Name ? Take() : throw Error(what);

    /// <summary>Takes a whole number.</summary>
    /// <param name="what">Of what, for the error.</param>
    /// <param name="min">The smallest that is allowed.</param>
    /// <param name="max">The largest.</param>
    /// <exception cref="QEngineException">Something else follows, or a number out of range.</exception>
    public int Whole(string what, int min, int max)
    {
        // Digits alone are a number: no sign comes in one piece with them.
        bool whole = int.TryParse(Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        if (!whole || number < min || number > max) throw Error($"{what} from {min} to {max}");
        Take();
        return number;
    }

    /// <summary>The error that something else was expected in the place of the next piece.</summary>
    public QEngineException Error(string expected) => Lexer.Error(Current, expected, Current.ToString());
}
