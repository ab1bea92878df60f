using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using QEngine.Autodiff;

namespace QEngine.Tests.Architecture;

/// <summary>The rules that only the built assembly can show. Each returns one line for everything that breaks it.</summary>
internal static class AssemblyRules
{
    /// <summary>A recorded operation is a readonly struct: it is kept without a box, and nobody changes it after recording.</summary>
    public static IEnumerable<string> Operations(IEnumerable<Type> types)
    {
        foreach (Type type in types)
        {
            bool operation = type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IOp<>));
            if (!operation || type.IsInterface || type.IsGenericParameter) continue;
            if (!type.IsValueType || !type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false))
                yield return $"{type.FullName}: expected an IOp to be a readonly struct";
        }
    }

    /// <summary>No lambda, closure, iterator or async method: each is a class of the compiler's, allocated where nothing should be.</summary>
    public static IEnumerable<string> Closures(IEnumerable<Type> types)
    {
        foreach (Type type in types)
        {
            if (type is { IsNested: true, IsClass: true } && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
                yield return $"{type.DeclaringType!.FullName}: the compiler made the class {type.Name} for a lambda, closure or iterator";
        }
    }

    /// <summary>Names that implicit usings hide from the sources: what the assembly refers to of LINQ, Random, the clock and reflection.</summary>
    /// <param name="path">The assembly's file.</param>
    public static IEnumerable<string> ForbiddenReferences(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        List<string> found = [];
        foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences)
        {
            string name = metadata.GetString(metadata.GetAssemblyReference(handle).Name);
            if (name == "Microsoft.CSharp") found.Add($"refers to the assembly {name}");
        }
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            string name = NameOf(metadata, handle);
            bool reflection = name.StartsWith("System.Reflection.", StringComparison.Ordinal) && !name.EndsWith("Attribute", StringComparison.Ordinal);
            if (reflection || name == "System.Random") found.Add($"refers to {name}");
        }
        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference) continue;
            string type = NameOf(metadata, (TypeReferenceHandle)member.Parent);
            string name = metadata.GetString(member.Name);
            bool clock = name is "get_Now" or "get_UtcNow";
            // A collection expression, [.. items], becomes one of these two.
            bool spread = type == "System.Linq.Enumerable" && name is ("ToArray" or "ToList");
            // An expression tree may be read, but neither made nor compiled: that is reflection.
            bool reads = type.StartsWith("System.Linq.Expressions.", StringComparison.Ordinal) && name.StartsWith("get_", StringComparison.Ordinal);
            if (clock || (type.StartsWith("System.Linq.", StringComparison.Ordinal) && !spread && !reads)) found.Add($"calls {type}.{name}");
        }
        return found;
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
