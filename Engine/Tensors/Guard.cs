using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Tensors;

/// <summary>All shape errors: what the operation expected and what it found, one line each.</summary>
public static class Guard
{
    /// <summary>Requires a number of columns.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="found">The tensor's shape.</param>
    /// <param name="columns">The columns expected.</param>
    /// <param name="name">Filled in by the compiler.</param>
    /// <exception cref="QEngineException">The columns differ.</exception>
    public static void Columns(string operation, Shape found, int columns, [CallerArgumentExpression(nameof(found))] string name = "")
    {
        if (found.Columns != columns) Throw($"{operation}: expected {name} with {columns} columns, found {found}");
    }

    /// <summary>Requires a shape.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="found">The tensor's shape.</param>
    /// <param name="expected">The shape expected.</param>
    /// <param name="name">Filled in by the compiler.</param>
    /// <exception cref="QEngineException">The shapes differ.</exception>
    public static void Same(string operation, Shape found, Shape expected, [CallerArgumentExpression(nameof(found))] string name = "")
    {
        if (found != expected) Throw($"{operation}: expected {name} {expected}, found {found}");
    }

    /// <summary>Requires a length.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="found">The length found.</param>
    /// <param name="expected">The length expected.</param>
    /// <param name="name">Filled in by the compiler.</param>
    /// <exception cref="QEngineException">The lengths differ.</exception>
    public static void Length(string operation, int found, int expected, [CallerArgumentExpression(nameof(found))] string name = "")
    {
        if (found != expected) Throw($"{operation}: expected {name} = {expected}, found {found}");
    }

    /// <summary>Requires a least length.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="found">The length found.</param>
    /// <param name="min">The least length.</param>
    /// <param name="name">Filled in by the compiler.</param>
    /// <exception cref="QEngineException">The length is smaller.</exception>
    public static void AtLeast(string operation, int found, int min, [CallerArgumentExpression(nameof(found))] string name = "")
    {
        if (found < min) Throw($"{operation}: expected {name} of at least {min}, found {found}");
    }

    /// <summary>Requires every index to lie within a table.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="indices">The indices.</param>
    /// <param name="count">Entries of the table.</param>
    /// <exception cref="QEngineException">An index is negative or not below the count.</exception>
    public static void Indices(string operation, ReadOnlySpan<int> indices, int count)
    {
        for (int i = 0; i < indices.Length; i++)
            if ((uint)indices[i] >= (uint)count)
                Throw($"{operation}: expected indices from 0 to {count - 1}, found {indices[i]} at position {i}");
    }

    /// <summary>Requires offsets of packed sequences: from 0, ascending, no sequence empty, up to the number of tokens.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="tokens">Tokens of all sequences together.</param>
    /// <exception cref="QEngineException">The offsets do not divide the tokens into sequences.</exception>
    public static void Offsets(string operation, ReadOnlySpan<int> offsets, int tokens)
    {
        AtLeast(operation, offsets.Length, 1);
        Length(operation, offsets[0], 0);
        for (int i = 1; i < offsets.Length; i++)
            if (offsets[i] <= offsets[i - 1])
                Throw(
                    $"{operation}: expected sequences of at least one token, "
                    + $"found offset {offsets[i]} after {offsets[i - 1]} at position {i}");
        Length(operation, offsets[^1], tokens);
    }

    /// <summary>Requires queries and candidates to be rows of a matrix; a candidate may be -1.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="candidates">The list.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <exception cref="QEngineException">A row lies outside the matrix.</exception>
    public static void Candidates(string operation, CandidateList candidates, int rows)
    {
        Indices(operation, candidates.QueryRows.Span, rows);
        ReadOnlySpan<int> found = candidates.CandidateRows.Span;
        for (int i = 0; i < found.Length; i++)
            if (found[i] < -1 || found[i] >= rows)
                Throw($"{operation}: expected candidates from -1 to {rows - 1}, found {found[i]} at position {i}");
    }

    /// <summary>Requires scores of a list of candidates, and a target for each that is there.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="scores">Shape of the scores.</param>
    /// <param name="candidates">The list.</param>
    /// <param name="targets">[queries, width], row-major; where there is no candidate, anything.</param>
    /// <exception cref="QEngineException">The shapes differ, or a target is not a finite number.</exception>
    public static void Targets<T>(string operation, Shape scores, CandidateList candidates, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Same(operation, scores, new Shape(candidates.Queries, candidates.Width), "x.Shape");
        Length(operation, targets.Length, scores.Length);
        ReadOnlySpan<int> rows = candidates.CandidateRows.Span;
        for (int i = 0; i < rows.Length; i++)
            if (rows[i] >= 0 && !T.IsFinite(targets[i])) Throw($"{operation}: expected finite targets, found {targets[i]} at position {i}");
    }

    [DoesNotReturn]
    private static void Throw(string message) => throw new QEngineException(message);
}
