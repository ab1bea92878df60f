using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Tools.Lab;

/// <summary>
/// The fast gradient sign method (Goodfellow et al., arXiv 1412.6572), as used against classifiers of quantum circuits (Ren et al., arXiv
/// 2204.01738): every number of an example is moved by epsilon in the direction that its loss grows in.
/// </summary>
/// <param name="workers">Threads.</param>
/// <param name="network">From rows of examples to logits; its parameters stay as they are.</param>
/// <param name="epsilon">How far, at least 0.</param>
internal sealed class FastGradientSign(WorkerPool workers, Func<Tape<float>, Tensor<float>, Tensor<float>> network, float epsilon)
{
    private readonly Tape<float> _tape = new(workers, recording: true);

    /// <summary>Attacks examples.</summary>
    /// <param name="x">[examples, columns].</param>
    /// <param name="labels">[examples].</param>
    /// <returns>[examples, columns].</returns>
    public float[] Attack(ReadOnlySpan<float> x, int[] labels)
    {
        _tape.Reset();
        Tensor<float> leaf = _tape.Leaf(x, new Shape(labels.Length, x.Length / labels.Length));
        Tensor<float> loss = SoftmaxCrossEntropy.Apply(_tape, network(_tape, leaf), labels);
        ReadOnlySpan<float> gradient = _tape.Backward(loss)[leaf];
        float[] attacked = x.ToArray();
        for (int i = 0; i < attacked.Length; i++) attacked[i] += epsilon * Math.Sign(gradient[i]);
        return attacked;
    }
}
