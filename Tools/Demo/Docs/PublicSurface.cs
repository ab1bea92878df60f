using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace QEngine.Tools.Demo.Docs;

/// <summary>
/// The types and member names that callers of the assemblies beside the documentation files can see: the XML files also
/// describe internals, which nobody should find in a search.
/// </summary>
internal sealed class PublicSurface
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private readonly HashSet<string> _assemblies = new(StringComparer.OrdinalIgnoreCase);

    private PublicSurface()
    {
    }

    /// <summary>
    /// Whether the assembly that a file documents was found, beside it or beside a file of the same name: the ASP.NET pack
    /// repeats the base pack's files without their assemblies.
    /// </summary>
    public bool Covers(string documentationFile) => _assemblies.Contains(Path.GetFileNameWithoutExtension(documentationFile));

    /// <summary>Reads the metadata (no code is loaded) of the assembly beside each documentation file.</summary>
    /// <exception cref="QEngineException">An assembly cannot be read.</exception>
    public static PublicSurface Beside(IEnumerable<string> documentationFiles)
    {
        PublicSurface surface = new();
        foreach (string file in documentationFiles)
        {
            string assembly = Path.ChangeExtension(file, ".dll");
            if (!File.Exists(assembly)) continue;
            surface._assemblies.Add(Path.GetFileNameWithoutExtension(file));
            try
            {
                using PEReader image = new(File.OpenRead(assembly));
                if (image.HasMetadata) surface.AddTypes(image.GetMetadataReader());
            }
            catch (Exception failure) when (failure is BadImageFormatException or IOException or UnauthorizedAccessException)
            {
                throw new QEngineException(
                    $"{assembly}: expected the .NET assembly of its documentation file, found: {failure.Message.ReplaceLineEndings(" ")}",
                    failure);
            }
        }
        return surface;
    }

    /// <summary>Whether callers see a type or member of this name (overloads share theirs).</summary>
    public bool Declares(DocumentationId id) => _names.Contains(id.Letter == 'T' ? id.Container : $"{id.Container}.{id.Name}");

    private void AddTypes(MetadataReader metadata)
    {
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(handle);
            if (!IsVisible(metadata, type)) continue;
            string fullName = FullName(metadata, type);
            _names.Add(fullName);
            AddMembers(metadata, type, name => _names.Add($"{fullName}.{Encode(metadata.GetString(name))}"));
        }
    }

    private static void AddMembers(MetadataReader metadata, TypeDefinition type, Action<StringHandle> add)
    {
        foreach (MethodDefinitionHandle handle in type.GetMethods())
            if (IsVisible(metadata, handle)) add(metadata.GetMethodDefinition(handle).Name);
        foreach (PropertyDefinitionHandle handle in type.GetProperties())
        {
            PropertyDefinition property = metadata.GetPropertyDefinition(handle);
            PropertyAccessors accessors = property.GetAccessors();
            if (IsVisible(metadata, accessors.Getter) || IsVisible(metadata, accessors.Setter)) add(property.Name);
        }
        foreach (EventDefinitionHandle handle in type.GetEvents())
        {
            EventDefinition raised = metadata.GetEventDefinition(handle);
            if (IsVisible(metadata, raised.GetAccessors().Adder)) add(raised.Name);
        }
        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            FieldDefinition field = metadata.GetFieldDefinition(handle);
            FieldAttributes access = field.Attributes & FieldAttributes.FieldAccessMask;
            if (access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)
                add(field.Name);
        }
    }

    private static bool IsVisible(MetadataReader metadata, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            IsVisible(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private static bool IsVisible(MetadataReader metadata, MethodDefinitionHandle handle)
    {
        if (handle.IsNil) return false;
        MethodDefinition method = metadata.GetMethodDefinition(handle);
        return (method.Attributes & MethodAttributes.MemberAccessMask) switch
        {
            MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem => true,
            // An explicit implementation is private, yet called through its interface; its name has the interface's.
            MethodAttributes.Private => metadata.GetString(method.Name).LastIndexOf('.') > 0,
            _ => false,
        };
    }

    private static string FullName(MetadataReader metadata, TypeDefinition type)
    {
        string name = metadata.GetString(type.Name);
        if (!type.GetDeclaringType().IsNil) return $"{FullName(metadata, metadata.GetTypeDefinition(type.GetDeclaringType()))}.{name}";
        string space = metadata.GetString(type.Namespace);
        return space.Length == 0 ? name : $"{space}.{name}";
    }

    /// <summary>A metadata name as documentation ids write it.</summary>
    private static string Encode(string name) => name.Replace('.', '#').Replace('<', '{').Replace('>', '}').Replace(',', '@');
}
