using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>Examples to learn from: of each some rows of inputs, and either some numbers or one label to predict.</summary>
internal sealed class Examples
{
    private readonly float[] _targets;
    private readonly Shape _target;
    private readonly int[] _labels;

    private Examples(float[] inputs, Shape input, float[] targets, Shape target, int[] labels)
    {
        (Inputs, Input, _targets, _target, _labels) = (inputs, input, targets, target, labels);
        if (inputs.Length != Count * input.Length || targets.Length != (labels.Length > 0 ? 0 : Count * target.Length))
            throw new ArgumentException($"expected {Count} examples of {input}, found {inputs.Length} inputs and {targets.Length} targets");
    }

    /// <summary>Examples whose targets are numbers; the loss is the mean squared error.</summary>
    /// <param name="inputs">[examples, rows, columns].</param>
    /// <param name="input">Rows and columns of an example.</param>
    /// <param name="targets">[examples, rows of its output, columns of its output].</param>
    /// <param name="target">Rows and columns of an example's output.</param>
    public static Examples ToRegress(float[] inputs, Shape input, float[] targets, Shape target) =>
        new(inputs, input, targets, target, []);

    /// <summary>Examples whose targets are classes, of which a network gives one row of logits; the loss is the cross-entropy.</summary>
    /// <param name="inputs">[examples, rows, columns].</param>
    /// <param name="input">Rows and columns of an example.</param>
    /// <param name="labels">[examples].</param>
    public static Examples ToClassify(float[] inputs, Shape input, int[] labels) => new(inputs, input, [], default, labels);

    /// <summary>How many there are.</summary>
    public int Count => _labels.Length > 0 ? _labels.Length : _targets.Length / _target.Length;

    /// <summary>[examples, rows, columns].</summary>
    public float[] Inputs { get; }

    /// <summary>Rows and columns of an example.</summary>
    public Shape Input { get; }

    /// <summary>The inputs of some examples, one after another.</summary>
    /// <param name="tape">Where they are put.</param>
    /// <param name="chosen">Which.</param>
    public Tensor<float> Gather(Tape<float> tape, ReadOnlySpan<int> chosen)
    {
        Tensor<float> gathered = tape.Save(new Shape(chosen.Length * Input.Rows, Input.Columns));
        for (int i = 0; i < chosen.Length; i++)
            Inputs.AsSpan(chosen[i] * Input.Length, Input.Length).CopyTo(gathered.Span[(i * Input.Length)..]);
        return gathered;
    }

    /// <summary>The loss of a network's output for some examples.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="output">The output.</param>
    /// <param name="chosen">Which examples.</param>
    public Tensor<float> Loss(Tape<float> tape, Tensor<float> output, ReadOnlySpan<int> chosen)
    {
        if (_labels.Length > 0)
        {
            int[] labels = new int[chosen.Length];
            for (int i = 0; i < labels.Length; i++) labels[i] = _labels[chosen[i]];
            return SoftmaxCrossEntropy.Apply(tape, output, labels);
        }
        float[] targets = new float[chosen.Length * _target.Length];
        for (int i = 0; i < chosen.Length; i++)
            _targets.AsSpan(chosen[i] * _target.Length, _target.Length).CopyTo(targets.AsSpan(i * _target.Length));
        return SquaredError.Apply(tape, output, Everywhere(output.Shape), targets);
    }

    /// <summary>Accuracy of logits, or mean squared error of predictions, for all examples.</summary>
    public double Measure(ReadOnlySpan<float> outputs) => _labels.Length > 0 ? Accuracy(outputs) : MeanSquaredError(outputs);

    /// <summary>Mean squared error of predictions for all examples.</summary>
    public double MeanSquaredError(ReadOnlySpan<float> predictions)
    {
        double sum = 0;
        for (int i = 0; i < _targets.Length; i++) sum += Math.Pow(predictions[i] - (double)_targets[i], 2);
        return sum / _targets.Length;
    }

    /// <summary>Share of the examples whose largest logit is their label's; of equal ones the first counts.</summary>
    public double Accuracy(ReadOnlySpan<float> logits)
    {
        int classes = logits.Length / _labels.Length, right = 0;
        for (int i = 0; i < _labels.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Slice(i * classes, classes);
            int largest = 0;
            for (int label = 1; label < classes; label++)
                if (row[label] > row[largest]) largest = label;
            if (largest == _labels[i]) right++;
        }
        return (double)right / _labels.Length;
    }

    private static CandidateList Everywhere(Shape shape)
    {
        CandidateList all = new();
        all.Reset(shape.Rows, shape.Columns);
        for (int row = 0; row < shape.Rows; row++)
            for (int column = 0; column < shape.Columns; column++) all.SetCandidate(row, column, row);
        return all;
    }
}
