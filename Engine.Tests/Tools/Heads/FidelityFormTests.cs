using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Heads;

/// <summary>Which number of two product states each form of the score is.</summary>
public sealed class FidelityFormTests
{
    // Two qubits whose own fidelities are 0.5 and 0.9: rows are [x x, z z].
    private const double First = 0.5, Second = 0.9;

    [TestCase("fidelity", 1, 20 * First * Second)]
    [TestCase("logarithm", 1, -0.79850769621777)]
    [TestCase("local", 1, 10 * (First + Second))]
    public void A_word_is_its_number(string word, double tau, double expected)
    {
        FidelityForm form = FidelityForms.All.Single(known => known.Word == word).Value;
        Assert.That(Score(form, tau), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void The_temperature_is_that_of_the_first_form() =>
        Assert.That(Score(FidelityForm.Fidelity, 2), Is.EqualTo(20 * Math.Sqrt(First * Second)).Within(1e-5));

    private static float Score(FidelityForm form, double tau)
    {
        float Angle(double fidelity) => (float)Math.Acos((2 * fidelity) - 1);
        float[] rows = [0, 0, 1, 1, MathF.Sin(Angle(First)), MathF.Sin(Angle(Second)), MathF.Cos(Angle(First)), MathF.Cos(Angle(Second))];
        CandidateList candidates = new();
        candidates.Reset(1, 1);
        candidates.SetQuery(0, 0);
        candidates.SetCandidate(0, 0, 1);
        Tape<float> tape = new(WorkerPool.Single, recording: false);
        return FidelityForms.Score(form, Similarity.Fidelity, 20, tau).Apply(tape, new Tensor<float>(rows, new Shape(2, 4)), candidates).Span[0];
    }
}
