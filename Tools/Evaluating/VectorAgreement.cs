using System.Diagnostics;
using QEngine.Models;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>How near the vectors of one model are to those of another of the same texts.</summary>
internal sealed class VectorAgreement
{
    // Texts that both models embed before the next are read.
    private const int TextsAtOnce = 512;

    private double _sum;

    /// <summary>Texts compared.</summary>
    public int Texts { get; private set; }

    /// <summary>Mean of the cosines.</summary>
    public double MeanCosine => _sum / Texts;

    /// <summary>The least cosine.</summary>
    public double MinCosine { get; private set; } = double.PositiveInfinity;

    /// <summary>Embeds texts with both models.</summary>
    /// <param name="session">Progress and interruption.</param>
    /// <param name="left">A model.</param>
    /// <param name="right">Another of the same dimension.</param>
    /// <param name="texts">The texts, at least one.</param>
    /// <param name="count">How many.</param>
    public static VectorAgreement Measure(
        Session session, SentenceEmbedder left, SentenceEmbedder right, IEnumerable<string> texts, long count)
    {
        VectorAgreement agreement = new();
        Stopwatch clock = Stopwatch.StartNew();
        float[] a = new float[TextsAtOnce * left.Dimension], b = new float[a.Length];
        foreach (string[] chunk in texts.Chunk(TextsAtOnce))
        {
            left.Embed(chunk, a, cancellationToken: Session.Cancellation);
            right.Embed(chunk, b, cancellationToken: Session.Cancellation);
            for (int i = 0; i < chunk.Length; i++)
                agreement.Add(a.AsSpan(i * left.Dimension, left.Dimension), b.AsSpan(i * left.Dimension, left.Dimension));
            session.Progress.Report("compare", (double)agreement.Texts / count, clock.Elapsed, $"{agreement.Texts} texts");
        }
        return agreement;
    }

    private void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double dot = 0, a = 0, b = 0;
        for (int i = 0; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
            a += (double)left[i] * left[i];
            b += (double)right[i] * right[i];
        }
        // Two vectors of zeros are the same.
        double cosine = a == 0 && b == 0 ? 1 : dot / Math.Sqrt(a * b);
        _sum += cosine;
        MinCosine = Math.Min(MinCosine, cosine);
        Texts++;
    }
}
