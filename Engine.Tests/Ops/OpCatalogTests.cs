using System.Reflection;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Ops;

namespace QEngine.Tests.Ops;

/// <summary>No op escapes the generic tests.</summary>
internal sealed class OpCatalogTests
{
    private static IEnumerable<Type> Records => typeof(IOp<>).Assembly.GetTypes().Where(IsRecord);

    private static IEnumerable<Type> Ops => Records.Select(record => record.DeclaringType ?? record);

    private static IEnumerable<string> ActivationNames =>
        typeof(Activations).GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(method => method.Name);

    [TestCaseSource(nameof(Ops))]
    public void Every_op_has_a_row(Type op) =>
        Assert.That(OpCatalog.Rows.Select(row => row.Op), Does.Contain(op), $"add a row for {op.Name} to {nameof(OpCatalog)}");

    [TestCaseSource(nameof(ActivationNames))]
    public void Every_activation_has_a_row(string name) =>
        Assert.That(OpCatalog.Rows.Select(row => row.Activation), Does.Contain(name), $"add a row for {name} to {nameof(OpCatalog)}");

    [Test]
    public void Every_row_is_an_op_or_an_activation()
    {
        Assert.That(OpCatalog.Rows.Select(row => row.Op).Distinct(), Is.SubsetOf(Ops));
        Assert.That(OpCatalog.Rows.Select(row => row.Activation).OfType<string>(), Is.SubsetOf(ActivationNames));
        Assert.That(OpCatalog.Rows.Select(row => row.Name), Is.Unique);
    }

    [TestCaseSource(nameof(Records))]
    public void What_an_op_records_is_a_private_readonly_struct_within_its_class(Type record)
    {
        string name = record.FullName!;
        Assert.That(record.IsValueType && record.IsNestedPrivate, name);
        Assert.That(record.DeclaringType is { IsAbstract: true, IsSealed: true }, name);
        Assert.That(record.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).All(field => field.IsInitOnly), name);
    }

    private static bool IsRecord(Type type) =>
        type is { IsInterface: false, IsAbstract: false }
        && type.GetInterfaces().Any(@interface => @interface.IsGenericType && @interface.GetGenericTypeDefinition() == typeof(IOp<>));
}
