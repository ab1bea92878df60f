namespace QEngine.Autodiff;

/// <summary>
/// A recorded operation: a readonly struct with exactly the fields that its backward pass reads.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IOp<T>
    where T : unmanaged
{
    /// <summary>
    /// Adds this operation's share to the gradients of its inputs, given those of its outputs. An input whose
    /// gradient is not wanted (<see cref="Gradients{T}.Wants"/>) is left out; nothing is done when no output has one.
    /// </summary>
    /// <param name="gradients">Gradients of this pass.</param>
    void Backward(Gradients<T> gradients);
}
