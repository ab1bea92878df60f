using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// What all cells with a long short-term memory do with their four gates (Hochreiter and Schmidhuber 1997; forget gate of Gers et al.
/// 2000): c becomes sigmoid(f) c + sigmoid(i) tanh(g), the result is sigmoid(o) tanh(c).
/// </summary>
internal static class LstmMemory
{
    /// <summary>Writes to the memory and reads it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="forget">f, [rows, hidden].</param>
    /// <param name="input">i, [rows, hidden].</param>
    /// <param name="candidate">g, [rows, hidden].</param>
    /// <param name="output">o, [rows, hidden].</param>
    /// <param name="memory">c, [rows, hidden].</param>
    /// <returns>[rows, hidden].</returns>
    public static Tensor<T> Step<T>(
        Tape<T> tape, Tensor<T> forget, Tensor<T> input, Tensor<T> candidate, Tensor<T> output, ref Tensor<T> memory)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> kept = Multiply.Apply(tape, Activations.Sigmoid(tape, forget), memory);
        Tensor<T> written = Multiply.Apply(tape, Activations.Sigmoid(tape, input), Activations.Tanh(tape, candidate));
        memory = Add.Apply(tape, kept, written);
        return Multiply.Apply(tape, Activations.Sigmoid(tape, output), Activations.Tanh(tape, memory));
    }
}
