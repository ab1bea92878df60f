using QEngine.Memory;

namespace QEngine.Autodiff;

/// <summary>A position of a tape's storage, from <see cref="Tape{T}.Mark"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly record struct TapeMark<T>
    where T : unmanaged
{
    internal TapeMark(Arena<T>.Mark position) => Position = position;

    internal Arena<T>.Mark Position { get; }
}
