using System.Globalization;

namespace QEngine.Quantum;

/// <summary>Reads angles: sums of products of powers, functions and parentheses, by recursive descent of limited depth.</summary>
/// <param name="tokens">Where to read from.</param>
internal sealed class QasmExpressionReader(QasmTokens tokens)
{
    // Nobody nests deeper by hand or by program; a stack holds many times as much.
    private const int MostDepth = 64;

    // An angle may be computed as often as there are gates.
    private const int MostSteps = 128, MostParameters = 1000;

    private readonly List<QasmStep> _steps = [];
    private int _depth;

    /// <summary>Reads one.</summary>
    /// <param name="arguments">Names of the arguments of a gate that is being defined.</param>
    /// <param name="parameters">Names that stand for parameters of the circuit, to which new ones are added; null where none may.</param>
    public QasmExpression Read(IReadOnlyList<string> arguments, List<string>? parameters)
    {
        _steps.Clear();
        QasmToken at = tokens.Current;
        Sum(arguments, parameters);
        if (_steps.Count > MostSteps) throw tokens.Lexer.Error(at, $"an angle of at most {MostSteps} steps", $"{_steps.Count}");
        return new QasmExpression(at, [.. _steps]);
    }

    private void Sum(IReadOnlyList<string> arguments, List<string>? parameters)
    {
        if (++_depth > MostDepth) throw tokens.Error($"at most {MostDepth} levels of an angle");
        Product(arguments, parameters);
        while (tokens.Current.Text is "+" or "-")
        {
            string sign = tokens.Take().Text;
            Product(arguments, parameters);
            _steps.Add(new QasmStep(sign));
        }
        _depth--;
    }

    private void Product(IReadOnlyList<string> arguments, List<string>? parameters)
    {
        Power(arguments, parameters);
        while (tokens.Current.Text is "*" or "/")
        {
            string sign = tokens.Take().Text;
            Power(arguments, parameters);
            _steps.Add(new QasmStep(sign));
        }
    }

    // A sign is weaker than a power: -a^b is -(a^b).
    private void Power(IReadOnlyList<string> arguments, List<string>? parameters)
    {
        if (++_depth > MostDepth) throw tokens.Error($"at most {MostDepth} levels of an angle");
        if (tokens.TryTake("-"))
        {
            Power(arguments, parameters);
            _steps.Add(new QasmStep("neg"));
        }
        else
        {
            Atom(arguments, parameters);
            if (tokens.TryTake("^"))
            {
                Power(arguments, parameters);
                _steps.Add(new QasmStep("^"));
            }
        }
        _depth--;
    }

    private void Atom(IReadOnlyList<string> arguments, List<string>? parameters)
    {
        if (tokens.TryTake("("))
        {
            Sum(arguments, parameters);
            tokens.Expect(")");
        }
        else if (tokens.Current.Kind == QasmTokenKind.Number)
        {
            _steps.Add(new QasmStep(QasmStep.Literal, double.Parse(tokens.Take().Text, NumberStyles.Float, CultureInfo.InvariantCulture)));
        }
        else if (tokens.Current.Text is "sin" or "cos" or "tan" or "exp" or "ln" or "sqrt")
        {
            string function = tokens.Take().Text;
            tokens.Expect("(");
            Sum(arguments, parameters);
            tokens.Expect(")");
            _steps.Add(new QasmStep(function));
        }
        else
        {
            _steps.Add(Named(arguments, parameters));
        }
    }

    private QasmStep Named(IReadOnlyList<string> arguments, List<string>? parameters)
    {
        if (tokens.TryTake("pi")) return new QasmStep(QasmStep.Literal, Math.PI);
        for (int i = 0; i < arguments.Count; i++)
            if (tokens.TryTake(arguments[i])) return new QasmStep(QasmStep.Argument, Index: i);
        if (parameters is null || tokens.Current.Kind != QasmTokenKind.Name) throw tokens.Error("an angle");
        string name = tokens.Take().Text;
        int index = parameters.IndexOf(name);
        if (index < 0)
        {
            index = parameters.Count;
            if (index == MostParameters) throw tokens.Error($"at most {MostParameters} parameters");
            parameters.Add(name);
        }
        return new QasmStep(QasmStep.Literal, Angle.Parameter(index));
    }
}
