using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace QEngine.Tests.Architecture;

/// <summary>Null where the public API does not allow it is an ArgumentNullException that names the parameter, whatever the other arguments are.</summary>
public sealed class NullArgumentTests
{
    public static IEnumerable<TestCaseData> Parameters() => PublicSurface.NullableParameters();

    [TestCaseSource(nameof(Parameters))]
    public void Null_is_named(MethodBase method, ParameterInfo parameter)
    {
        object?[] arguments = Array.ConvertAll(method.GetParameters(), other => other.Position == parameter.Position ? null : PublicSurface.Sample(other.ParameterType));
        object? instance = method.IsStatic || method.IsConstructor ? null : PublicSurface.Sample(method.DeclaringType!);

        object? Call() => method is ConstructorInfo constructor ? constructor.Invoke(arguments) : ((MethodInfo)method).Invoke(instance, arguments);

        TargetInvocationException failure = Assert.Throws<TargetInvocationException>(() => Call())!;
        Assert.That(failure.InnerException, Is.TypeOf<ArgumentNullException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(parameter.Name), failure.InnerException?.ToString());
    }
}

/// <summary>The methods of the public API that reflection can call, and values to call them with.</summary>
internal static class PublicSurface
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static IEnumerable<TestCaseData> NullableParameters()
    {
        foreach (Type type in typeof(QEngineException).Assembly.GetExportedTypes())
        {
            if (type == typeof(QEngine.Tensors.Guard) || type.IsInterface || type.IsEnum || typeof(Delegate).IsAssignableFrom(type) || typeof(Exception).IsAssignableFrom(type)) continue;
            Type closed = type.IsGenericTypeDefinition ? Close(type) : type;
            if (closed.IsGenericTypeDefinition) continue;
            const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
            foreach (MethodBase method in closed.GetConstructors(Own).Concat<MethodBase>(closed.GetMethods(Own)))
            {
                if (method.IsConstructor && (type.IsAbstract || IsPositional(type))) continue;
                if (method.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || method.Name is "Equals" or "ToString" or "Deconstruct" or "GetHashCode" or "PrintMembers" or "Backward") continue;
                // Only the tape runs an operation backward; guards are its messages. What a stream does is the runtime's to say.
                if (method is MethodInfo inherited && inherited.GetBaseDefinition().DeclaringType!.Assembly != type.Assembly) continue;
                MethodBase called = method is MethodInfo { IsGenericMethodDefinition: true } generic ? Close(generic) : method;
                ParameterInfo[] parameters = called.GetParameters();
                if (called.ContainsGenericParameters || Array.Exists(parameters, parameter => parameter.ParameterType.IsByRefLike || parameter.ParameterType.IsPointer)) continue;
                foreach (ParameterInfo parameter in parameters)
                {
                    if (parameter.ParameterType.IsValueType || parameter.ParameterType.IsByRef || parameter.IsOut) continue;
                    if (Nullability.Create(parameter).WriteState == NullabilityState.Nullable) continue;
                    yield return new TestCaseData(called, parameter).SetName($"{type.FullName}.{method.Name}({string.Join(", ", parameters.Select(other => other.Name))}): {parameter.Name}");
                }
            }
        }
    }

    /// <summary>A value to call with: it need only be there, since arguments are checked before they are used.</summary>
    public static object? Sample(Type type)
    {
        if (type == typeof(string)) return "x";
        if (type.IsByRef) return Sample(type.GetElementType()!);
        if (type.IsArray) return Array.CreateInstance(type.GetElementType()!, 0);
        if (type == typeof(int)) return 1;
        if (type.IsValueType) return Activator.CreateInstance(type);
        if (typeof(Delegate).IsAssignableFrom(type)) return Expression.Lambda(type, Expression.Default(Invoked(type).ReturnType), [.. Invoked(type).GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))]).Compile();
        if (!type.IsAbstract) return RuntimeHelpers.GetUninitializedObject(type);
        Type[] elements = type.GetGenericArguments();
        if (elements.Length == 1 && type.IsAssignableFrom(elements[0].MakeArrayType())) return Array.CreateInstance(elements[0], 0);
        if (elements.Length == 1 && type.IsAssignableFrom(typeof(HashSet<>).MakeGenericType(elements))) return Activator.CreateInstance(typeof(HashSet<>).MakeGenericType(elements));
        if (elements.Length == 2 && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(elements))) return Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(elements));
        if (elements.Length == 1 && type.IsAssignableFrom(typeof(Progress<>).MakeGenericType(elements))) return Activator.CreateInstance(typeof(Progress<>).MakeGenericType(elements));
        if (type == typeof(Stream)) return new MemoryStream();
        if (type == typeof(IServiceCollection)) return new ServiceCollection();
        IEnumerable<Type> all = typeof(QEngineException).Assembly.GetTypes().Where(other => !other.IsAbstract).Select(other => other.IsGenericTypeDefinition ? Close(other) : other);
        return RuntimeHelpers.GetUninitializedObject(all.First(type.IsAssignableFrom));
    }

    // A positional record carries what it is given, and the default of a struct carries null anyway: who takes one checks it.
    private static bool IsPositional(Type type) => type.GetMethod("Deconstruct") is not null;

    private static MethodInfo Invoked(Type type) => type.GetMethod("Invoke")!;

    private static Type Close(Type type)
    {
        try
        {
            return type.MakeGenericType(Array.ConvertAll(type.GetGenericArguments(), _ => typeof(float)));
        }
        catch (ArgumentException)
        {
            return type;
        }
    }

    private static MethodInfo Close(MethodInfo method)
    {
        try
        {
            return method.MakeGenericMethod(Array.ConvertAll(method.GetGenericArguments(), _ => typeof(float)));
        }
        catch (ArgumentException)
        {
            return method;
        }
    }
}
