using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>Trains an MLP with square layers, cuts these to trains of cores and measures (CompactifAI, arXiv 2401.14109).</summary>
/// <param name="Training">To learn from.</param>
/// <param name="Test">To be measured on.</param>
/// <param name="Epochs">Of the first training.</param>
/// <param name="Heals">Whether all parameters are trained on after the cut.</param>
internal sealed record CompactifaiCut(Examples Training, Examples Test, int Epochs, bool Heals)
{
    /// <summary>Inputs, and rows and columns of a square layer.</summary>
    public const int Width = SmallImages.Side * SmallImages.Side;

    private const double Rate = 2e-3, HealingRate = 5e-4;
    private const int Batch = 50, HealingEpochs = 5, Squares = 2;

    /// <summary>The network as it was trained; where others are healed, trained on as they are.</summary>
    public LabOutcome Uncut(LabRun run)
    {
        LabNetwork network = new(run, store => Build(store, null, []));
        double[] losses = network.Train(Training, new LabTraining(Epochs, Batch, Rate));
        return Measured(network, losses);
    }

    /// <summary>The network with its square layers as trains.</summary>
    public LabOutcome Cut(LabRun run, TensorTrainShape shape)
    {
        LabNetwork network = new(run, store => Build(store, null, []));
        double[] losses = network.Train(Training, new LabTraining(Epochs, Batch, Rate));
        List<TensorTrainLinear<float>> trains = [];
        LabNetwork cut = new(run, store => Build(store, shape, trains));
        for (int square = 0; square < Squares; square++)
        {
            double[] weight = Values(network, $"square.{square}.weight");
            trains[square].Set(TensorTrain.Decompose(run.Workers, shape, weight), Values(network, $"square.{square}.bias"));
        }
        Copy(network, cut, "classes.weight");
        Copy(network, cut, "classes.bias");
        return Measured(cut, losses);
    }

    private LabOutcome Measured(LabNetwork network, double[] losses)
    {
        if (Heals) losses = [.. losses, .. network.Train(Training, new LabTraining(HealingEpochs, Batch, HealingRate))];
        return new(network.Trainable, Test.Measure(network.Predict(Test.Inputs, Width)), losses);
    }

    private static Forward Build(ParameterStore<float> store, TensorTrainShape? shape, List<TensorTrainLinear<float>> trains)
    {
        List<Func<Tape<float>, Tensor<float>, Tensor<float>>> squares = [];
        for (int square = 0; square < Squares; square++)
        {
            if (shape is null)
            {
                LinearLayer<float> linear = Mlp.Linear(store, $"square.{square}", Width, Width);
                squares.Add((tape, x) => linear.Forward(tape, x));
                continue;
            }
            TensorTrainLinear<float> train = new(store, $"square.{square}", shape);
            trains.Add(train);
            squares.Add(train.Forward);
        }
        LinearLayer<float> classes = Mlp.Linear(store, "classes", Width, LabelledImages.Classes);
        return (tape, x, _) =>
        {
            foreach (Func<Tape<float>, Tensor<float>, Tensor<float>> square in squares)
                x = Activations.Silu(tape, square(tape, x));
            return classes.Forward(tape, x);
        };
    }

    private static double[] Values(LabNetwork network, string name)
    {
        network.Store.TryGet(name, out Parameter<float>? parameter);
        return Array.ConvertAll(parameter!.Values.ToArray(), value => (double)value);
    }

    private static void Copy(LabNetwork from, LabNetwork to, string name)
    {
        from.Store.TryGet(name, out Parameter<float>? source);
        to.Store.TryGet(name, out Parameter<float>? target);
        source!.Values.CopyTo(target!.Values);
        target.Changed();
    }
}
