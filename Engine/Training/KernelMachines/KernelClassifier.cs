namespace QEngine.Training;

/// <summary>
/// A classifier of any number of classes over a kernel that is given as a matrix: a <see cref="SupportVectorMachine"/> for every two
/// classes, each of which has one vote (one against one, as LIBSVM).
/// </summary>
internal sealed class KernelClassifier
{
    private readonly List<Machine> _machines = [];
    private readonly int _classes, _points;

    private KernelClassifier(int points, int classes) => (_points, _classes) = (points, classes);

    /// <summary>Trains a classifier.</summary>
    /// <param name="kernel">[points, points], symmetric and finite.</param>
    /// <param name="labels">[points], from 0 to classes - 1; a class without a point is never predicted while another has one.</param>
    /// <param name="classes">How many classes, at least 1.</param>
    /// <param name="cost">C, above 0.</param>
    /// <param name="tolerance">As <see cref="SupportVectorMachine.Train"/>'s.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or a label is not a class.</exception>
    public static KernelClassifier Train(
        ReadOnlySpan<double> kernel, ReadOnlySpan<int> labels, int classes, double cost, double tolerance = 1e-3)
    {
        Require.Range(classes, 1, int.MaxValue);
        Require.Elements(kernel, (long)labels.Length * labels.Length);
        Require.Indices(labels, classes);
        KernelClassifier classifier = new(labels.Length, classes);
        for (int first = 0; first < classes; first++)
        {
            for (int second = first + 1; second < classes; second++)
            {
                int[] points = PointsOf(labels, first, second), signs = new int[points.Length];
                double[] part = new double[points.Length * points.Length];
                for (int i = 0; i < points.Length; i++)
                {
                    signs[i] = labels[points[i]] == first ? 1 : -1;
                    for (int j = 0; j < points.Length; j++) part[(i * points.Length) + j] = kernel[(points[i] * labels.Length) + points[j]];
                }
                if (points.Length > 0)
                    classifier._machines.Add(new(first, second, points, SupportVectorMachine.Train(part, signs, cost, tolerance)));
            }
        }
        return classifier;
    }

    /// <summary>The class of every row: the one with most votes, the first of equal ones.</summary>
    /// <param name="kernel">[rows, points], K of the rows and the points of the training.</param>
    /// <exception cref="ArgumentException">A row is cut off.</exception>
    public int[] Predict(ReadOnlySpan<double> kernel)
    {
        int[] predicted = new int[Require.Rows(kernel, _points)], votes = new int[_classes];
        for (int row = 0; row < predicted.Length; row++)
        {
            Array.Clear(votes);
            ReadOnlySpan<double> values = kernel.Slice(row * _points, _points);
            foreach (Machine machine in _machines) votes[machine.Decide(values)]++;
            for (int c = 1; c < _classes; c++)
                if (votes[c] > votes[predicted[row]]) predicted[row] = c;
        }
        return predicted;
    }

    private static int[] PointsOf(ReadOnlySpan<int> labels, int first, int second)
    {
        List<int> points = [];
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] == first || labels[i] == second) points.Add(i);
        return [.. points];
    }

    private sealed record Machine(int First, int Second, int[] Points, SupportVectorMachine Vectors)
    {
        public int Decide(ReadOnlySpan<double> kernel)
        {
            double[] values = new double[Points.Length];
            for (int i = 0; i < values.Length; i++) values[i] = kernel[Points[i]];
            return Vectors.Decide(values) > 0 ? First : Second;
        }
    }
}
