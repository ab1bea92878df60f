using System.Diagnostics.CodeAnalysis;
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
    /// <param name="least">The least length.</param>
    /// <param name="name">Filled in by the compiler.</param>
    /// <exception cref="QEngineException">The length is smaller.</exception>
    public static void AtLeast(string operation, int found, int least, [CallerArgumentExpression(nameof(found))] string name = "")
    {
        if (found < least) Throw($"{operation}: expected {name} of at least {least}, found {found}");
    }

    /// <summary>Requires every index to lie within a table.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="indices">The indices.</param>
    /// <param name="count">Entries of the table.</param>
    /// <exception cref="QEngineException">An index is negative or not below the count.</exception>
    public static void Indices(string operation, ReadOnlySpan<int> indices, int count)
    {
        for (int i = 0; i < indices.Length; i++)
            if ((uint)indices[i] >= (uint)count) Throw($"{operation}: expected indices from 0 to {count - 1}, found {indices[i]} at position {i}");
    }

    [DoesNotReturn]
    private static void Throw(string message) => throw new QEngineException(message);
}
