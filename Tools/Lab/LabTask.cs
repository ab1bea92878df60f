using QEngine.Layers;

namespace QEngine.Tools.Lab;

/// <summary>Models that are trained on the same data and measured alike.</summary>
/// <param name="Name">Its name, of the data for instance.</param>
/// <param name="Measure">What is measured on data that no model has seen in training.</param>
/// <param name="Models">The models.</param>
/// <param name="Claims">Which two are compared, and what the publication says of them.</param>
internal sealed record LabTask(string Name, LabMeasure Measure, IReadOnlyList<LabModel> Models, IReadOnlyList<LabClaim> Claims);

/// <summary>A measure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LowerIsBetter">Whether a good model has a low value.</param>
internal sealed record LabMeasure(string Name, bool LowerIsBetter)
{
    /// <summary>Mean squared error.</summary>
    public static LabMeasure SquaredError { get; } = new("MSE", LowerIsBetter: true);

    /// <summary>Share of right answers.</summary>
    public static LabMeasure Accuracy { get; } = new("accuracy", LowerIsBetter: false);
}

/// <summary>A model of a task.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Train">Trains and measures it with a seed.</param>
internal sealed record LabModel(string Name, Func<LabRun, LabOutcome> Train)
{
    /// <summary>A network that is trained on examples and measured on others.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="training">To learn from.</param>
    /// <param name="test">To be measured on.</param>
    /// <param name="how">How it is trained.</param>
    /// <param name="build">Declares its parameters.</param>
    public static LabModel Of(
        string name, Examples training, Examples test, LabTraining how, Func<ParameterStore<float>, Forward> build) => new(name, run =>
        {
            LabNetwork network = new(run, build);
            double[] losses = network.Train(training, how);
            return new(network.Trainable, test.Measure(network.Predict(test.Inputs, test.Input.Columns)), losses);
        });
}

/// <summary>What a model came to with one seed.</summary>
/// <param name="Parameters">Numbers that were trained.</param>
/// <param name="Value">The measure.</param>
/// <param name="Curve">Mean loss of every epoch of training.</param>
internal sealed record LabOutcome(int Parameters, double Value, double[] Curve);

/// <summary>Two models of a task, the first the publication's, the second its classical counterpart.</summary>
/// <param name="First">A name among the models.</param>
/// <param name="Second">Another.</param>
/// <param name="Paper">What the publication says of the two.</param>
internal sealed record LabClaim(string First, string Second, PaperClaim Paper);
