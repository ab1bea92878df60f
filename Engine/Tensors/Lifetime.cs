namespace QEngine.Tensors;

/// <summary>
/// Whose storage a tensor's elements lie in, and since when: they are another tensor's once the owner has begun another step.
/// </summary>
internal sealed class Lifetime
{
    /// <summary>Number of the owner's current step.</summary>
    public int Step { get; private set; }

    /// <summary>Ends the life of every tensor of the owner.</summary>
    public void BeginStep() => Step++;
}
