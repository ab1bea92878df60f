using NUnit.Framework;
using QEngine.Autodiff;

namespace QEngine.Tests.Architecture;

/// <summary>The rules on the assembly find wrong types, and nothing in right ones.</summary>
public sealed class AssemblyRulesTests
{
    [Test]
    public void A_readonly_struct_operation_passes() =>
        Assert.That(AssemblyRules.Operations([typeof(ReadonlyOperation), typeof(GenericOperation<>), typeof(IOp<>), typeof(string)]), Is.Empty);

    [TestCase(typeof(ClassOperation))]
    [TestCase(typeof(MutableOperation))]
    public void Another_operation_is_found(Type type) =>
        Assert.That(AssemblyRules.Operations([type]), Has.Exactly(1).Items.And.Some.Contains(type.Name));

    [TestCase(typeof(WithClosure))]
    [TestCase(typeof(WithLambda))]
    [TestCase(typeof(WithIterator))]
    public void A_hidden_class_is_found(Type type) =>
        Assert.That(AssemblyRules.Closures(type.GetNestedTypes(System.Reflection.BindingFlags.NonPublic)), Is.Not.Empty);

    [Test]
    public void Declared_nested_types_pass() =>
        Assert.That(AssemblyRules.Closures([typeof(ReadonlyOperation), typeof(ClassOperation), typeof(WithClosure)]), Is.Empty);

    [Test]
    public void This_assembly_refers_to_what_the_engine_may_not()
    {
        // Used here so that the references exist.
        Assert.That(new[] { new Random(1).Next() }.Single(), Is.Not.EqualTo(DateTime.Now.Ticks));

        string[] found = [.. AssemblyRules.ForbiddenReferences(typeof(AssemblyRulesTests).Assembly.Location)];

        Assert.That(found, Does.Contain("calls System.Linq.Enumerable.Single"));
        Assert.That(found, Does.Contain("calls System.Linq.Expressions.LambdaExpression.Compile"));
        Assert.That(found, Does.Contain("refers to System.Random"));
        Assert.That(found, Does.Contain("refers to System.Reflection.BindingFlags"));
        Assert.That(found, Does.Contain("calls System.DateTime.get_Now"));
    }

    private readonly struct ReadonlyOperation : IOp<float>
    {
        public void Backward(Gradients<float> gradients)
        {
        }
    }

    private readonly struct GenericOperation<T> : IOp<T>
        where T : unmanaged
    {
        public void Backward(Gradients<T> gradients)
        {
        }
    }

    private struct MutableOperation : IOp<double>
    {
        private int _passes;

        public void Backward(Gradients<double> gradients) => _passes++;
    }

    private sealed class ClassOperation : IOp<float>
    {
        public void Backward(Gradients<float> gradients)
        {
        }
    }

    private static class WithClosure
    {
        public static Func<int> Capture(int value) => () => value;
    }

    private static class WithLambda
    {
        public static Func<int, int> Double() => value => 2 * value;
    }

    private static class WithIterator
    {
        public static IEnumerable<int> Count(int to)
        {
            for (int i = 0; i < to; i++) yield return i;
        }
    }
}
