using NUnit.Framework;
using NUnit.Framework.Constraints;

namespace QEngine.Tests.Support;

/// <summary>What is expected where a caller got an argument wrong.</summary>
internal static class BadArgument
{
    /// <summary>One that does not fit: its name and a part of the message.</summary>
    public static IResolveConstraint Named(string name, string part = "") =>
        Throws.InstanceOf<ArgumentException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(name).And.Message.Contains(part);

    /// <summary>A number or index outside its range: its name and the number.</summary>
    public static IResolveConstraint OutOfRange(string name, object actual) =>
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(name)
            .And.Property(nameof(ArgumentOutOfRangeException.ActualValue)).EqualTo(actual);
}
