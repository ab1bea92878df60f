namespace QEngine.Tools.Lab;

/// <summary>Points of two labels.</summary>
/// <param name="Training">Points to learn from.</param>
/// <param name="Test">Other points.</param>
internal sealed record TwoLabelData(LabelledPoints Training, LabelledPoints Test)
{
    /// <summary>Draws points of each label in turn.</summary>
    /// <param name="features">Numbers of a point.</param>
    /// <param name="training">Training points of each label.</param>
    /// <param name="test">Test points of each label.</param>
    /// <param name="draw">The next point of a label, 0 or 1.</param>
    public static TwoLabelData Draw(int features, int training, int test, Func<int, double[]> draw)
    {
        return new(Points(training), Points(test));

        LabelledPoints Points(int each)
        {
            List<double> points = [];
            List<int> labels = [];
            for (int label = 0; label < 2; label++)
            {
                for (int i = 0; i < each; i++)
                {
                    points.AddRange(draw(label));
                    labels.Add(label);
                }
            }
            return new([.. points], [.. labels], features);
        }
    }
}
