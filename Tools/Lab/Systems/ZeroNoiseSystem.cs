using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>Energies of a noisy eigensolver brought back to no noise: by a network, by a parabola, or not at all.</summary>
internal sealed class ZeroNoiseSystem : ILabSystem
{
    private const string Network = "MLP 4-16-1", Parabola = "parabola", Nothing = "as measured";
    private const int Qubits = 3, Layers = 2, Inputs = 4;
    private const ulong TrainingPart = 10, TestPart = 11;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "zero-noise",
        "a network that extrapolates energies to no noise against a parabola and against what was measured",
        "Bhattacharjee et al., arXiv 2403.07025",
        "an ansatz of RY, RZ and CNOT with depolarised qubits, three qubits, two layers: random angles to learn from, and steps of an "
        + "eigensolver to test on, each with noise p between 0.01 and 0.08; other angles for every seed",
        "p and the energies at p, 2p and 3p to the energy at 0, Adam 1e-2 falling by a cosine, batch 32, 300 epochs; the publication's "
        + "network knows one circuit");

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting)
    {
        LabTraining how = new(setting.Pick(60, 300), 32, 1e-2) { IsCosine = true };
        (int circuits, int solvers) = (setting.Pick(100, 600), setting.Pick(5, 20));
        return
        [
            new LabTask(
                "steps of an eigensolver", LabMeasure.SquaredError,
                [
                    new(Network, Train),
                    new(Parabola, run => Measure(run, row => NoisyAnsatz.Extrapolate(row.AsSpan(1)))),
                    new(Nothing, run => Measure(run, row => row[1])),
                ],
                [
                    new LabClaim(Network, Nothing, new(PaperSays.FirstIsBetter, "predicts the energy without noise", "its abstract")),
                    new LabClaim(Network, Parabola, PaperClaim.None),
                ]),
        ];

        LabOutcome Train(LabRun run)
        {
            Examples test = Circuits(run, TestPart, solvers, isSolver: true).ToRegress();
            LabNetwork network = new(run, store =>
            {
                Mlp mlp = new(store, "mlp", Inputs, 16, 1);
                return (tape, x, _) => mlp.Forward(tape, x);
            });
            double[] losses = network.Train(Circuits(run, TrainingPart, circuits, isSolver: false).ToRegress(), how);
            return new(network.Trainable, test.MeanSquaredError(network.Predict(test.Inputs, Inputs)), losses);
        }

        LabOutcome Measure(LabRun run, Func<double[], double> extrapolate)
        {
            double error = Error(Circuits(run, TestPart, solvers, isSolver: true));
            return new(0, error, [Error(Circuits(run, TrainingPart, circuits, isSolver: false))]);

            double Error(NoisyEnergies energies) =>
                energies.Measured.Zip(energies.Exact, (row, exact) => Math.Pow(extrapolate(row) - exact, 2)).Average();
        }
    }

    /// <summary>Circuits with random angles, or after 0, 5, 10 and so on to 45 steps down from them.</summary>
    private static NoisyEnergies Circuits(LabRun run, ulong part, int count, bool isSolver)
    {
        SplittableRandom random = new SplittableRandom(run.Seed).Split(part);
        NoisyAnsatz ansatz = new(Qubits, Layers);
        List<double[]> measured = [];
        List<double> exact = [];
        for (int i = 0; i < count; i++)
        {
            double[] angles = new double[ansatz.Angles];
            for (int k = 0; k < angles.Length; k++) angles[k] = Math.PI * ((2 * random.NextDouble()) - 1);
            for (int step = 0; step < (isSolver ? 10 : 1); step++)
            {
                double noise = 0.01 + (0.07 * random.NextDouble());
                measured.Add([noise, ansatz.Energy(angles, noise), ansatz.Energy(angles, 2 * noise), ansatz.Energy(angles, 3 * noise)]);
                exact.Add(ansatz.Energy(angles, 0));
                ansatz.Descend(angles, steps: 5, rate: 0.2);
            }
        }
        return new([.. measured], [.. exact]);
    }

    /// <param name="Measured">[circuits][4], noise and energies at once, twice and three times as much.</param>
    /// <param name="Exact">[circuits], the energy without noise.</param>
    private sealed record NoisyEnergies(double[][] Measured, double[] Exact)
    {
        public Examples ToRegress() => Examples.ToRegress(
            [.. Measured.SelectMany(row => row.Select(value => (float)value))], Shape.Vector(Inputs),
            [.. Exact.Select(value => (float)value)], Shape.Scalar);
    }
}
