using NUnit.Framework;

namespace QEngine.Tests.Storage;

/// <summary>Assertions on refused input.</summary>
internal static class Refused
{
    /// <summary>Requires a one-line <see cref="QEngineException"/> that says what was expected and found and holds the given parts.</summary>
    internal static void With(Action action, params string[] parts)
    {
        QEngineException error = Assert.Throws<QEngineException>(() => action())!;
        Assert.That(error.Message, Does.Not.Contain("\n").And.Not.Contain("\r"));
        Assert.That(error.Message, Does.StartWith("expected ").And.Contain("found "));
        foreach (string part in parts) Assert.That(error.Message, Does.Contain(part));
    }
}
