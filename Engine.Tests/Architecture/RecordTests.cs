using System.Reflection;
using NUnit.Framework;
using QEngine.Layers;

namespace QEngine.Tests.Architecture;

/// <summary>Records print all their public properties, which the compiler does not check: one that is a span fails when it is printed.</summary>
public sealed class RecordTests
{
    private static IEnumerable<Type> Records => typeof(Parameter<>).Assembly.GetTypes()
        .Where(type => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null);

    [Test]
    public void No_record_has_a_property_that_cannot_be_printed()
    {
        string[] wrong =
        [
            .. Records.SelectMany(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(property => property.PropertyType.IsByRefLike).Select(property => $"{type.Name}.{property.Name}")),
        ];
        Assert.That(Records.Count(), Is.GreaterThan(50));
        Assert.That(wrong, Is.Empty);
    }
}
