namespace QEngine.Quantum;

/// <summary>An angle as OpenQASM writes it, in the order in which a stack computes it.</summary>
/// <param name="at">Where it begins.</param>
/// <param name="steps">The steps.</param>
internal sealed class QasmExpression(QasmToken at, IReadOnlyList<QasmStep> steps)
{
    /// <summary>Computes it.</summary>
    /// <param name="arguments">Angles of the gate in whose definition it stands.</param>
    /// <param name="lexer">For errors.</param>
    /// <exception cref="QEngineException">It is not finite, or no linear function of one number.</exception>
    public Angle Value(ReadOnlySpan<Angle> arguments, QasmLexer lexer)
    {
        Stack<Angle> stack = new();
        foreach (QasmStep step in steps)
        {
            switch (step.Operator)
            {
                case QasmStep.Literal: stack.Push(step.Value); break;
                case QasmStep.Argument: stack.Push(arguments[step.Index]); break;
                case "neg": stack.Push(-stack.Pop()); break;
                case "+" or "-" or "*" or "/" or "^":
                    Angle right = stack.Pop();
                    stack.Push(Combined(step.Operator, stack.Pop(), right, lexer));
                    break;
                default: stack.Push(Function(step.Operator, Constant(stack.Pop(), lexer))); break;
            }
        }
        Angle angle = stack.Pop();
        return double.IsFinite(angle.Factor) && double.IsFinite(angle.Offset)
            ? angle
            : throw lexer.Error(at, "a finite angle", angle.ToString());
    }

    private Angle Combined(string name, Angle a, Angle b, QasmLexer lexer) => name switch
    {
        "+" => a.Plus(b) ?? throw Nonlinear(lexer),
        "-" => a.Plus(-b) ?? throw Nonlinear(lexer),
        "*" => a.Source == AngleSource.Constant ? a.Offset * b : Constant(b, lexer) * a,
        "/" => 1 / Constant(b, lexer) * a,
        _ => Math.Pow(Constant(a, lexer), Constant(b, lexer)),
    };

    private static double Function(string name, double x) => name switch
    {
        "sin" => Math.Sin(x),
        "cos" => Math.Cos(x),
        "tan" => Math.Tan(x),
        "exp" => Math.Exp(x),
        "ln" => Math.Log(x),
        _ => Math.Sqrt(x),
    };

    private double Constant(Angle angle, QasmLexer lexer) => angle.Source == AngleSource.Constant ? angle.Offset : throw Nonlinear(lexer);

    private QEngineException Nonlinear(QasmLexer lexer) =>
        lexer.Error(at, "an angle that is a number or a multiple of one parameter plus a number", "another");
}

/// <summary>A step of an expression.</summary>
/// <param name="Operator">What is done with the numbers on the stack.</param>
/// <param name="Value">The number of a literal, or the parameter.</param>
/// <param name="Index">Which argument.</param>
internal readonly record struct QasmStep(string Operator, Angle Value = default, int Index = 0)
{
    /// <summary>Puts a value on the stack.</summary>
    public const string Literal = "value";

    /// <summary>Puts an argument on the stack.</summary>
    public const string Argument = "argument";
}
