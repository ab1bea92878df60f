using System.Runtime.CompilerServices;

namespace QEngine.Tests.Memory;

/// <summary>Addresses of elements of pinned arrays.</summary>
internal static class Address
{
    public static unsafe long Of<T>(T[] array, int index)
        where T : unmanaged =>
        (long)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array)) + (index * SizeOf<T>());

    public static int SizeOf<T>() => Unsafe.SizeOf<T>();
}
