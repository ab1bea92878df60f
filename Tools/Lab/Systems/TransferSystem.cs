using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Lab;

/// <summary>Quantum transfer learning: images coded, cut to five numbers, and put through a circuit, beside networks without one.</summary>
internal sealed class TransferSystem : ILabSystem
{
    private const string Quantum = "circuit of 5", Few = "MLP of 5", Whole = "MLP of the code";
    private const int Code = 64, Features = 5;
    private const double Dropout = 0.2;

    // So that the heads have about equally many parameters: 1,450, 1,450 and 1,473.
    private const int QuantumHidden = 32, FewHidden = 80, WholeHidden = 19;

    /// <inheritdoc/>
    public LabCard Card { get; } = new(
        "quantum-transfer",
        "a circuit's 32 probabilities of five features against networks of the five features and of the whole code",
        "quantum transfer learning, arXiv 2408.03351",
        "3,000 images to learn from, fewer small ones, and 1,000 others: of --data, or " + SmallImages.Made + "; the publication has MNIST",
        "an autoencoder to 64 numbers (Adam 1e-3, batch 50, 20 epochs), their first five principal components divided by their "
        + "deviations, a head of hidden units with batch normalisation and dropout (Adam 3e-3, 40 epochs); the heads' sizes are open")
    {
        Files = ImageData.Files,
    };

    /// <inheritdoc/>
    public IReadOnlyList<LabTask> Tasks(LabSetting setting) =>
        [.. ImageData.Of(setting, setting.Pick(300, 3000), setting.Pick(300, 1000)).Select(data => Classify(data, setting))];

    private static LabTask Classify(ImageData data, LabSetting setting)
    {
        LabTraining coding = new(setting.Pick(4, 20), ImageData.Batch, 1e-3), heading = new(setting.Pick(10, 40), ImageData.Batch, 3e-3);
        return new LabTask(
            data.Name, LabMeasure.Accuracy,
            [
                Model(Quantum, Features, BuildQuantum),
                Model(Few, Features, store => BuildNetwork(store, Features, FewHidden)),
                Model(Whole, Code, store => BuildNetwork(store, Code, WholeHidden)),
            ],
            [
                new LabClaim(Quantum, Whole, new(PaperSays.SecondIsBetter, "0.75 vs 0.98, MNIST", "its abstract")),
                new LabClaim(Quantum, Few, PaperClaim.None),
            ]);

        LabModel Model(string name, int columns, Func<ParameterStore<float>, Forward> build) => new(name, run =>
        {
            (float[] training, float[] test) = Coded(data, run, coding, columns);
            LabNetwork network = new(run, build);
            double[] losses = network.Train(Examples.ToClassify(training, Shape.Vector(columns), data.Training.Labels), heading);
            double accuracy = Examples.ToClassify(test, Shape.Vector(columns), data.Test.Labels).Accuracy(network.Predict(test, columns));
            return new(network.Trainable, accuracy, losses);
        });
    }

    private static Forward BuildQuantum(ParameterStore<float> store)
    {
        QuantumTransferHead<float> head = new(store, "head", Features, QuantumHidden, Dropout, LabelledImages.Classes);
        return (tape, x, dropout) => head.Forward(tape, x, dropout, isTraining: dropout != DropoutSequence.None);
    }

    /// <summary>The network of the quantum head on other numbers than probabilities.</summary>
    private static Forward BuildNetwork(ParameterStore<float> store, int columns, int hidden)
    {
        LinearLayer<float> first = Mlp.Linear(store, "fc1", columns, hidden);
        BatchNormLayer<float> norm = new(store, "bn", hidden);
        LinearLayer<float> logits = Mlp.Linear(store, "fc2", hidden, LabelledImages.Classes);
        return (tape, x, dropout) =>
        {
            Tensor<float> y = norm.Forward(tape, first.Forward(tape, x), isTraining: dropout != DropoutSequence.None);
            return logits.Forward(tape, Drop.Apply(tape, Activations.LeakyRelu(tape, y, 0), dropout.Next(Dropout)));
        };
    }

    /// <summary>The codes of all images, or their leading components.</summary>
    private static (float[] Training, float[] Test) Coded(ImageData data, LabRun run, LabTraining how, int columns)
    {
        int pixels = data.Training.Extents.Length;
        AutoencoderLayer<float>? autoencoder = null;
        LabNetwork network = new(run, store =>
        {
            autoencoder = new(store, "autoencoder", pixels, Code);
            return (tape, x, _) => autoencoder.Forward(tape, x);
        });
        network.Train(
            Examples.ToRegress(data.Training.Pixels, Shape.Vector(pixels), data.Training.Pixels, Shape.Vector(pixels)), how);
        float[] training = Codes(data.Training), test = Codes(data.Test);
        return columns == Code ? (training, test) : Components(training, test, columns, run.Workers);

        float[] Codes(LabelledImages images)
        {
            Autodiff.Tape<float> tape = new(run.Workers, recording: false);
            return autoencoder!.Encode(tape, new Tensor<float>(images.Pixels, new Shape(images.Count, pixels))).Span.ToArray();
        }
    }

    /// <summary>The leading components of the codes to learn from, divided by their deviations, and of others in the same way.</summary>
    private static (float[] Training, float[] Test) Components(float[] training, float[] test, int count, WorkerPool workers)
    {
        int[] rows = [.. Enumerable.Range(0, training.Length / Code)];
        PrincipalComponents components = PrincipalComponents.Compute(training, Code, rows, count, workers);
        return (Along(training), Along(test));

        float[] Along(float[] codes)
        {
            float[] along = new float[codes.Length / Code * count];
            for (int i = 0; i < along.Length; i++)
            {
                (int row, int component) = Math.DivRem(i, count);
                double sum = 0;
                for (int j = 0; j < Code; j++)
                    sum += (codes[(row * Code) + j] - components.Mean[j]) * components.Directions[(component * Code) + j];
                along[i] = (float)(sum / Math.Sqrt(components.Variances[component]));
            }
            return along;
        }
    }
}
