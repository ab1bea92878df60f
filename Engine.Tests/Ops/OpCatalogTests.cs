using System.Reflection;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Ops;

namespace QEngine.Tests.Ops;

/// <summary>No op escapes the generic tests.</summary>
internal sealed class OpCatalogTests
{
    private static IEnumerable<Type> Ops => typeof(IOp<>).Assembly.GetTypes().Where(IsOp);

    private static IEnumerable<string> ActivationNames =>
        typeof(Activations).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(method => method.Name);

    [TestCaseSource(nameof(Ops))]
    public void Every_op_has_a_row(Type op) =>
        Assert.That(OpCatalog.Rows.Select(row => row.Op), Does.Contain(op), $"add a row for {op.Name} to {nameof(OpCatalog)}");

    [TestCaseSource(nameof(ActivationNames))]
    public void Every_activation_has_a_row(string name) =>
        Assert.That(OpCatalog.Rows.Select(row => row.Activation), Does.Contain(name), $"add a row for {name} to {nameof(OpCatalog)}");

    [Test]
    public void Every_row_is_an_op_or_an_activation()
    {
        Assert.That(OpCatalog.Rows.Select(row => row.Op).All(IsOp));
        Assert.That(OpCatalog.Rows.Select(row => row.Activation).OfType<string>(), Is.SubsetOf(ActivationNames));
        Assert.That(OpCatalog.Rows.Select(row => row.Name), Is.Unique);
    }

    [TestCaseSource(nameof(Ops))]
    public void Every_op_is_a_readonly_struct(Type op)
    {
        Assert.That(op.IsValueType, op.Name);
        Assert.That(op.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).All(field => field.IsInitOnly), op.Name);
    }

    private static bool IsOp(Type type) =>
        type is { IsInterface: false, IsAbstract: false }
        && type.GetInterfaces().Any(@interface => @interface.IsGenericType && @interface.GetGenericTypeDefinition() == typeof(IOp<>));
}
